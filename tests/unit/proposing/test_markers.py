"""What is hidden in a body comes back as it was, and what people or attackers write there does no harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.proposing.dashboard import box, ticked
from ptmdeps.proposing.markers import Marker, Moved, marked, marker_of, rebase_wished, text_of, unmarked
from ptmdeps.proposing.proposal import MARKER_ROOM, REBASE_BOX

MOVED = Moved(model="huggingface:acme/a", ref="main", before="1" * 40, after="2" * 40)
FULL = Marker(
    models=(MOVED,),
    group="encoders",
    digest="d" * 64,
    edits="e" * 64,
    head="a" * 40,
    base="b" * 64,
    on="c" * 64,
    todo=("labels", "merge"),
    closed="superseded",
)

PLAIN = st.text(st.characters(exclude_categories=("C", "Z")), max_size=40)


def test_a_marker_comes_back() -> None:
    body = marked("# Upgrade\n", FULL)
    assert marker_of(body) == FULL
    assert unmarked(body) == "# Upgrade"
    assert body.count("\n") == 1 + body[: body.index("<!--")].count("\n") - 1


@settings(deadline=None)
@given(model=PLAIN, ref=PLAIN, group=PLAIN)
def test_nothing_that_a_name_holds_ends_the_comment(model: str, ref: str, group: str) -> None:
    marker = Marker(models=(Moved(model=model, ref=ref, before="1", after="-->"),), group=group)
    text = text_of(marker)
    assert text.count("-->") == 1 and text.endswith(" -->") and text.count("<!--") == 1 and "\n" not in text
    assert marker_of(f"body\n{text}") == marker


def test_the_last_one_counts() -> None:
    quoted = text_of(Marker(digest="1" * 64))
    body = marked(f"somebody quotes {quoted}", FULL)
    assert marker_of(body) == FULL


def test_models_for_which_there_is_no_room_are_counted() -> None:
    models = tuple(Moved(model=f"huggingface:acme/{n:04}", before="1" * 40, after="2" * 40) for n in range(500))
    text = text_of(Marker(models=models))
    assert len(text) < MARKER_ROOM
    found = marker_of(text)
    assert found and found.more and len(found.models) + found.more == 500


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!-- ptmdeps:v1 -->",
        "<!-- ptmdeps:v1 [] -->",
        "<!-- ptmdeps:v1 3 -->",
        "<!-- ptmdeps:v1 {} ",
        '<!-- ptmdeps:v2 {"digest":""} -->',
        '<!-- ptmdeps:v1 {"digest":"xyz"} -->',
        '<!-- ptmdeps:v1 {"head":3} -->',
        '<!-- ptmdeps:v1 {"models":{}} -->',
        '<!-- ptmdeps:v1 {"models":[3]} -->',
        '<!-- ptmdeps:v1 {"models":["a"]} -->',
        '<!-- ptmdeps:v1 {"models":[{"model":"a"}]} -->',
        '<!-- ptmdeps:v1 {"models":[{"model":"a","from":"\\u001b[2J","to":"b"}]} -->',
        '<!-- ptmdeps:v1 {"closed":"somehow"} -->',
        '<!-- ptmdeps:v1 {"closed":[]} -->',
        '<!-- ptmdeps:v1 {"more":-1} -->',
        '<!-- ptmdeps:v1 {"todo":"labels"} -->',
        f"<!-- ptmdeps:v1 {'[' * 30_000} -->",
        f'<!-- ptmdeps:v1 {{"group":"{"x" * 5_000}"}} -->',
        f'<!-- ptmdeps:v1 {{"more":{"9" * 6_000}}} -->',
        f'<!-- ptmdeps:v1 {{"models":[{",".join(["{}"] * 2000)}]}} -->',
    ],
)
def test_what_is_no_marker_is_none(text: str) -> None:
    assert marker_of(text) is None


def test_what_a_newer_one_may_add_is_dropped() -> None:
    assert marker_of('<!-- ptmdeps:v1 {"digest":"","later":{},"todo":["labels","dance"]} -->') == Marker(
        todo=("labels",)
    )


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    marker_of(f"<!-- ptmdeps:v1 {text} -->")
    unmarked(text)
    ticked(text)


def test_a_megabyte_of_beginnings_takes_no_time() -> None:
    body = "<!-- ptmdeps:v1 {" * 60_000
    start = time.process_time()
    assert marker_of(body) is None and not ticked(body) and not rebase_wished(body)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("line", "wished"),
    [
        (f"- [x] {REBASE_BOX} Rebase", True),
        (f"  * [X] {REBASE_BOX}", True),
        (f"- [ ] {REBASE_BOX} Rebase", False),
        (f"text - [x] {REBASE_BOX}", False),
        (f"> - [x] {REBASE_BOX}", False),
    ],
)
def test_the_box_for_a_rebase(line: str, wished: bool) -> None:
    assert rebase_wished(f"before\r\n{line}\r\nafter") is wished


def test_boxes_of_the_dashboard() -> None:
    one, other = box("ptmdeps/acme-a-1234567"), box("ptmdeps/acme-b-1234567")
    body = f"{one.replace('[ ]', '[x]')} A\n{other} B\n- [x] <!-- ptmdeps:do --> C\n"
    assert ticked(body) == {"ptmdeps/acme-a-1234567"}
