"""``torch.hub`` and downloads of addresses inside an environment, with a module that is made like ``torch.hub``."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from ptmdeps import environment as environments
from ptmdeps import hook
from ptmdeps.hook.ptmdeps_hook import addresses, torch_hub
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.url import Url
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.running import inside

CONTENT = b"weights " * 1000
HOOK = Path(hook.__file__).parent


@pytest.fixture(scope="module")
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


@pytest.fixture(scope="module")
def address(files: EmbeddedFiles) -> str:
    return files.put("/models/net.pth", CONTENT)


@pytest.fixture(scope="module")
def locked(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with one address; nothing in it is changed by the tests."""
    folder = tmp_path_factory.mktemp("hook")
    hub = Url(cache=folder / "store", patience=Patience(attempts=2, first_delay=0.01))
    model = hub.pin(PinRequest(key=ModelKey("url", address), readings=(Reading(reads="torch"),)))
    contents = environments.contents(Lockfile(models=(model,)), {"url": hub})
    environments.build(folder / ".ptm", contents, link_mode="copy")
    (folder / ".ptm/torch/hub/acme_nets_v1_0").mkdir(parents=True)
    (folder / ".ptm/torch/hub/acme_old_master").mkdir()
    return folder / ".ptm"


@pytest.fixture
def environment(locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "report").touch()
    monkeypatch.setenv("PTMDEPS_ENVIRONMENT", str(locked))
    monkeypatch.setenv("PTMDEPS_REPORT", str(tmp_path / "report"))
    return locked


def reported(tmp_path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]


Calls = list[tuple[Any, ...]]


@pytest.fixture
def module(environment: Path) -> SimpleNamespace:
    """The functions of ``torch.hub`` that are changed; what they were called with is in ``calls``."""
    calls: Calls = []

    def download_url_to_file(url: str, dst: str, hash_prefix: str | None = None, progress: bool = True) -> None:
        calls.append((url, dst, hash_prefix, progress))

    def load_state_dict_from_url(  # noqa: PLR0917 - torch's own
        url: str,
        model_dir: str | None = None,
        map_location: str | None = None,
        progress: bool = True,
        check_hash: bool = False,
        file_name: str | None = None,
        weights_only: bool = False,
    ) -> str:
        """Load."""
        calls.append((url, model_dir, map_location, progress, check_hash, file_name, weights_only))
        return "loaded"

    made = SimpleNamespace(
        calls=calls,
        get_dir=lambda: str(environment / "elsewhere"),
        download_url_to_file=download_url_to_file,
        load_state_dict_from_url=load_state_dict_from_url,
        _get_cache_or_reload=None,
    )
    torch_hub.keep_inside(made)
    return made


def test_an_address_that_is_locked(environment: Path, address: str) -> None:
    found = addresses.locked(address)
    assert found is not None
    assert found[0] == str(environment / "torch/hub/checkpoints/net.pth")
    assert found[1]["url"] == address


@pytest.mark.parametrize("url", ["", "https://a.example/x", "\udcff", None, 7, b"https://a.example/x", ["x"]])
def test_what_is_not_locked(environment: Path, url: Any) -> None:
    assert environment.is_dir()
    assert addresses.locked(url) is None


def test_outside_of_an_environment_nothing_is_locked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PTMDEPS_ENVIRONMENT", raising=False)
    assert addresses.locked(address) is None


@pytest.mark.parametrize("note", ["", "{", "[]", "7", "{}", '{"path": 7}', '{"path": "none"}', '{"path": "files"}'])
def test_a_damaged_note_locks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: str) -> None:
    index = tmp_path / "files" / "index"
    index.mkdir(parents=True)
    url = "https://a.example/x"
    (index / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json").write_text(note)
    monkeypatch.setenv("PTMDEPS_ENVIRONMENT", str(tmp_path))
    assert addresses.locked(url) is None


@pytest.mark.parametrize(
    ("github", "folder"),
    [
        ("acme/nets:v1.0", None),
        ("acme/nets:v1_0", "acme_nets_v1_0"),
        ("acme/nets:v1/0", "acme_nets_v1_0"),
        ("acme/old", "acme_old_master"),
        ("acme/old:master", "acme_old_master"),
        ("acme/nets", None),
        ("acme/none", None),
    ],
)
def test_repositories_are_those_of_the_environment(
    module: SimpleNamespace, environment: Path, tmp_path: Path, github: str, folder: str | None
) -> None:
    if folder:
        for arguments in ((), (True, False, "load"), (True, None)):
            found = module._get_cache_or_reload(github, *arguments, verbose=True)
            assert found == str(environment / "torch/hub" / folder)
        assert reported(tmp_path) == []
        return
    with pytest.raises(RuntimeError, match=r"is not in ptm\.lock") as caught:
        module._get_cache_or_reload(github)
    name = f"torchhub:{github.replace(':', '@')}"
    assert f"`{name}`" in str(caught.value)
    assert f"To add it: ptmdeps install {name}" in str(caught.value)
    assert [entry["model"] for entry in reported(tmp_path)] == [name]


def test_weights_are_those_of_the_environment_whatever_folder_is_given(
    module: SimpleNamespace, environment: Path, address: str, tmp_path: Path
) -> None:
    own = str(environment / "torch/hub/checkpoints")
    load: Callable[..., str] = module.load_state_dict_from_url
    assert load(address) == load(url=address) == load(address, own, "cpu") == "loaded"
    assert reported(tmp_path) == []
    load(address, "stale", "cpu", False, True, "mine.pth", True)
    load(address, model_dir=tmp_path / "other", file_name="mine.pth", weights_only=True)
    assert module.calls == [
        (address, own, None, True, False, "net.pth", False),
        (address, own, None, True, False, "net.pth", False),
        (address, own, "cpu", True, False, "net.pth", False),
        (address, own, "cpu", False, True, "net.pth", True),
        (address, own, None, True, False, "net.pth", True),
    ]
    assert [entry["cache_dir"] for entry in reported(tmp_path)] == ["stale", str(tmp_path / "other")]
    assert load.__doc__ == "Load."


def test_weights_that_are_not_locked_are_said(module: SimpleNamespace, tmp_path: Path) -> None:
    url = "https://a.example/other.pth"
    for function, arguments in (
        (module.load_state_dict_from_url, (url,)),
        (module.load_state_dict_from_url, (url, str(tmp_path))),
        (module.download_url_to_file, (url, "other.pth")),
        (module.download_url_to_file, (7, "other.pth")),
    ):
        with pytest.raises(RuntimeError, match=f"the model `{arguments[0]}` is not in ptm.lock"):
            function(*arguments)
    assert module.calls == []
    assert {entry["model"] for entry in reported(tmp_path)} == {url, "7"}


@pytest.mark.parametrize("name", ["dog.jpg", "dog.PNG?raw=true", "imagenet_classes.txt", "speech.wav"])
def test_what_is_no_model_goes_its_usual_way(module: SimpleNamespace, tmp_path: Path, name: str) -> None:
    url = f"https://a.example/{name}"
    module.download_url_to_file(url, "here", progress=False)
    assert module.calls == [(url, "here", None, False)]
    assert reported(tmp_path) == []


def test_a_download_that_is_locked_is_made_by_torch_itself(module: SimpleNamespace, address: str) -> None:
    module.download_url_to_file(address, "here", "0123")
    assert module.calls == [(address, "here", "0123", True)]


def run(environment: Path, code: str) -> subprocess.CompletedProcess[str]:
    settings = {"PATH": os.defpath, "HOME": str(environment.parent), "NO_PROXY": "*"}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(command, env=inside(environment, settings), capture_output=True, text=True, check=False)


def test_urllib_is_answered_from_the_environment(files: EmbeddedFiles, locked: Path, address: str) -> None:
    other = files.put("/other.bin", b"other")
    files.log.clear()
    code = f"""
        import urllib.request
        from urllib.request import Request, build_opener, urlopen, urlretrieve

        content = {CONTENT!r}
        with urlopen({address!r}) as answer:
            assert (answer.status, answer.reason, answer.msg, answer.geturl()) == (200, "OK", "OK", {address!r})
            assert answer.getheader("content-length") == answer.headers["Content-Length"] == str(len(content))
            assert answer.getheader("X-None", "none") == "none"
            assert dict(answer.getheaders())["ETag"].startswith('"')
            assert (answer.length, answer.info().get_content_type()) == (len(content), "application/octet-stream")
            assert answer.read(5) == content[:5]
            assert answer.read() == content[5:]
        assert urlopen(Request({address!r}, headers={{"Range": "bytes=5-"}})).read() == content
        assert urlopen(Request({address!r}, method="HEAD")).status == 200
        assert build_opener().open({address!r}).read() == content
        name, headers = urlretrieve({address!r})
        assert open(name, "rb").read() == content
        assert urlopen({other!r}).read() == b"other"
        try:
            urlopen({address!r}, data=b"x")
        except urllib.error.HTTPError as error:
            assert error.code == 405
        else:
            raise AssertionError
    """
    done = run(locked, code)
    assert done.returncode == 0, done.stderr
    assert [(entry.method, entry.path) for entry in files.log] == [("GET", "/other.bin"), ("POST", "/models/net.pth")]


def test_nothing_is_imported_before_it_is_needed(locked: Path) -> None:
    done = run(locked, "import sys; print(sorted({'json', 'hashlib', 'urllib.request', 'email'} & set(sys.modules)))")
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize("path", sorted(HOOK.rglob("*.py")), ids=lambda path: path.name)
def test_the_hook_is_python_3_8(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=(3, 8))


def test_an_answer_without_a_name_for_its_state(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"12345")
    assert addresses._headers(str(tmp_path / "x"), {}) == {
        "Content-Length": "5",
        "Content-Type": "application/octet-stream",
    }


def test_requests_are_answered_from_the_environment(environment: Path, address: str) -> None:
    """Its adapter, made like that of ``requests``; the real one is tried with the loaders."""
    del environment
    sent: list[str] = []

    class HTTPAdapter:
        def send(self, request: Any, *arguments: Any, **keywords: Any) -> Any:
            sent.append(request.url)
            return f"sent {arguments} {keywords}"

        def build_response(self, request: Any, response: Any) -> Any:
            return request, response

    addresses.serve_requests(SimpleNamespace(HTTPAdapter=HTTPAdapter))
    adapter = HTTPAdapter()
    _, response = adapter.send(SimpleNamespace(url=address, method="GET"), stream=True)
    assert (response.status, response.headers["content-length"]) == (200, str(len(CONTENT)))
    assert b"".join(response.stream(1000)) == CONTENT
    _, head = adapter.send(SimpleNamespace(url=address, method="HEAD"))
    assert (head.status, head.read()) == (200, b"")
    for url, method in ((address, "POST"), ("https://a.example/x", "GET")):
        assert adapter.send(SimpleNamespace(url=url, method=method), 1, stream=True) == "sent (1,) {'stream': True}"
    assert sent == [address, "https://a.example/x"]
