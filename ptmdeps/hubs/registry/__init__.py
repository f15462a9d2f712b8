"""Registries of the OCI, in which Ollama, KitOps, ModelPack, ORAS and Docker publish models.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md says how to ask, ``manifests`` what is answered,
``credentials`` who asks, and ``hub`` what the hubs have in common that are such registries.
"""
