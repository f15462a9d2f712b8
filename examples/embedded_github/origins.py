"""The hosts that GitHub has, and what stands for each of them here."""

from __future__ import annotations

from dataclasses import dataclass

_WEB = "github.com"
_API = "api.github.com"
_FILES = {
    "codeload.github.com": "codeload",
    "raw.githubusercontent.com": "raw",
    "release-assets.githubusercontent.com": "release-assets",
}

HOSTS = (_WEB, _API, *_FILES)
"""The names on the internet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What an address starts with: of web pages and git, of the API, of archives, of raw files, of assets."""

    web: str
    api: str
    archives: str
    raw: str
    assets: str


def origins(host: str, endpoint: str) -> Origins:
    """Return the origins as a client knows them that asked `host`: names of the internet, or of loopback."""
    if host in HOSTS:
        archives, raw, assets = (f"https://{name}" for name in _FILES)
        return Origins(web=f"https://{_WEB}", api=f"https://{_API}", archives=archives, raw=raw, assets=assets)
    files = files_endpoint(endpoint)
    archives, raw, assets = (f"{files}/{path}" for path in _FILES.values())
    return Origins(web=endpoint, api=endpoint, archives=archives, raw=raw, assets=assets)


def files_endpoint(endpoint: str) -> str:
    """Return the same port under the other name of loopback: to clients another origin, which gets no tokens."""
    return endpoint.replace("127.0.0.1", "localhost")


def parts(host: str, segments: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path as it is here; the hosts of files have a folder each."""
    return (_FILES[host], *segments) if host in _FILES else segments
