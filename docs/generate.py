"""Write the pages of the reference that follow from the code: ``python docs/generate.py`` (a test compares)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import click

from ptmdeps.bom.coverage import LISTS
from ptmdeps.checks import CHECKS
from ptmdeps.cli import COMMANDS, cli
from ptmdeps.inspect.licenses.likeness import LEAST, references
from ptmdeps.libraries.rows import LIBRARIES, LISTED
from ptmdeps.libraries.shipped_tables import shipped
from ptmdeps.licenses.facts import FACTS, Gate, LicenseFacts
from ptmdeps.scan.loaders import LOADERS, Argument, Loader
from ptmdeps.showing.elements import ELEMENTS

REFERENCE = Path(__file__).parent / "reference"
_WIDTH = 100


def pages() -> Mapping[Path, str]:
    """Every generated page: path → text."""
    return {
        REFERENCE / "commands.md": "\n".join(_commands()),
        REFERENCE / "loaders.md": "\n".join(_loaders()),
        REFERENCE / "checks.md": "\n".join(_checks()),
        REFERENCE / "show.md": "\n".join(_elements()),
        REFERENCE / "libraries.md": "\n".join(_libraries()),
        REFERENCE / "bom-coverage.md": "\n".join(_coverage()),
        REFERENCE / "licenses.md": "\n".join(_licenses()),
    }


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Generated from the program by `python docs/generate.py`."
    yield ""
    with click.Context(cli, info_name="ptmdeps", **cli.context_settings) as context:
        yield from _help(context)
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert command is not None  # noqa: S101 - the table names modules that a test imports
            yield from _command(command, context, name, "##")


def _command(command: click.Command, parent: click.Context, name: str, heading: str) -> Iterator[str]:
    """A command, and below it those of a group."""
    with click.Context(command, parent=parent, info_name=name) as context:
        # without the name of the program: "cache prune"
        yield from (f"{heading} {context.command_path.partition(' ')[2]}", "")
        yield from _help(context)
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None  # noqa: S101 - the group names it itself
                yield from _command(found, context, inner, f"{heading}#")


def _help(context: click.Context) -> Iterator[str]:
    context.terminal_width = context.max_content_width = _WIDTH
    yield from ("```text", context.get_help(), "```", "")


_PINNED = {
    "argument": "ref argument",
    "notation": "in the id",
    "version": "version of the library or the id",
    "hash": "hash in the address",
    "none": "not in source",
}
"""How a load can be pinned, in words."""


def _loaders() -> Iterator[str]:
    yield "# Loaders"
    yield ""
    yield "Generated from the catalogue by `python docs/generate.py`."
    yield ""
    yield f"The calls that `ptmdeps scan` knows: {len(LOADERS)} rows. A star stands for any letters inside one part;"
    yield "submodules between the library and the rest match without being written. Numbers are positions from 0."
    yield "Where a call cannot be pinned in source, `ptmdeps run` still makes it load what is locked. Calls that are"
    yield "missing can be declared in the [manifest](manifest.md#loaders)."
    yield ""
    libraries: dict[str, list[Loader]] = {}
    for loader in LOADERS:
        libraries.setdefault(loader.library, []).append(loader)
    for library, rows in sorted(libraries.items(), key=lambda item: item[0].lower()):
        yield from (f"## {library}", "", "| call | model | ref | hub | pinned by |", "|---|---|---|---|---|")
        yield from map(_row, rows)
        yield ""


def _row(loader: Loader) -> str:
    ref = loader.arguments.ref
    cells = (_call(loader), _model(loader), _argument(ref) if ref else "", loader.hub, _PINNED[loader.pin])
    return f"| {' | '.join(cells)} |"


def _call(loader: Loader) -> str:
    if not loader.names:
        return f"`{loader.call}`"
    return f"`{loader.call}`: {', '.join(f'`{name}`' for name in sorted(loader.names))}"


def _model(loader: Loader) -> str:
    if loader.names_itself:
        return "the call itself"
    parts = " / ".join(map(_argument, (loader.model, *loader.parts)))
    return f"{parts}, by default `{loader.default}`" if loader.default else parts


def _argument(argument: Argument) -> str:
    keyword = f"`{argument.keyword}`" if argument.keyword else ""
    return " ".join(part for part in (keyword, "" if argument.position is None else str(argument.position)) if part)


def _checks() -> Iterator[str]:
    yield "# Checks"
    yield ""
    yield "Generated from the rules by `python docs/generate.py`."
    yield ""
    yield "What `ptmdeps check` looks for. The level is the usual one: what a model may do without is a warning, what"
    yield "the policy denies an error. `--fail-on` decides from which level on the exit code is 1. The rules of"
    yield "`ptmdeps scan`, PTM001 to PTM006, are in [scan-sarif.md](scan-sarif.md#rules)."
    yield ""
    yield "| rule | level | |"
    yield "|---|---|---|"
    for check in CHECKS:
        rule = check.rule
        yield f"| [{rule.identifier}](#{rule.identifier.lower()}-{rule.name.lower()}) | {rule.level} | {rule.summary} |"
    for check in CHECKS:
        rule = check.rule
        yield from ("", f"## {rule.identifier} {rule.name}", "", rule.summary, "", rule.reason, "", rule.advice)
    yield ""


_SHOW = """\
# What `ptmdeps show` tells

Generated from the table of elements by `python docs/generate.py`.
[How to look at a model](../how-to/look-at-a-model.md) says what to do with it.

Every element has a value with its source, or is *missing* with the reason. The elements are those of the study of
package hubs for machine learning (Xiu, Eghan, Jiang and Adams, [arXiv:2012.01403](https://arxiv.org/abs/2012.01403)),
which compared what pages of software packages say with what pages of models say.

`--format json` prints one object, version 1; keys are only added within a version:

```json
{
  "version": 1,
  "model": { "hub": "huggingface", "name": "org/name", "ref": null, "revision": "73e79c40…", "locked": true },
  "elements": [
    {
      "group": "legal",
      "name": "licence",
      "value": { "declared": "apache-2.0", "concluded": "Apache-2.0", "texts": ["LICENSE"], "link": "" },
      "source": "ptm.lock, README.md",
      "missing_reason": null
    },
    {
      "group": "technical",
      "name": "evaluation",
      "value": null,
      "source": null,
      "missing_reason": "`README.md` has no `model-index`"
    }
  ],
  "complete": 1,
  "of": 2
}
```

`ref` is `null` for the hub's default. A `value` is a string, a number, an object, or an array of strings or objects; an
empty array says that there is none, `null` that it is missing. Dates are `2024-01-01T00:00:00Z`, sizes are bytes. Texts
are as hub and authors wrote them.
"""


def _elements() -> Iterator[str]:
    yield _SHOW
    for group in dict.fromkeys(element.group for element in ELEMENTS):
        yield from (
            f"## {group.capitalize()}",
            "",
            "| element | what it tells | where it is looked for |",
            "|---|---|---|",
        )
        rows = (element for element in ELEMENTS if element.group == group)
        yield from (f"| {element.name} | {element.meaning} | {element.sources} |" for element in rows)
        yield ""


_LIBRARIES = """\
# Libraries that name models their own way

Generated from the tables by `python docs/generate.py`.

`timm.create_model("resnet50")` names a model of a table that is in the library: which file or repository it is, and
with it the weights, changes from version to version. ptmdeps reads these tables as text; no library is imported. For a
name the first of these tables counts that has it:

1. the one that ptmdeps ships of the version that the project locks, or has installed where it locks none;
2. the source of the library in the project's environment, if that is the version that is locked;
3. the one that ptmdeps ships of the nearest older version, or of the newest that the project would allow. The lock says
   which.

| library | hub | shipped (versions that say the same count once) | names in the newest |
|---|---|---|---|
"""


def _libraries() -> Iterator[str]:
    rows = [(hub, library) for hub, libraries in LIBRARIES.items() for library in libraries] + list(LISTED.items())
    yield _LIBRARIES + "\n".join(
        f"| {library.distribution} | {hub} | {table.read[0]} to {table.newest}: {len(table.read)}"
        f" | {len(table.keys_at(table.newest))} |"
        for hub, library in rows
        if (table := shipped(library.shipped)).read
    )
    lists = ("gensim_data", "nltk_data", "spacy_models")
    for module in dict.fromkeys([*(library.module for _, library in rows), *lists]):
        said = inspect.cleandoc(import_module(f"ptmdeps.libraries.{module}").__doc__ or "").replace("``", "`")
        name, _, text = said.partition(":")
        yield from ("", f"## {name}", "", text.strip()[:1].upper() + text.strip()[1:])
    yield ""


_COVERAGE = """\
# Minimum elements

Generated from the lists by `python docs/generate.py`.
[How to prove minimum elements](../how-to/prove-minimum-elements.md) says what to do with it.

`ptmdeps sbom --coverage LIST` judges the bill of materials of a project by a published list. An element is

- *present*: all of it, for everything that could have it;
- *partly there*: some of it, or not for all, or for all that a format can say;
- *missing*: with the reason, and what to do about it;
- *not applicable*: the bill has nothing that it is about.

Models count where they are locked; those that a locked model came from are only named, and count where a list asks for
all components. A word such as "unknown" is no answer, and nothing is guessed.

The tables say where an element stands in the bill, whatever the format: *statements* are what
[`[tool.ptmdeps.bom]`](manifest.md#the-bill-of-materials) says of the project, *said* what it says of one component, a
*fact* is what card or configuration say.

As JSON it is one object, version 1; keys are only added within a version: `list` (`name`, `title`, `publisher`,
`version`, `date`, `url`), `counts` and `elements` (`cluster`, `name`, `status`, `required`, `place`, `whole`, `part`,
`of`, `lacking`, `why`, `advice`). A `status` is `present`, `partly`, `missing` or `none`.
"""


def _coverage() -> Iterator[str]:
    yield _COVERAGE
    yield from ("| list | title | version | of | elements |", "|---|---|---|---|---|")
    for one in LISTS.values():
        title = f"[{one.title}]({one.url})"
        yield f"| [`{one.name}`](#{one.name}) | {title} | {one.version or 'none'} | {one.date} | {len(one.elements)} |"
    for one in LISTS.values():
        yield from ("", f"## {one.name}", "", f"{one.title}, by {one.publisher}. {one.read}")
        for cluster in dict.fromkeys(element.cluster for element in one.elements):
            yield from ("", f"**{cluster}**", "", "| element | what it asks for | where it stands |", "|---|---|---|")
            for element in one.elements:
                if element.cluster == cluster:
                    name = f"{element.name} (where there is one)" if element.extra else element.name
                    yield f"| {name} | {element.asks} | {element.place} |"
    yield ""


_LICENSES = """\
# Licences

Generated from the tables by `python docs/generate.py`.

What licences allow and ask for, as far as it can be said in a table: no legal advice, and no word of it stands for the
text. Where *read* is empty, the facts are hearsay, and the note says so; everything else was read in the text that is
named. *Flows down* are restrictions or terms that must go on to bind what is made of a model. *Outputs* says whether
they may train other models; *distilled* that a model which learns from outputs counts as a derivative. A licence that
SPDX does not list is a `LicenseRef-…` ([why it is called so](../decisions/0029-what-a-licence-is-called.md)).

"""


def _licenses() -> Iterator[str]:
    yield _LICENSES.rstrip()
    yield ""
    yield "| licence | commercial use | gates | flows down | share-alike | outputs | not licensed in | read |"
    yield "|---|---|---|---|---|---|---|---|"
    for facts in FACTS:
        anchor = re.sub(r"[^\w\- ]", "", facts.title.lower()).replace(" ", "-")
        outputs = f"{facts.outputs}, distilled" if facts.distillation else facts.outputs
        no = "; ".join(f"{', '.join(each.excluded)} ({each.models or 'all'})" for each in facts.territory)
        cells = (
            f"[{facts.title}](#{anchor})",
            facts.commercial if not facts.research_only else "no: research only",
            "; ".join(map(_gate, facts.gates)),
            facts.flow_down,
            "no derivatives" if facts.no_derivatives else facts.share_alike,
            outputs,
            no,
            "yes" if facts.checked else "",
        )
        yield f"| {' | '.join(cells)} |"
    for facts in FACTS:
        yield from ("", f"## {facts.title}", "", *_license(facts))
    yield from ("", "## Texts that are recognized", "")
    names = sorted({f"`{text.identifier}`" for text in references().texts})
    yield f"Word by word, or from a likeness of {LEAST} % on: {', '.join(names)}."
    yield ""


def _license(facts: LicenseFacts) -> Iterator[str]:
    yield f"- {', '.join(f'`{identifier}`' for identifier in facts.identifiers)}"
    if facts.commercial_terms:
        yield f"- commercial use: {facts.commercial_terms}"
    if facts.name_prefix:
        made = "made with it or trained on its outputs" if facts.name_prefix_outputs else "made with it"
        yield f"- names of models that are {made} begin with `{facts.name_prefix}`"
    for words in facts.attribution:
        owed = words.place if words.required else f"{words.place}, not required"
        yield f"- {owed} ({words.occasion}): “{words.words}”"
    if facts.use_policy != "none":
        where = f": <{facts.use_policy_url}>" if facts.use_policy_url else ""
        yield f"- use policy that {facts.use_policy.replace('-', ' ')}{where}"
    kept = ("a copy of it" if facts.copy_required else "", "a mark on changes" if facts.mark_changes else "")
    if any(kept):
        yield f"- with every copy: {', '.join(filter(None, kept))}"
    if facts.clauses:
        yield "- where: " + "; ".join(f"{clause.fact.replace('_', ' ')} {clause.where}" for clause in facts.clauses)
    said = f"{facts.source}, {facts.version}" if facts.source and facts.version else facts.source or facts.version
    yield f"- text: <{facts.url}>{f'; read: {said}' if facts.checked else ''}"
    if facts.note:
        yield f"- {facts.note}"


def _gate(gate: Gate) -> str:
    amount = f"{gate.above / 1_000_000:g} million"
    if gate.currency:
        amount = f"{gate.currency} {amount}"
    where = f"{'from' if gate.inclusive else 'above'} {amount} {gate.measure.replace('-', ' ')}"
    return f"{where}: {gate.beyond}"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
