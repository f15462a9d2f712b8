"""Where projects live and are reviewed: GitHub, GitLab, Gitea and Forgejo, and the project's own Git.

``protocol`` says what a forge can do; each forge is a module of its own. Nothing here decides what is proposed: that is
``ptmdeps.proposing``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ptmdeps.errors import ForgeDenied, ForgeError
from ptmdeps.forges.protocol import Place
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.forges.protocol import Forge

FORGES: Mapping[str, str] = {
    "github": "ptmdeps.forges.github:GitHub",
    "gitlab": "ptmdeps.forges.gitlab:GitLab",
    "gitea": "ptmdeps.forges.gitea:Gitea",
    "local": "ptmdeps.forges.local:Local",
}
"""Every forge by its name, loaded when first asked for; each is made with ``(place, token)``. Forgejo is ``gitea``."""

ANY_TOKEN = "PTMDEPS_FORGE_TOKEN"  # noqa: S105 - the name of a variable
"""The variable whose token is for whatever forge was meant."""
TOKENS: Mapping[str, str] = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN", "gitea": "GITEA_TOKEN"}
"""The variable whose token is for the forge of the CI that runs, or for the one that everybody knows; see ``token``."""

_PUBLIC: Mapping[str, str] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "gitea.com": "gitea",
    "codeberg.org": "gitea",
}
_SERVERS: Mapping[str, tuple[str, ...]] = {
    "github": ("GITHUB_API_URL", "GITHUB_SERVER_URL"),
    "gitlab": ("CI_API_V4_URL", "CI_SERVER_URL"),
    "gitea": ("GITHUB_API_URL", "GITHUB_SERVER_URL", "GITEA_SERVER_URL"),
}
"""Variables that name the server for which the tokens of ``TOKENS`` were made; its administrator sets them, in CI."""
_IN_NAME = {"github": "github", "gitlab": "gitlab", "gitea": "gitea", "forgejo": "gitea"}
_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>[^:/\s]+):(?P<path>(?!/).+)")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.~-]+(/[A-Za-z0-9_.~-]+)+")
_HINT = "Give `--forge github|gitlab|gitea` and `--repository`, as `owner/name` or by its address"


def detect(remote_url: str, environment: Mapping[str, str], *, forge: str = "", repository: str = "") -> Place:
    """Where a project lives: as it is told, else as its CI says, else by the address of its Git remote.

    ``repository`` is ``owner/name`` or an address. A forge of a company's own is known by its name
    (``gitlab.example.org``) or has to be told; its API is at the usual path (``/api/v3``, ``/api/v4``, ``/api/v1``).

    Raises:
        ForgeError: it cannot be known, or is no forge or repository.
    """
    if forge and forge not in FORGES:
        raise ForgeError(f"there is no forge `{printable(forge)}`", hint=f"There are {', '.join(FORGES)}")
    address = repository if "://" in repository or _SCP.fullmatch(repository) else ""
    origin, path = _parts(address or remote_url)
    found = forge or _forge_of(origin, environment) or ("" if address else _running(environment))
    if not found:
        raise ForgeError("it is not known on which forge the project lives", hint=_HINT)
    if not address:
        origin = origin if origin and _forge_of(origin, environment) in {"", found} else ""
        origin = origin or _server(found, environment)
        path = repository or path or environment.get(_repository_variable(found), "")
    if not path:
        raise ForgeError("it is not known which repository the project is", hint=_HINT)
    if not _REPOSITORY.fullmatch(path) or ".." in path.split("/"):
        raise ForgeError(f"`{printable(path)}` is no repository of a forge", hint=_HINT)
    return Place(forge=found, api=_api(found, origin, environment), repository=path)


def token(place: Place, environment: Mapping[str, str]) -> str:
    """The secret for a place; never that of another server.

    ``PTMDEPS_FORGE_TOKEN`` is for whatever place was meant. ``GITHUB_TOKEN``, ``GITLAB_TOKEN`` and ``GITEA_TOKEN`` are
    for the server of the CI that runs, or for the public one where no CI says another: a place that comes from a Git
    remote or an option must not be given the token of somebody else.

    Raises:
        ForgeDenied: there is none for it.
    """
    if place.forge == "local":
        return ""
    if given := environment.get(ANY_TOKEN, "").strip():
        return given
    variable = TOKENS[place.forge]
    given = environment.get(variable, "").strip()
    if given and _host(place.api) in _trusted(place.forge, environment):
        return given
    why = f"`{variable}` is for another server than `{_host(place.api)}`" if given else f"`{variable}` is not set"
    raise ForgeDenied(
        f"there is no token for `{_host(place.api)}`: {why}",
        hint=f"Set `{ANY_TOKEN}` to a token that may write to `{place.repository}`, or use `--print`",
    )


def open_forge(place: Place, secret: str = "") -> Forge:
    """The forge of a place; nothing is asked of it yet."""
    from importlib import import_module

    module, _, attribute = FORGES[place.forge].partition(":")
    forge: Forge = getattr(import_module(module), attribute)(place, secret)
    return forge


def _parts(address: str) -> tuple[str, str]:
    """Origin and path of a Git remote (``https://…``, ``ssh://…``, ``git@host:path``); empty where it has none."""
    scp = None if "://" in address else _SCP.fullmatch(address)
    if scp:
        return f"https://{scp['host'].lower()}", _trimmed(scp["path"])
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", ""
    if not host or parts.scheme not in {"https", "http", "ssh", "git", "git+ssh"}:
        return "", ""
    shown = f"[{host}]" if ":" in host else host
    if parts.scheme in {"https", "http"}:
        return f"{parts.scheme}://{shown}" + (f":{port}" if port else ""), _trimmed(parts.path)
    return f"https://{shown}", _trimmed(parts.path)


def _trimmed(path: str) -> str:
    return path.strip("/").removesuffix(".git")


def _host(address: str) -> str:
    """Host and port, by which servers are told apart."""
    return urlsplit(address).netloc.rpartition("@")[2].lower()


def _forge_of(origin: str, environment: Mapping[str, str]) -> str:
    host = _host(origin)
    if not host:
        return ""
    if host in _PUBLIC:
        return _PUBLIC[host]
    running = _running(environment)
    if running and any(host == _host(environment.get(name, "")) for name in _SERVERS[running]):
        return running
    labels = re.split(r"[.:-]", host)
    return next((forge for name, forge in _IN_NAME.items() if name in labels), "")


def _running(environment: Mapping[str, str]) -> str:
    """The forge whose CI runs this: Gitea and Forgejo say that they are GitHub, too."""
    if environment.get("GITLAB_CI"):
        return "gitlab"
    if environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS"):
        return "gitea"
    return "github" if environment.get("GITHUB_ACTIONS") else ""


def _repository_variable(forge: str) -> str:
    return "CI_PROJECT_PATH" if forge == "gitlab" else "GITHUB_REPOSITORY"


def _server(forge: str, environment: Mapping[str, str]) -> str:
    """The server of the CI, else the public one."""
    if _running(environment) == forge:
        named = environment.get("CI_SERVER_URL" if forge == "gitlab" else "GITHUB_SERVER_URL", "")
        if named:
            return _parts(named)[0]
    return f"https://{next(host for host, name in _PUBLIC.items() if name == forge)}"


def _api(forge: str, origin: str, environment: Mapping[str, str]) -> str:
    """Where the API of a server is: its CI says so, else where it is by default."""
    named = environment.get("CI_API_V4_URL" if forge == "gitlab" else "GITHUB_API_URL", "")
    if named and _running(environment) == forge and origin == _server(forge, environment):
        return named.rstrip("/")
    if forge == "github":
        return "https://api.github.com" if origin == "https://github.com" else f"{origin}/api/v3"
    return f"{origin}/api/v4" if forge == "gitlab" else f"{origin}/api/v1"


def _trusted(forge: str, environment: Mapping[str, str]) -> frozenset[str]:
    """The servers for which the variable of a forge holds a token."""
    if _running(environment) == forge:
        named = frozenset(_host(environment.get(name, "")) for name in _SERVERS[forge]) - {""}
        if named:
            return named
    public = {host for host, name in _PUBLIC.items() if name == forge}
    if forge == "gitea":
        return frozenset(public | ({_host(environment.get("GITEA_SERVER_URL", ""))} - {""}))
    return frozenset(public | ({"api.github.com"} if forge == "github" else set()))


__all__ = ["ANY_TOKEN", "FORGES", "TOKENS", "Place", "detect", "open_forge", "token"]
