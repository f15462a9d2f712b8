"""A faithful little Hugging Face Hub on loopback, over real git repositories; for the demo and the tests.

    from embedded_hub import EmbeddedHub, models

    with EmbeddedHub(tmp_path / "hub") as hub:                        # runs while the block does
        repository = hub.repositories.create("acme/sentiment", models.bert_classifier(seed="v1"))
        first = repository.resolve("main")
        repository.commit(models.bert_classifier(seed="v2"), message="Retrain")    # `main` moves; returns the commit
        repository.tag("v1.0", first)                                  # message="…" makes it an annotated tag
        repository.move("main", first)                                 # create or force-push a branch
        repository.pull_request(1, {"README.md": b"…"})                # refs/pr/1
        repository.gate("auto"); hub.repositories.users["hf_ada"] = "ada"; repository.grant("ada")
        repository.update(private=True, disabled=True, likes=3, security=(("x.bin", "unsafe"),))
        repository.lose(commit)                                        # force-pushed away and collected: 404
        hub.repositories.rename("acme/sentiment", "acme/new"); hub.repositories.alias("gpt2", "acme/new")
        hub.repositories.delete("acme/new")
        hub.endpoint                                                   # for HF_ENDPOINT
        hub.latency = 0.05                                             # seconds before each answer
        hub.log.clear(); hub.log.count(r"/resolve/", method="GET"); hub.log.sent(r"/cdn/"); list(hub.log)
        hub.faults.add(faults.rate_limited(seconds=1), path=r"/api/models/", times=3)

Files are given as path -> bytes; `LfsFile(bytes)` and `GitFile(bytes)` choose where the suffix would decide otherwise.
Large files are answered with a redirect to the other loopback name (`localhost`), which refuses access tokens.
"""

from embedded_hub.large_files import GitFile, LfsFile, SimulatedFile
from embedded_hub.repositories import Repositories
from embedded_hub.repository import Repository
from embedded_hub.server import EmbeddedHub

__all__ = ["EmbeddedHub", "GitFile", "LfsFile", "Repositories", "Repository", "SimulatedFile"]
