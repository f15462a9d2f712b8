"""What is left out where there is no room."""

from __future__ import annotations

from ptmdeps.render.proposals.fitting import Part, Section, fitted

ADVICE = "More is elsewhere."


def section(name: str, rows: int, rank: int) -> Section:
    return Section(
        title=name, name=name, rows=tuple(f"row {number:04}" for number in range(rows)), head="<pre>", rank=rank
    )


def test_everything_that_fits_is_there_in_its_order() -> None:
    parts = [Part(head="one\n", sections=(section("a", 2, 9), section("b", 1, 0))), Part(head="two\n")]
    text = fitted("start\n", parts, "end\n", 10_000, ADVICE)
    assert [text.index(what) for what in ("start", "one", ">a<", "row 0001", ">b<", "two", "end")] == sorted(
        text.index(what) for what in ("start", "one", ">a<", "row 0001", ">b<", "two", "end")
    )
    assert ADVICE not in text


def test_the_least_important_goes_first_and_that_is_said() -> None:
    part = Part(head="one\n", sections=(section("card", 200, 6), section("code", 30, 1), section("files", 100, 5)))
    text = fitted("start\n", [part], "end\n", 1_700, ADVICE)
    assert len(text) <= 1_700
    assert text.startswith("start\none\n") and text.endswith("end\n")
    assert ">code<" in text and "row 0029" in text.partition(">code<")[2]
    assert "_Left out, because it does not fit here: some of: files, some of: card._" in text
    assert ADVICE in text


def test_a_long_list_leaves_room_for_others() -> None:
    part = Part(head="", sections=(section("code", 1_000, 1), section("files", 5, 5)))
    text = fitted("", [part], "", 4_000, ADVICE)
    assert "… and " in text and "row 0004" in text.partition(">files<")[2]


def test_heads_that_do_not_fit_are_counted() -> None:
    parts = [Part(head=f"head {number} {'x' * 100}\n", sections=(section("a", 5, 1),)) for number in range(50)]
    text = fitted("start\n", parts, "end\n", 2_000, ADVICE)
    assert len(text) <= 2_000 and "more models" in text and "head 0 " in text


def test_nothing_is_longer_than_the_limit() -> None:
    parts = [Part(head="head\n", sections=(section("a", 50, 1),))]
    assert all(len(fitted("start\n" * 9, parts, "end\n", limit, ADVICE)) <= limit for limit in range(0, 900, 50))
