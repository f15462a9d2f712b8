"""A faithful little ModelScope on loopback; for the tests.

    from embedded_modelscope import EmbeddedModelScope

    with EmbeddedModelScope() as hub:                              # runs while the block does
        repository = hub.create("acme/bert", {"config.json": b"{}", "model.safetensors": b"…"})
        first = repository.head                                    # 40 hexadecimal digits
        repository.commit({"config.json": b"{1}", "old.txt": None}, message="Retrain")   # `master` moves; its commit
        repository.tag("v1.0", first)
        repository.move("dev", first)                              # create or force-push a branch
        repository.describe(License="MIT", Description="…", BaseModel=["acme/base"])     # fields of the model
        repository.private = True; hub.users["ms-token"] = "acme"  # 404 for everybody but its owner
        repository.gated = True; repository.granted.add("ada")     # 403 for the files
        hub.delete("acme/bert")
        hub.endpoint                                               # for MODELSCOPE_ENDPOINT
        hub.log.count("/repo/files"); hub.faults.add(…)

The interface is that of modelscope-hub 0.5.1, the answers what others recorded of modelscope.cn: a revision that does
not exist lists as no files, with status 200; a list ends at 3000 entries without a word; the commit of a revision is
told by eight of its digits. Large files are answered with a redirect to another origin.
"""

from embedded_modelscope.repository import Repository
from embedded_modelscope.server import EmbeddedModelScope

__all__ = ["EmbeddedModelScope", "Repository"]
