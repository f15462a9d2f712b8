"""`make demo`: what ptmdeps does for a project, shown on a real little one, with the real frameworks.

Everything happens in a temporary folder, against a hub on loopback. Every statement that is ticked off was checked;
if one does not hold, the demo ends with exit code 1.
"""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

from embedded_hub import models
from stage import DemoFailed, Stage, say, staged, title

PROJECT = Path(__file__).with_name("review-desk")
FRAMEWORKS = ("torch", "transformers", "sentence_transformers", "peft", "ptmdeps")
RUN = "ptmdeps run -- python main.py"
LARGE = "acme/sentiment-large"

Weights = Mapping[str, str]
"""Model → the fingerprint that the project printed."""


def main() -> int:
    """Play all acts; return the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if missing := [name for name in FRAMEWORKS if importlib.util.find_spec(name) is None]:
        print(f"This Python has no {', '.join(missing)}. `make demo` makes one that has.", file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        with staged(PROJECT) as stage:
            _play(stage)
    except DemoFailed as failure:
        print(f"\nThe demo failed: {failure}", file=sys.stderr)
        return 1
    print(f"\nDone: all {len(stage.claims)} statements hold ({time.monotonic() - began:.0f} s).")
    return 0


def _play(stage: Stage) -> None:
    _publish(stage, "spring")
    _introduce(stage)
    _scan(stage)
    pins = _lock(stage)
    _look(stage)
    _sync(stage)
    weights = _run(stage)
    _upstream_moves(stage, weights)
    _damage(stage, weights, pins)
    _not_locked(stage)
    _code_changes(stage, pins)


def _introduce(stage: Stage) -> None:
    title("ptmdeps: the models of a project, locked, installed and enforced")
    say(
        """`review-desk` is a little project that reads customers' reviews with three models: a text classifier, an
        adapter for reviews of food on top of it, and an embedding model. As in most such projects, its code says
        nowhere which revision it wants: it loads whatever the hub has that day."""
    )
    stage.run(r"grep -nE 'pipeline\(|from_pretrained\(|SentenceTransformer\(' -r reviews")
    sources = [path.read_text() for path in stage.project.rglob("*.py")]
    stage.claim("No `revision=` in any of its files.", holds=not any("revision" in source for source in sources))


def _scan(stage: Stage) -> None:
    title("1. What does the code load?")
    say("Nothing of the project is imported or run for this. A constant in another file and an option's default count.")
    found = stage.run("ptmdeps scan")
    stage.claim("All three models were found.", holds=all(name in found for name in _world("spring") if name != LARGE))


def _lock(stage: Stage) -> Mapping[str, str]:
    title("2. Pin it")
    say("Every model gets a commit, and every file that its loader reads a size and a SHA-256, in `ptm.lock`.")
    stage.run("ptmdeps lock")
    pins = _pins(stage)
    stage.claim(
        "The lock pins what the hub has on `main` today.",
        holds=pins == {name: stage.hub.repositories[name].resolve("main") for name in pins} and len(pins) > 0,
    )
    return pins


def _look(stage: Stage) -> None:
    title("3. Look at it")
    stage.run("ptmdeps list")
    stage.run("ptmdeps tree")
    ways = stage.run("ptmdeps why acme/sentiment")
    stage.claim(
        "The classifier is needed twice: by the code, and by the adapter.",
        holds="sentiment.py" in ways and "acme/sentiment-food-lora" in ways,
    )


def _sync(stage: Stage) -> None:
    title("4. Fetch it, and verify every byte")
    say("The files go into the usual Hugging Face cache. `.ptm` is a view of exactly the locked ones, made of links.")
    stage.run("ptmdeps sync")


def _run(stage: Stage) -> Weights:
    title("5. Run it, offline")
    say("The project prints a fingerprint of the weights that it has in memory.")
    stage.hub.log.clear()
    weights = _weights(stage.run(RUN))
    stage.claim("The hub was not asked for anything.", holds=stage.hub.log.count() == 0 and len(weights) > 0)
    return weights


def _upstream_moves(stage: Stage, before: Weights) -> None:
    title("6. Upstream moves")
    _publish(stage, "summer")
    say("Every model was just trained anew, and its `main` moved. Without ptmdeps, the project gets other weights:")
    unpinned = _weights(stage.run("python main.py"))
    stage.claim("Other weights, in all three.", holds=all(unpinned[name] != before[name] for name in before))
    say("With ptmdeps, the very same code gets what was locked:")
    stage.hub.log.clear()
    pinned = _weights(stage.run(RUN))
    stage.claim("The same weights as before, without a request.", holds=pinned == before and not stage.hub.log.count())


def _damage(stage: Stage, before: Weights, pins: Mapping[str, str]) -> None:
    title("7. A byte flips")
    path = _flip(stage, pins["acme/sentiment"])
    say("The last byte of the classifier's weights becomes another one. No loader would notice.", aside=f"~/{path}")
    stage.run("ptmdeps sync --check", exit_code=1)
    stage.run("ptmdeps sync")
    stage.claim("Damage found and repaired.", holds="is up to date" in stage.run("ptmdeps sync --check"))
    stage.claim("The project still has the weights of step 5.", holds=_weights(stage.run(RUN)) == before)


def _not_locked(stage: Stage) -> None:
    title("8. A model that nobody locked")
    say("An option asks for a model that is not in the lock. It is not fetched, and the error is no riddle:")
    said = stage.run(f"{RUN} --sentiment-model {LARGE}", exit_code=1, show_last=3)
    stage.claim(
        "The message names the model, the line that asks for it, and the command that adds it.",
        holds=f"`{LARGE}` is not in `ptm.lock`, asked for by reviews/sentiment.py:" in said
        and f"ptmdeps install {LARGE}" in said,
    )


def _code_changes(stage: Stage, before: Mapping[str, str]) -> None:
    title("9. The code changes")
    registry = stage.project / "reviews" / "registry.py"
    registry.write_text(registry.read_text().replace('"acme/sentiment"', f'"{LARGE}"'))
    say("Somebody edits one constant. `lock --check` needs no network and says exactly what is stale: a check for CI.")
    stage.hub.log.clear()
    said = stage.run("ptmdeps lock --check", exit_code=1)
    stage.claim("It names what is missing, without a request.", holds=LARGE in said and not stage.hub.log.count())
    stage.run("ptmdeps lock")
    after = _pins(stage)
    stage.claim(
        "The new model is locked, and every other pin is as it was, although the hub has moved on.",
        holds=LARGE in after and {name: after[name] for name in before} == before,
    )


def _world(season: str) -> Mapping[str, models.Files]:
    return {
        "acme/embeddings": models.sentence_transformer(seed=f"embeddings {season}"),
        "acme/sentiment": models.bert_classifier(seed=f"sentiment {season}"),
        "acme/sentiment-food-lora": models.lora_adapter("acme/sentiment", seed=f"adapter {season}"),
        LARGE: models.bert_classifier(seed=f"large {season}", weight_bytes=1_000_000),
    }


def _publish(stage: Stage, season: str) -> None:
    """Commit the weights of a season to `main` of every model."""
    for name, files in _world(season).items():
        repository = stage.hub.repositories.get(name) or stage.hub.repositories.create(name)
        repository.commit(files, message=f"Train in {season}")


def _flip(stage: Stage, commit: str) -> Path:
    """Change the last byte of the classifier's weights, in the store and in the environment that links to it."""
    inside = Path("models--acme--sentiment", "snapshots", commit, "model.safetensors")
    stored = stage.home / ".cache" / "huggingface" / "hub" / inside
    linked = stage.project / ".ptm" / "huggingface" / "hub" / inside
    # on file systems that copy on write, and between two of them, the link is a copy
    for path in (stored,) if stored.samefile(linked) else (stored, linked):
        content = path.read_bytes()
        with path.open("r+b") as stream:
            stream.seek(-1, 2)
            stream.write(bytes([content[-1] ^ 1]))
    return stored.relative_to(stage.home)


def _weights(output: str) -> Weights:
    return dict(re.findall(r"^(\S+) +weights ([0-9a-f]{12})$", output, re.MULTILINE))


def _pins(stage: Stage) -> Mapping[str, str]:
    """Model → commit, read from the lockfile as anybody may: it is TOML."""
    lock = tomllib.loads((stage.project / "ptm.lock").read_text())
    return {model["name"]: model["revision"] for model in lock["model"]}


if __name__ == "__main__":
    sys.exit(main())
