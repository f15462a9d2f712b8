"""`python -m embedded_hub --port 8080 --root FOLDER`: serve one of each generated model until interrupted."""

from __future__ import annotations

import argparse
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from embedded_hub import EmbeddedHub
from embedded_hub.demo_world import fill


def main(arguments: list[str] | None = None, *, stop: threading.Event | None = None) -> None:
    """Run until `stop` is set or the user interrupts."""
    parser = argparse.ArgumentParser(prog="embedded_hub", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on the loopback interface (default: a free one)")
    parser.add_argument("--root", type=Path, help="folder of the repositories, kept (default: a new one, removed)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds every answer waits")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch, _hub(options, Path(scratch)) as hub:
        fill(hub.repositories)
        print(f"export HF_ENDPOINT={hub.endpoint}", flush=True)
        with suppress(KeyboardInterrupt):
            (stop or threading.Event()).wait()


def _hub(options: argparse.Namespace, scratch: Path) -> EmbeddedHub:
    return EmbeddedHub(options.root or scratch, port=options.port, latency=options.latency)


if __name__ == "__main__":
    main()
