"""``lock`` of 100 models with 50 ms latency a request, against the same requests one after another."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

from embedded_hub import models
from tests.benchmarks.measure import World, finish, report, world

MODELS = 100
LATENCY = 0.05


def fill(here: World, count: int) -> None:
    """Models on the hub, and a project that loads them."""
    lines = ["from transformers import AutoModel"]
    for number in range(count):
        here.hub.repositories.create(f"acme/model-{number:03}", models.bert_classifier(seed=str(number)))
        lines.append(f'AutoModel.from_pretrained("acme/model-{number:03}")')
    (here.project / "app.py").write_text("\n".join(lines) + "\n")


def one_after_another(here: World, requests: list[tuple[str, str]]) -> float:
    """Seconds for the same requests on one connection that is kept open."""
    connection = http.client.HTTPConnection(urlsplit(here.hub.endpoint).netloc)
    begin = time.perf_counter()
    for method, target in requests:
        connection.request(method, target)
        connection.getresponse().read()
    return time.perf_counter() - begin


def main() -> None:
    """Measure and print."""
    with world() as here:
        fill(here, MODELS)
        here.hub.latency = LATENCY
        here.hub.log.clear()
        parallel = here.ptmdeps("lock")
        sent = [(entry.method, entry.path + (f"?{entry.query}" if entry.query else "")) for entry in here.hub.log]
        sequential = one_after_another(here, sent)
        print(f"lock: {parallel:.2f} s, {len(sent)} requests ({len(sent) / MODELS:.1f} a model)")
        print(f"the same requests in turn: {sequential:.2f} s")
        here.hub.log.clear()
        again = here.ptmdeps("lock")
        unchanged = len(list(here.hub.log))
        print(f"lock again: {again:.2f} s, {unchanged} requests")
        finish(
            [
                report("lock / the same requests in turn", parallel / sequential, 1 / 6),
                report("requests a model when nothing changed", unchanged / MODELS, 1),
            ]
        )


if __name__ == "__main__":
    main()
