"""Downloads of files that are locked: answered from the environment, whichever library asks for them.

``files/index`` of an environment has a note for every locked address. What is not locked goes its usual way: most of
what a program downloads is no model.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any


def locked(url: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 - whatever a program asks for
    """The file in the environment that is locked for an address, and what the note says; ``None`` for others."""
    environment = os.environ.get("PTMDEPS_ENVIRONMENT")
    if not environment or not isinstance(url, str):
        return None
    name = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    try:
        with open(os.path.join(environment, "files", "index", name + ".json"), encoding="utf-8") as stream:
            import json

            note = json.load(stream)
        path = os.path.join(environment, *note["path"].split("/"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return (path, note) if os.path.isfile(path) else None


def serve_urllib(module: Any) -> None:  # noqa: ANN401
    """``urlopen`` and ``urlretrieve``, and every opener that somebody builds."""
    original = module.OpenerDirector.open

    def open_locked(self: Any, fullurl: Any, data: Any = None, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        url = fullurl if isinstance(fullurl, str) else getattr(fullurl, "full_url", "")
        found = locked(url) if data is None and _gets(fullurl) else None
        if found is None:
            return original(self, fullurl, data, *arguments, **keywords)
        return _answer(found[0], url, found[1])

    module.OpenerDirector.open = open_locked


def serve_requests(module: Any) -> None:  # noqa: ANN401
    """``requests``, whose sessions all come to the adapter in the end."""
    original = module.HTTPAdapter.send

    def send_locked(self: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        found = locked(request.url) if request.method in {"GET", "HEAD"} else None
        if found is None:
            return original(self, request, *arguments, **keywords)
        from urllib3 import HTTPResponse

        path, note = found
        body = open(path if request.method == "GET" else os.devnull, "rb")  # noqa: SIM115 - the response closes it
        facts = {"headers": _headers(path, note), "status": 200, "request_method": request.method}
        return self.build_response(request, HTTPResponse(body, preload_content=False, **facts))

    module.HTTPAdapter.send = send_locked


def _gets(request: Any) -> bool:  # noqa: ANN401
    return isinstance(request, str) or getattr(request, "get_method", lambda: "GET")() in {"GET", "HEAD"}


def _answer(path: str, url: str, note: dict[str, Any]) -> Any:  # noqa: ANN401
    from email.message import Message
    from urllib.response import addinfourl

    headers = Message()
    for name, value in _headers(path, note).items():
        headers[name] = value
    answer: Any = addinfourl(open(path, "rb"), headers, url, 200)  # noqa: SIM115 - the program closes it
    # what programs know of the answers of servers, beside that
    answer.msg = answer.reason = "OK"
    answer.length = os.path.getsize(path)
    answer.getheader = headers.get
    answer.getheaders = headers.items
    if not hasattr(answer, "status"):  # before Python 3.9
        answer.status = answer.code
    return answer


def _headers(path: str, note: dict[str, Any]) -> dict[str, str]:
    headers = {"Content-Length": str(os.path.getsize(path)), "Content-Type": "application/octet-stream"}
    if note.get("etag"):
        headers["ETag"] = note["etag"]
    return headers
