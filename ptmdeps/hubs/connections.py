"""Connections to web servers, through the proxies that the user's environment names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from urllib3 import PoolManager


def pool_for(url: str) -> PoolManager:
    """The connections that lead to an address, to be used again.

    Raises:
        LocationValueError: what the environment names is no proxy.
    """
    return _pool(_proxy(url))


@cache
def _pool(proxy: str) -> PoolManager:
    """One for each proxy, so that connections are used again."""
    from urllib3 import PoolManager, ProxyManager, make_headers

    if not proxy:
        return PoolManager(maxsize=16)
    parts = urlsplit(proxy)
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    where = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return ProxyManager(where, maxsize=16, proxy_headers=make_headers(proxy_basic_auth=user))


def _proxy(url: str) -> str:
    """What ``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy`` say."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return ""
    proxies = getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all", "")
    return f"http://{found}" if found and "://" not in found else found
