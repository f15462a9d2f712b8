"""What may be done with a model."""

from __future__ import annotations

from ptmdeps.inspect.card_notes import gate_terms
from ptmdeps.inspect.copyrights import copyright_lines
from ptmdeps.inspect.provenance import Files, license_of
from ptmdeps.lockfile.model import License
from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import CARD, Evidence
from ptmdeps.showing.selecting import license_texts
from ptmdeps.showing.values import Access, LicenseClaim


def _license(evidence: Evidence) -> Answer:
    texts = tuple(license_texts(evidence.paths))
    link = evidence.card.license_link if evidence.card else ""
    if evidence.locked is not None and evidence.locked.license is not None:
        found = evidence.locked.license
        claim = LicenseClaim(declared=found.declared, concluded=found.concluded, texts=texts, link=link)
        return Known(value=claim, source=f"ptm.lock, {found.evidence}" if found.evidence else "ptm.lock")
    if (said := _said(evidence)) is not None:
        claim = LicenseClaim(declared=said.declared, concluded=said.concluded, texts=texts, link=link)
        return Known(value=claim, source=said.evidence if said.declared else ", ".join(texts))
    if texts:
        return Known(value=LicenseClaim(texts=texts), source=", ".join(texts))
    if evidence.key.hub == "url":
        return Missing(reason="nobody declares one at an address: look where it is published")
    return Missing(reason=evidence.nothing or f"{evidence.absent(CARD, '`license`')}, and there is no `LICENSE`")


def _said(evidence: Evidence) -> License | None:
    """What card and text say together, by the rules by which it is locked."""
    files = Files(
        hub=evidence.key.hub,
        names=frozenset({evidence.key.name}),
        sizes={path: len(content) for path, content in evidence.contents.items()},
        read=evidence.contents.__getitem__,
    )
    return license_of(evidence.card, files)


def _copyright(evidence: Evidence) -> Answer:
    found: dict[str, None] = {}
    sources: list[str] = []
    read = [path for path in license_texts(evidence.paths) if path in evidence.contents]
    for path in read:
        if lines := copyright_lines(evidence.contents[path]):
            sources.append(path)
            found |= dict.fromkeys(lines)
    if found:
        return Known(value=tuple(found), source=", ".join(sources))
    if read:
        return Missing(reason=f"no copyright line in {', '.join(f'`{path}`' for path in read)}")
    return Missing(reason=evidence.absent("LICENSE"))


def _access(evidence: Evidence) -> Answer:
    terms = gate_terms(evidence.contents[CARD]) if CARD in evidence.contents else ""
    if evidence.nothing:
        return Missing(reason=evidence.nothing)
    if evidence.described is not None:
        described = evidence.described
        access = Access(gated=described.gated, private=described.private, disabled=described.disabled, terms=terms)
        return Known(value=access, source=f"hub, {CARD}" if terms else "hub")
    if evidence.locked is not None:
        return Known(value=Access(gated=evidence.locked.gated, terms=terms), source="ptm.lock")
    return Missing(reason=evidence.silent("who gets it"))


ELEMENTS = (
    Element(
        group="legal",
        name="licence",
        meaning="what is declared, what that means as an SPDX expression, and the files with licence texts",
        sources="`ptm.lock`; `license` of the card; `LICENSE`",
        collect=_license,
    ),
    Element(
        group="legal",
        name="copyright",
        meaning="copyright lines",
        sources="`LICENSE`, `NOTICE`, `COPYING`",
        collect=_copyright,
    ),
    Element(
        group="legal",
        name="access",
        meaning="whether the hub asks for consent, and to what; private and disabled models",
        sources="the hub; `extra_gated_prompt` of the card",
        collect=_access,
    ),
)
