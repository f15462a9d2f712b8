"""Parts of a file: RFC 9110, 14 (range requests) and 13.1.5 (`If-Range`)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from embedded_hub.exchange import Answer, Body, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def part(whole: Body, request: Request, headers: Mapping[str, str]) -> Answer:
    """Return what was asked for of a file: all of it, one range (206), or the refusal of a range outside it (416)."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or not _still_the_same(request, headers) or not any(asked.groups()):
        return Answer(headers=headers, body=whole)
    first, last = asked.groups()
    start = int(first) if first else max(whole.length - int(last), 0)
    end = min(int(last) + 1, whole.length) if first and last else whole.length
    if start >= end:
        given = {**headers, "Content-Range": f"bytes */{whole.length}"}
        return Answer(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=given)
    given = {**headers, "Content-Range": f"bytes {start}-{end - 1}/{whole.length}"}
    body = Body(source=whole.source, start=start, length=end - start)
    return Answer(status=HTTPStatus.PARTIAL_CONTENT, headers=given, body=body)


def _still_the_same(request: Request, headers: Mapping[str, str]) -> bool:
    # A range is for who holds the same representation, everybody else needs the whole; a weak ETag proves nothing.
    held = request.headers.get("if-range")
    strong = {headers.get("ETag", "W/"), headers.get("Last-Modified", "W/")}
    return held is None or (held in strong and not held.startswith("W/"))
