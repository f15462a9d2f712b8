"""The official client's shared session and its log, watched: every request counted, every answer looked at.

The client throws its session away after a connection that failed and makes another, so the watch is kept by what
makes sessions and not by one of them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import huggingface_hub

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import printable

_ENTITY_TAG = re.compile(r'(W/)?"?[^/\\\x00-\x1f"]*"?')
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ASKED_COMMIT = re.compile(r"/resolve/([0-9a-f]{40})/")
_HINT = "Is `HF_ENDPOINT` the hub that you mean? Nothing of that answer was stored"
# the last of these quotes the address of a download, whose signature is as good as a password
_WAITING = re.compile(r"Retrying in |Rate limited\. Waiting |Error while downloading from ")
_REASON_FOR_WAITING = " thrown while requesting "

_log = logging.getLogger(__name__)


def watch(count: Callable[[], None]) -> None:
    """Call ``count`` for every request from now on, and refuse answers that would lead the client astray."""
    first = huggingface_hub.get_session()
    request = [*first.event_hooks.get("request", ()), lambda _: count()]
    response = [*first.event_hooks.get("response", ()), refuse_hostile]

    def make() -> Any:  # noqa: ANN401 - httpx or httpx2, by the version of the client
        hooks: Any = {"request": request, "response": response}
        return type(first)(event_hooks=hooks, follow_redirects=first.follow_redirects, timeout=first.timeout)

    huggingface_hub.set_client_factory(make)
    library = logging.getLogger("huggingface_hub")
    library.handlers = [_Retelling()]
    library.propagate = False


def refuse_hostile(answer: Any) -> None:  # noqa: ANN401 - httpx or httpx2
    """Refuse an answer whose entity tag or commit is a path: the client makes names of files of them without a look."""
    tag = str(answer.headers.get("x-linked-etag") or answer.headers.get("etag") or "")
    if answer.request.method == "HEAD" and not _ENTITY_TAG.fullmatch(tag):
        raise UnsafeContent(f"the hub sent the entity tag `{printable(tag)}`, which leads out of the cache", hint=_HINT)
    commit = answer.headers.get("x-repo-commit")
    if commit is None:
        return
    if not _COMMIT.fullmatch(commit):
        raise UnsafeContent(f"the hub sent the commit `{printable(commit)}`, which is none", hint=_HINT)
    asked = _ASKED_COMMIT.search(answer.request.url.path)
    if asked and asked[1] != commit:
        raise UnsafeContent(f"asked for commit {asked[1][:12]}, the hub answered with {commit[:12]}", hint=_HINT)


class _Retelling(logging.Handler):
    """What the client logs, in our words: it quotes servers, and tells each of its retries in two lines."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if _WAITING.match(text):
            _log.warning("the hub is busy or does not answer: trying again")
        elif _REASON_FOR_WAITING not in text:
            _log.warning("%s", printable(" ".join(text.split())))
