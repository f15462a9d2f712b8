from __future__ import annotations

import time

import pytest

from ptmdeps.inspect.copyrights import MAX_LINES, copyright_lines


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Copyright (c) 2024 Acme", "Copyright (c) 2024 Acme"),
        (
            "   Copyright 2018- The Example team.  All rights reserved.",
            "Copyright 2018- The Example team. All rights reserved.",
        ),
        ("# Copyright © 2023 Acme", "Copyright © 2023 Acme"),
        ("(c) 2020 somebody", "(c) 2020 somebody"),
        ("Portions Copyright: 2021 Acme", "Portions Copyright: 2021 Acme"),
        (
            "under the X License, Copyright (c) Acme, Inc. All Rights Reserved.",
            "Copyright (c) Acme, Inc. All Rights Reserved.",
        ),
    ],
)
def test_copyright_lines_are_found(line: str, found: str) -> None:
    assert copyright_lines(f"The Licence\n\n{line}\n\ntext\n".encode()) == (found,)


@pytest.mark.parametrize(
    "line",
    [
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright (C) <year>  <name of author>",
        "copyright license to reproduce the Work, of 2004",
        "The copyright holders of 2020 may",
        "(c) You must retain all copyright notices",
        "2. Grant of Copyright License. Subject to 2019",
        "copyrighted in 2020",
    ],
)
def test_templates_and_clauses_are_no_copyright_lines(line: str) -> None:
    assert copyright_lines(line.encode()) == ()


def test_lines_are_kept_once_and_not_without_end() -> None:
    text = "\n".join(f"Copyright (c) {2000 + number % 20} owner {number // 2}" for number in range(2000))
    assert len(copyright_lines(text.encode())) == MAX_LINES
    assert copyright_lines(b"Copyright (c) 2024 A\nCopyright  (c) 2024 A\n") == ("Copyright (c) 2024 A",)


@pytest.mark.parametrize("part", ["copyright ", "copyright (c) ", "(c)", "#", "\xa9"])
def test_hostile_texts_take_no_time(part: str) -> None:
    began = time.process_time()
    copyright_lines((part * 200_000).encode())
    assert time.process_time() - began < 1.0
