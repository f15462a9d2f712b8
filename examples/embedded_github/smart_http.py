"""Git over HTTP: the real `git http-backend`, called as a CGI program (RFC 3875).

Protocol: git-scm.com/docs/gitprotocol-http, versions 0, 1 and 2. As at GitHub every commit that any ref leads to may be
asked for by its id, and partial clones are possible; nothing may be pushed.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from embedded_hub.exchange import Answer, Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_github.repository import GitHubRepository
    from embedded_hub.exchange import Request

_OPTIONS = {
    "http.getanyfile": "false",
    "http.receivepack": "false",
    "safe.directory": "*",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowReachableSHA1InWant": "true",
    "uploadpack.allowTipSHA1InWant": "true",
}


def answer(request: Request, repository: GitHubRepository, rest: tuple[str, ...]) -> Answer:
    """Return what git answers; `rest` is the path below the repository, such as `info/refs`."""
    variables = {
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "GATEWAY_INTERFACE": "CGI/1.1",
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROJECT_ROOT": os.fspath(repository.git.directory),
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
        "PATH_INFO": "/" + "/".join(rest),
        "QUERY_STRING": request.query,
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": request.method,
    }
    given = environment(_OPTIONS) | variables
    done = subprocess.run(["git", "http-backend"], input=request.body, capture_output=True, check=False, env=given)
    return _parsed(done.stdout)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a git that has these settings, and none of the user's, the machine's or a caller's."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    variables |= {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _parsed(output: bytes) -> Answer:
    head, _, body = output.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split()[0]) if head else 500
    return Answer(status=status, headers=headers, body=Body.whole(body))
