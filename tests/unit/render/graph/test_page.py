from __future__ import annotations

import json
import re
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest

from ptmdeps.render.graph.page import SCRIPTS, embedded, page
from ptmdeps.render.graph.page.layout import Slot, crossings, slots
from tests.browser.documents import HOSTILE, Json, circular, document, edge, generated, hostile, node, small

DOCUMENTS: dict[str, Callable[[], Json]] = {
    "none": lambda: document([], []),
    "five": small,
    "sixty": lambda: generated(60),
    "five hundred": lambda: generated(500),
    "hostile": hostile,
    "circular": circular,
}
ALL = pytest.mark.parametrize("make", DOCUMENTS.values(), ids=list(DOCUMENTS))


class Reader(HTMLParser):
    """What a browser would see: elements with their attributes, and what is in style and script elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.contents: list[str] = []
        self.inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.contents.append("")
        self.inside = True

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser calls it so
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.contents[-1] += data

    def named(self, tag: str) -> Iterator[tuple[dict[str, str | None], str]]:
        for (name, attributes), content in zip(self.elements, self.contents, strict=True):
            if name == tag:
                yield attributes, content


def digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy(read: Reader) -> dict[str, str]:
    [content] = [str(one["content"]) for one, _ in read.named("meta") if one.get("http-equiv")]
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in content.split(";"))}


def ends(made: Json) -> list[tuple[int, int]]:
    index = {one["id"]: number for number, one in enumerate(made["nodes"])}
    return [(index[one["from"]], index[one["to"]]) for one in made["edges"]]


@ALL
def test_the_document_is_in_the_page_as_it_is(make: Callable[[], Json]) -> None:
    made = make()
    data = {one["id"]: content for one, content in Reader(page(made)).named("script") if "id" in one}
    assert json.loads(data["graph-document"]) == made
    assert json.loads(data["graph-layout"]) == [[slot.column, slot.row] for slot in slots(made)]


@ALL
def test_equal_documents_give_equal_pages(make: Callable[[], Json]) -> None:
    assert page(make()) == page(json.loads(json.dumps(make())))


@ALL
def test_only_the_pages_own_style_and_script_may_run(make: Callable[[], Json]) -> None:
    read = Reader(page(make()))
    rules = policy(read)
    [(_, style)] = read.named("style")
    scripts = [(one, content) for one, content in read.named("script") if one["type"] != "application/json"]
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == digest(style)
    assert [(rules["script-src"], "module")] == [(digest(content), one["type"]) for one, content in scripts]
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in json.dumps(rules)


@ALL
def test_nothing_is_fetched_and_no_handler_is_in_the_markup(make: Callable[[], Json]) -> None:
    read = Reader(page(make()))
    attributes = {name for _, found in read.elements for name in found}
    assert not {name for name in attributes if name.startswith("on") or name in {"src", "srcset", "style", "action"}}
    assert {str(one.get("href"))[0] for tag, one in read.elements if tag in {"a", "link"}} == {"#"}
    assert not {tag for tag, _ in read.elements} & {"img", "iframe", "object", "embed", "link", "base", "form"}


def test_hostile_texts_are_data_and_never_markup() -> None:
    tame = Reader(page(small()))
    read = Reader(page(hostile()))
    assert [tag for tag, _ in read.elements] == [tag for tag, _ in tame.elements]
    assert page(hostile()).encode("utf-8")
    [(_, title)] = read.named("title")
    assert HOSTILE[0] in title


@pytest.mark.parametrize("text", HOSTILE)
def test_embedded_texts_come_back(text: str) -> None:
    written = embedded({text: text})
    assert json.loads(written) == {text: text}
    assert written.isascii() and written.isprintable() and not set(written) & set("<>&")


def test_the_script_sets_text_and_nothing_else() -> None:
    [script] = [content for one, content in Reader(page(small())).named("script") if one["type"] == "module"]
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\(|fetch\(|XMLHttp|import\("
    assert not re.search(forbidden, script)
    assert len(SCRIPTS) == len(set(SCRIPTS))


def test_a_page_is_little_more_than_its_document() -> None:
    assert len(page(small())) < 100_000
    made = generated(5000)
    assert len(page(made)) < 1.2 * len(json.dumps(made, separators=(",", ":"))) + 100_000


@ALL
def test_no_two_nodes_have_one_place_and_none_is_empty(make: Callable[[], Json]) -> None:
    made = make()
    places = slots(made)
    columns = sorted({place.column for place in places})
    assert len(places) == len(set(places)) == len(made["nodes"])
    assert columns == list(range(len(columns)))
    for column in columns:
        rows = sorted(place.row for place in places if place.column == column)
        assert rows == list(range(len(rows)))


@pytest.mark.parametrize("size", [5, 60, 500, 5000])
def test_edges_point_to_the_right(size: int) -> None:
    made = generated(size)
    places = slots(made)
    assert [pair for pair in ends(made) if places[pair[0]].column >= places[pair[1]].column] == []


def test_of_a_cycle_one_edge_points_back() -> None:
    places = slots(circular())
    back = [pair for pair in ends(circular()) if places[pair[0]].column >= places[pair[1]].column]
    assert len([pair for pair in back if pair[0] != pair[1]]) == 1


def test_columns_go_from_the_project_to_the_roots_with_data_and_packages_apart() -> None:
    made = generated(60)
    columns: dict[str, set[int]] = {}
    for one, place in zip(made["nodes"], slots(made), strict=True):
        columns.setdefault(one["kind"], set()).add(place.column)
    assert columns["project"] == {0} and columns["place"] == {1}
    assert min(columns["model"]) == 2
    assert max(columns["model"] | columns["code"]) < min(columns["dataset"])
    assert max(columns["dataset"]) < min(columns["package"])


def test_a_model_that_nothing_leads_to_is_among_the_models() -> None:
    project, place = node("project", "p"), node("place", "a.py:1")
    used, orphan = node("model", "acme/used"), node("model", "acme/orphan")
    edges = [edge(project, place, "loads", "use"), edge(place, used, "loads", "use")]
    assert slots(document([orphan, place, project, used], edges)) == (
        Slot(2, 1),
        Slot(1, 0),
        Slot(0, 0),
        Slot(2, 0),
    )


def test_crossings_are_counted() -> None:
    places = [Slot(0, 0), Slot(0, 1), Slot(1, 0), Slot(1, 1)]
    assert crossings(places, [(0, 2), (1, 3)]) == 0
    assert crossings(places, [(0, 3), (1, 2)]) == 1
    assert crossings(places, [(0, 3), (0, 2), (1, 2), (1, 3)]) == 1


def test_lines_that_need_not_cross_do_not() -> None:
    """A comb whose teeth are given in another order than its bases."""
    project = node("project", "p")
    models = [node("model", f"acme/m{number}") for number in range(12)]
    bases = [node("model", f"acme/b{(number * 5) % 12}") for number in range(12)]
    edges = [edge(project, model, "loads", "use") for model in models]
    edges += [edge(model, bases[number * 7 % 12], "finetune", "lineage") for number, model in enumerate(models)]
    made = document([project, *models, *bases], edges)
    assert crossings(slots(made), ends(made)) == 0


def test_the_sweeps_save_most_crossings_of_a_large_graph() -> None:
    made = generated(500)
    places = slots(made)
    depth_first = _rows_in_given_order(places)
    assert crossings(places, ends(made)) < 0.5 * crossings(depth_first, ends(made))


def _rows_in_given_order(places: tuple[Slot, ...]) -> list[Slot]:
    taken: dict[int, int] = {}
    found = []
    for place in places:
        found.append(Slot(place.column, taken.setdefault(place.column, 0)))
        taken[place.column] += 1
    return found


def test_work_grows_little_more_than_the_graph() -> None:
    few, many = _work(generated(200)), _work(generated(1000))
    assert many < 7 * few
    assert many < 1_000_000


def _work(made: Json) -> int:
    """How many lines of the layout are run: the same on every machine."""
    done = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal done
        if not frame.f_code.co_filename.endswith("layout.py"):
            return None
        done += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        slots(made)
    finally:
        sys.settrace(before)
    return done


def test_a_chain_of_thousands_needs_no_recursion() -> None:
    models = [node("model", f"acme/m{number}") for number in range(3000)]
    edges = [edge(one, other, "finetune", "lineage") for one, other in pairwise(models)]
    places = slots(document(models, edges))
    assert [place.column for place in places] == list(range(3000))
