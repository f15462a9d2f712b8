"""Write ``golden/`` and ``invalid/`` anew: ``python -m lockfiles.regenerate``, then read the difference.

Only the files' values and mistakes are written by hand; what the loader says of a mistake is recorded, and a
person judges in review whether it is what a reader needs to hear.
"""  # noqa: INP001

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from lockfiles.examples import GOLDEN
from lockfiles.mistakes import mistakes
from ptmdeps import lockfile as lockfiles
from ptmdeps.errors import LockfileError

FOLDER = Path(__file__).parent


def contents() -> Iterator[tuple[str, bytes]]:
    """Path below this folder and bytes of every generated file."""
    for name, value in GOLDEN.items():
        yield f"golden/{name}.lock", lockfiles.dumps(value).encode()
    for name, content in mistakes():
        yield f"invalid/{name}.lock", content
        yield f"invalid/{name}.message", message(content).encode()


def message(content: bytes) -> str:
    """What the loader says of ``content``, as the command line shows it.

    Raises:
        ValueError: the loader has nothing against it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / lockfiles.FILENAME
        path.write_bytes(content)
        try:
            lockfiles.read(path)
        except LockfileError as error:
            return f"error: {error.message}\n\nhint: {error.hint}\n"
    raise ValueError("the loader accepts it")


def main() -> None:
    """Replace every generated file, and delete those that are generated no more."""
    expected = dict(contents())
    for old in (*FOLDER.glob("golden/*"), *FOLDER.glob("invalid/*")):
        if old.relative_to(FOLDER).as_posix() not in expected:
            old.unlink()
    for path, content in expected.items():
        target = FOLDER / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    main()
