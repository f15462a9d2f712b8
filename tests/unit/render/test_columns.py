from __future__ import annotations

from ptmdeps.render.columns import aligned


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [("acme/模型", "1"), ("a", "1,000")]
    assert aligned(("model", "size"), rows, right=frozenset({"size"}), color=False) == (
        "model       size\nacme/模型      1\na          1,000\n"
    )


def test_headings_stand_out_where_there_is_colour_and_need_no_rows() -> None:
    assert aligned(("model", "size"), [], right=frozenset(), color=True) == "\x1b[1mmodel  size\x1b[0m\n"
