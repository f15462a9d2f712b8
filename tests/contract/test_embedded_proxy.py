"""The embedded proxy, seen by git and by Python: chosen hosts are led to embedded servers, all others are refused."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_files import EmbeddedFiles
from embedded_github import EmbeddedGitHub
from embedded_proxy import EmbeddedProxy

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")

NAME = "acme/vision"
WEIGHTS = bytes(range(256)) * 4000
HOST = "download.example"


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        running.create(NAME, {"hubconf.py": b"dependencies = []\n"}).release("v1.0", {"small.pth": WEIGHTS})
        yield running


@pytest.fixture
def proxy(tmp_path: Path, github: EmbeddedGitHub) -> Iterator[EmbeddedProxy]:
    with EmbeddedFiles() as files:
        files.put("/small.pth", WEIGHTS, host=HOST)
        with EmbeddedProxy(tmp_path / "proxy", github.hosts | {HOST: files.endpoint}) as running:
            yield running


def get(proxy: EmbeddedProxy, url: str) -> bytes:
    trusted = ssl.create_default_context(cafile=str(proxy.certificate))
    way = urllib.request.ProxyHandler(dict.fromkeys(("http", "https"), proxy.endpoint))
    opener = urllib.request.build_opener(way, urllib.request.HTTPSHandler(context=trusted))
    with opener.open(url) as answer:
        content: bytes = answer.read()
        return content


def test_hosts_are_led_to_their_servers(proxy: EmbeddedProxy, github: EmbeddedGitHub) -> None:
    assert get(proxy, f"https://{HOST}/small.pth") == WEIGHTS
    assert get(proxy, f"https://github.com/{NAME}/releases/download/v1.0/small.pth") == WEIGHTS
    assert get(proxy, f"https://raw.githubusercontent.com/{NAME}/main/hubconf.py") == b"dependencies = []\n"

    assert [entry.host for entry in github.log] == [
        "github.com",
        "release-assets.githubusercontent.com",
        "raw.githubusercontent.com",
    ]
    assert (proxy.asked[0], proxy.refused) == (HOST, [])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_other_hosts_are_refused(proxy: EmbeddedProxy, scheme: str) -> None:
    with pytest.raises(urllib.error.URLError, match="403"):
        get(proxy, f"{scheme}://example.invalid/x")

    assert proxy.refused == ["example.invalid"]


def test_git_and_children_of_this_process_are_led_by_variables(proxy: EmbeddedProxy, github: EmbeddedGitHub) -> None:
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "ls-remote", f"https://github.com/{NAME}.git", "main"]

    others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=others | quiet | proxy.environment())

    assert done.stdout.split() == [github.repositories[NAME].resolve("main"), "refs/heads/main"]


def test_who_does_not_trust_it_is_not_served(proxy: EmbeddedProxy, github: EmbeddedGitHub) -> None:
    way = urllib.request.ProxyHandler({"https": proxy.endpoint})
    opener = urllib.request.build_opener(way, urllib.request.HTTPSHandler(context=ssl.create_default_context()))

    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        opener.open(f"https://github.com/{NAME}")
    assert len(github.log) == 0
