"""Benchmarks, metrics: ``lm_eval`` (read in 0.4.13), ``mteb`` (2.26.24), ``bert_score`` (0.3.13), ``comet`` (2.2)."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader

_REVISION = Arguments(ref=Argument(None, "revision"), subfolder=Argument(None, "subfolder"))


def _model(name: str) -> Loader:
    """A model of lm_eval, built without its registry."""
    return Loader(
        call=f"lm_eval.models.{name}",
        model=Argument(0, "pretrained"),
        reads="transformers",
        arguments=_REVISION,
        also=(Also(model=Argument(None, "tokenizer"), reads="tokenizer"),),
    )


LOADERS: tuple[Loader, ...] = (
    # As a text, ``pretrained=ID,revision=…``, the arguments are not taken apart.
    Loader(
        call="lm_eval.simple_evaluate",
        model=Argument(None, "model_args.pretrained"),
        reads="transformers",
        arguments=Arguments(
            ref=Argument(None, "model_args.revision"), subfolder=Argument(None, "model_args.subfolder")
        ),
        optional=True,
    ),
    _model("HFLM"),
    _model("VLLM"),
    Loader(
        call="mteb.get_model",
        model=Argument(0, "model_name"),
        reads="snapshot",
        arguments=Arguments(ref=Argument(1, "revision")),
    ),
    # A method of the scorer, which has its model already; the function of the same name has none.
    Loader(
        call="bert_score.BERTScorer.score",
        model=Argument(None, "model_type"),
        reads="transformers",
        pin="none",
        optional=True,
    ),
    # The language decides where no model is named.
    Loader(
        call="bert_score.score", model=Argument(2, "model_type"), reads="transformers", has_default=True, pin="none"
    ),
    Loader(
        call="bert_score.BERTScorer",
        model=Argument(0, "model_type"),
        reads="transformers",
        has_default=True,
        pin="none",
    ),
    Loader(
        call="comet.download_model",
        model=Argument(0, "model"),
        reads="snapshot",
        hub="comet",
        notation="name",
        pin="none",
        result="path",
    ),
    Loader(
        call="textattack.models.helpers.*.from_pretrained",
        model=Argument(0, "name_or_path"),
        reads="snapshot",
        hub="textattack",
        notation="preset",
        pin="none",
    ),
)
