"""``SomeClass.from_pretrained`` of a library without rows: the convention of the Hugging Face Hub.

What ``transformers`` began, ``huggingface_hub.ModelHubMixin`` (2.4.0) gives to every class that takes it, and many
libraries copy by hand: the first argument is an id of the hub, ``revision`` its ref. A bare name may as well be an
entry of the library's own table, so that only ``owner/name`` counts.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_OTHER_HUBS = frozenset(["paddlenlp", "paddlemix", "ppdiffusers", "fairseq", "allennlp", "pytorch_pretrained_biggan"])
"""Libraries whose ``from_pretrained`` looks elsewhere, or only on the disk."""

_FROM_PRETRAINED = Loader(
    call="library.*.from_pretrained",
    model=Argument(
        0,
        "pretrained_model_name_or_path",
        ("repo_id", "model_id", "model_name_or_path", "model_name", "model_path", "model", "path", "name"),
    ),
    reads="transformers",
    arguments=Arguments(ref=Argument(None, "revision"), subfolder=Argument(None, "subfolder")),
    notation="owned",
)


def row_by_convention(name: str) -> Loader | None:
    """Return the row for the dotted name of a class's method in a library that has no rows of its own."""
    owner, _, method = name.rpartition(".")
    is_class = owner.rpartition(".")[2][:1].isupper()
    if method != _FROM_PRETRAINED.word or not is_class or name.partition(".")[0] in _OTHER_HUBS:
        return None
    return _FROM_PRETRAINED
