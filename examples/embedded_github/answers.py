"""How GitHub refuses: with a page, or with JSON that points at its documentation."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from embedded_hub.exchange import Answer, Body

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENTATION = "https://docs.github.com/rest"


class Refused(Exception):
    """A request that is answered with something else than what it asks for: an error, or another address."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def page(status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a web page."""
    body = f"<!DOCTYPE html>\n<html><head><title>{status.phrase}</title></head><body>{text}</body></html>\n"
    given = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
    return Answer(status=status, headers=given, body=Body.whole(body.encode()))


def moved(status: HTTPStatus, location: str) -> Answer:
    """Return a redirect."""
    return page(status, f'<a href="{location}">Moved</a>', {"Location": location})


def complaint(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an error of the API."""
    document = {"message": message, "documentation_url": DOCUMENTATION, "status": str(int(status))}
    return Answer.json(document, status=status, headers=headers)


def page_missing() -> Refused:
    """Return the 404 of the web."""
    return Refused(page(HTTPStatus.NOT_FOUND, "Not Found"))


def missing() -> Refused:
    """Return the 404 of the API, which is also what those get who may not see a repository."""
    return Refused(complaint(HTTPStatus.NOT_FOUND, "Not Found"))
