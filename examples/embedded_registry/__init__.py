"""A faithful little OCI registry on loopback, with makers of what models are published as; for the tests.

    from embedded_registry import EmbeddedRegistry, artifacts, ollama

    with EmbeddedRegistry() as registry:                               # runs while the block does
        registry.push("acme/bert", artifacts.oras({"model.onnx": b"…"}), tag="v1")   # returns the digest sha256:…
        registry.push("acme/bert", artifacts.kitops({…}), tag="kit")
        registry.push("acme/bert", artifacts.modelpack({…}, licence="MIT"), tag="pack")
        registry.push("library/tiny", ollama.model(seed="v1"), tag="latest")    # /v2/library/tiny/manifests/latest
        registry.push("acme/bert", artifacts.index(first, second), tag="both")
        registry.untag("acme/bert", "v1"); registry.delete("acme/bert", digest)
        registry.redirects = False                                      # blobs from the registry itself
        registry.challenges = True                                      # a token even for what is public
        registry.users["ada"] = "secret"; registry.private.add("acme/hidden")
        registry.endpoint                                               # or `registry.host` for references
        registry.log.count("/blobs/"); registry.faults.add(…)

Protocol: github.com/opencontainers/distribution-spec/blob/main/spec.md; tokens as in
distribution.github.io/distribution/spec/auth/token. Blobs are redirected to another origin, as large registries do.
"""

from embedded_registry import artifacts, ollama
from embedded_registry.artifacts import Artifact
from embedded_registry.server import EmbeddedRegistry

__all__ = ["Artifact", "EmbeddedRegistry", "artifacts", "ollama"]
