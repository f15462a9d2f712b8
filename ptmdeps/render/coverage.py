"""What a bill of materials has of a list of minimum elements, as text, JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ptmdeps.bom.coverage import Answer, Coverage, Status
from ptmdeps.paths import printable
from ptmdeps.render.markdown import prose_cell, table_row

VERSION = 1
"""Of the JSON; keys are only added within a version."""

_MARKS: Mapping[Status, str] = {"present": "+", "partly": "~", "missing": "-", "none": "."}
_WORDS: Mapping[Status, str] = {
    "present": "present",
    "partly": "partly there",
    "missing": "missing",
    "none": "not applicable",
}
_MOST_NAMES = 5
_LONGEST = 300


def as_text(found: Coverage) -> str:
    """For people: what is there in a line each, what is not with the reason and what to do."""
    return "".join(f"{line}\n" for line in _lines(found))


def as_json(found: Coverage) -> str:
    """One object, with every element."""
    return json.dumps(_document(found), ensure_ascii=False, indent=2) + "\n"


def as_markdown(found: Coverage) -> str:
    """A table for each cluster."""
    return "".join(f"{line}\n" for line in _markdown(found))


COVERAGE_FORMATS: Mapping[str, Callable[[Coverage], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
"""Every format in which a coverage can be printed."""


def _lines(found: Coverage) -> Iterator[str]:
    yield f"{found.list.title}{_edition(found)}"
    yield _total(found)
    cluster = ""
    for answer in found.answers:
        if answer.element.cluster != cluster:
            cluster = answer.element.cluster
            yield ""
            yield cluster
        yield f"  {_MARKS[answer.status]} {answer.element.name}{_share(answer)}"
        if answer.why:
            yield f"      {_why(answer)}"
        if answer.advice:
            yield f"      hint: {answer.advice}"


def _edition(found: Coverage) -> str:
    parts = (found.list.version, found.list.date)
    return f" ({', '.join(filter(None, parts))})" if any(parts) else ""


def _total(found: Coverage) -> str:
    counts = found.counts
    said = ", ".join(f"{counts[status]} {words}" for status, words in _WORDS.items() if counts[status])
    return f"{len(found.answers)} elements: {said}"


def _share(answer: Answer) -> str:
    """For how many it is there; nothing where it is about the whole bill."""
    judgement = answer.judgement
    if judgement.of < 1 or (judgement.of == 1 and not judgement.lacking):
        return ""
    some = f", {judgement.half} in part" if judgement.half else ""
    return f": {judgement.whole} of {judgement.of}{some}"


def _why(answer: Answer) -> str:
    names = [printable(name, limit=100) for name in answer.judgement.lacking[:_MOST_NAMES]]
    more = len(answer.judgement.lacking) - len(names)
    of = f" ({', '.join(names)}{f' and {more} more' if more else ''})" if names else ""
    return f"{'; '.join(printable(reason, limit=_LONGEST) for reason in answer.why)}{of}"


def _document(found: Coverage) -> dict[str, Any]:
    asked = found.list
    return {
        "version": VERSION,
        "list": {
            "name": asked.name,
            "title": asked.title,
            "publisher": asked.publisher,
            "version": asked.version or None,
            "date": asked.date,
            "url": asked.url,
        },
        "counts": {status: found.counts[status] for status in _WORDS},
        "elements": [_entry(answer) for answer in found.answers],
    }


def _entry(answer: Answer) -> dict[str, Any]:
    element, judgement = answer.element, answer.judgement
    return {
        "cluster": element.cluster,
        "name": element.name,
        "status": answer.status,
        "required": not element.extra,
        "place": element.place,
        "whole": judgement.whole,
        "part": judgement.half,
        "of": judgement.of,
        "lacking": list(judgement.lacking),
        "why": list(answer.why),
        "advice": answer.advice or None,
    }


def _markdown(found: Coverage) -> Iterator[str]:
    yield f"## {found.list.title}{_edition(found)}"
    yield ""
    yield f"{_total(found)}."
    for cluster in dict.fromkeys(answer.element.cluster for answer in found.answers):
        yield from ("", f"### {cluster}", "", table_row(("Element", "", "Why", "What to do")), table_row(["---"] * 4))
        for answer in found.answers:
            if answer.element.cluster == cluster:
                said = f"{_WORDS[answer.status]}{_share(answer)}"
                why = prose_cell(_why(answer)) if answer.why else ""
                yield table_row((prose_cell(answer.element.name), said, why, prose_cell(answer.advice)))
