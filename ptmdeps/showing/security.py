"""What is known of a model's safety, and what is not."""

from __future__ import annotations

import re

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.configuration import remote_code
from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import Evidence
from ptmdeps.showing.selecting import CONFIGURATIONS, HUBCONF
from ptmdeps.showing.suspicion import suspicious
from ptmdeps.showing.values import Code, Hashes, PickleImports, Scan

_HUB = "hub"
_LOCK = "ptm.lock"
_RUN_THEIR_CODE = frozenset({"gensim", "torchhub"})
"""Hubs whose models are loaded by code of their own, whatever the user says."""

_SIGNATURE = re.compile(r"(?:.*/)?(?:model\.sig|[^/]+\.(?:sig|sigstore(?:\.json)?|asc|minisig))", re.IGNORECASE)


def _scan(evidence: Evidence) -> Answer:
    facts = evidence.described.facts if evidence.described else None
    if facts is None or facts.scanned is None:
        return Missing(reason=evidence.silent("what its scan found"))
    return Known(value=Scan(done=facts.scanned, flagged=facts.flagged), source=_HUB)


def _pickles(evidence: Evidence) -> Answer:
    found = tuple(
        PickleImports(
            path=path,
            globals=record.globals,
            suspicious=tuple(name for name in record.globals if suspicious(name)),
            incomplete=record.incomplete,
        )
        for path, record in sorted(evidence.pickles.items())
    )
    if found:
        more = tuple(PickleImports(path=path, incomplete="it was not looked into") for path in evidence.unlooked)
        return Known(
            value=(*found, *more),
            source=_LOCK if evidence.locked else ", ".join(item.path for item in found[:2]) or _HUB,
        )
    if evidence.unlooked:
        count = len(evidence.unlooked)
        return Missing(reason=f"{count} {'pickle' if count == 1 else 'pickles'} could not be looked into")
    if evidence.nothing:
        return Missing(reason=evidence.nothing)
    return Known(value=(), source=_LOCK if evidence.locked else _HUB)


def _code(evidence: Evidence) -> Answer:
    """What ``auto_map`` names; of a locked model that the hub does not describe, what the lock says."""
    if evidence.key.hub in _RUN_THEIR_CODE:
        files = tuple(path for path in evidence.paths if path.endswith(".py"))
        always = (HUBCONF,) if evidence.key.hub == "torchhub" else files
        return Known(value=Code(always=always, files=files), source=_HUB if evidence.whole else _LOCK)
    if evidence.nothing:
        return Missing(reason=evidence.nothing)
    allowed: set[str] = set()
    doubts: list[str] = list(filter(None, [evidence.doubt("config.json")]))
    read = [path for path in CONFIGURATIONS if path in evidence.contents and path != "modules.json"]
    for path in read:
        try:
            code = remote_code({path: evidence.contents[path]})
        except UnsafeContent as error:
            doubts.append(error.message)
            continue
        allowed |= {*code.modules, *(f"{repository}: {module}" for repository, module in code.others)}
    files = tuple(path for path in evidence.paths if path.endswith(".py"))
    if doubts and not allowed:
        return Missing(reason=doubts[0])
    if not evidence.whole and not read:
        if evidence.locked is None:
            return Missing(reason=evidence.absent("config.json"))
        return Known(
            value=Code(allowed=("code of this or another repository",) * evidence.locked.remote_code), source=_LOCK
        )
    return Known(
        value=Code(allowed=tuple(sorted(allowed)), files=files),
        source=", ".join(
            [*(path for path in read if evidence.config(path).get("auto_map")), *([_HUB] * evidence.whole)]
        )
        or _LOCK,
    )


def _vulnerabilities(_: Evidence) -> Answer:
    """No open source of advisories names models: to say "none" would be to say more than anybody knows."""
    return Missing(reason="none known to ptmdeps: no source of model vulnerabilities is asked")


def _hashes(evidence: Evidence) -> Answer:
    if evidence.nothing:
        return Missing(reason=evidence.nothing)
    if evidence.locked is not None:
        return Known(value=Hashes(sha256=len(evidence.locked.files)), source=_LOCK)
    files = evidence.described.files if evidence.described else ()
    if not files:
        return Missing(reason=evidence.silent("any"))
    strong = sum(1 for file in files if file.sha256)
    return Known(value=Hashes(sha256=strong, git=len(files) - strong), source=_HUB)


def _signature(evidence: Evidence) -> Answer:
    found = tuple(path for path in evidence.paths if _SIGNATURE.fullmatch(path))
    if found:
        return Known(value=found, source=_HUB if evidence.whole else _LOCK)
    if not evidence.whole:
        return Missing(reason=f"{evidence.unasked}: only the hub lists all files")
    return Missing(reason=evidence.nothing or "there is no file such as `model.sig`")


ELEMENTS = (
    Element(
        group="security",
        name="hub scan",
        meaning="whether the hub's security scan is done, and the files that it does not call safe",
        sources="the hub",
        collect=_scan,
    ),
    Element(
        group="security",
        name="pickle imports",
        meaning="what unpickling its files would import, found without unpickling; names that can do more than build a "
        "model are marked, which is no verdict on the others",
        sources="`ptm.lock`; else the pickles themselves",
        collect=_pickles,
    ),
    Element(
        group="security",
        name="remote code",
        meaning="code that loading runs if `trust_remote_code=True` is given, and all Python files",
        sources="`auto_map` in configurations; the hub's list of files",
        collect=_code,
    ),
    Element(
        group="security",
        name="vulnerabilities",
        meaning="known vulnerabilities; always missing, because no public source of them names models",
        sources="none",
        collect=_vulnerabilities,
    ),
    Element(
        group="security",
        name="hashes",
        meaning="of how many files the SHA-256 is known",
        sources="`ptm.lock`; else the hub's list of files",
        collect=_hashes,
    ),
    Element(
        group="security",
        name="signature",
        meaning="files with a signature of the model; they are not verified",
        sources="the hub's list of files",
        collect=_signature,
    ),
)
