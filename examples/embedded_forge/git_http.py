"""Git over HTTP for a project of a forge: the real `git http-backend` (RFC 3875), which may be pushed to.

Protocol: git-scm.com/docs/gitprotocol-http. A token is asked for as forges do: as the password, of any user.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import os
import subprocess
from http import HTTPStatus
from typing import TYPE_CHECKING

from embedded_github.smart_http import environment
from embedded_hub.exchange import Answer, Body

if TYPE_CHECKING:
    from embedded_forge.state import Project, State
    from embedded_hub.exchange import Request

_SERVICES = {("info", "refs"), ("git-upload-pack",), ("git-receive-pack",)}
_SETTINGS = {"http.receivepack": "true", "safe.directory": "*", "uploadpack.allowFilter": "true"}


def answer(request: Request, state: State) -> Answer | None:
    """Return what git answers; None for what is no request of git."""
    parts = request.segments
    end = next((index for index, part in enumerate(parts) if part.endswith(".git")), None)
    if end is None or tuple(parts[end + 1 :]) not in _SERVICES:
        return None
    project = state.project("/".join(parts[: end + 1]).removesuffix(".git"))
    access = state.tokens.get(_password(request))
    writes = "git-receive-pack" in request.target
    if project is None or (access is None and (writes or project.private)):
        headers = {"WWW-Authenticate": 'Basic realm="Git"'}
        return Answer(status=HTTPStatus.UNAUTHORIZED if access is None else HTTPStatus.NOT_FOUND, headers=headers)
    if writes and access is not None and "contents" not in access.may:
        return Answer(status=HTTPStatus.FORBIDDEN)
    with project.lock:
        found = _run(request, project, tuple(parts[end + 1 :]), access.login if access else "")
        if writes:
            project.settle()
    return found


def _run(request: Request, project: Project, rest: tuple[str, ...], user: str) -> Answer:
    encoding = request.headers.get("content-encoding", "")
    body = gzip.decompress(request.body) if encoding == "gzip" else request.body
    variables = {
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "GATEWAY_INTERFACE": "CGI/1.1",
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROJECT_ROOT": os.fspath(project.git.directory),
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "PATH_INFO": "/" + "/".join(rest),
        "QUERY_STRING": request.query,
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_USER": user,
        "REQUEST_METHOD": request.method,
    }
    given = environment(_SETTINGS) | variables
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, check=False, env=given)
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split()[0]) if head else 500
    return Answer(status=status, headers=headers, body=Body.whole(content))


def _password(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
