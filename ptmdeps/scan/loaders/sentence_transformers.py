"""Calls of ``sentence_transformers`` (read in 6.2.0) that load from the Hugging Face Hub."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_ID = Argument(0, "model_name_or_path", ("model_name",))
_HUB = Arguments(ref=Argument(None, "revision"), remote_code=Argument(None, "trust_remote_code"))
_PART = Arguments(ref=Argument(None, "model_kwargs.revision", ("model_args.revision",)))

# Names without an owner that existed before owners did: the library leaves these alone and puts its own
# owner in front of every other bare name (ORIGINAL_TRANSFORMER_MODELS in util/misc.py of 6.2.0).
ORIGINAL_NAMES = frozenset(
    [
        *(f"albert-{size}-v{version}" for size in ("base", "large", "xlarge", "xxlarge") for version in (1, 2)),
        *(f"bert-{size}-{case}" for size in ("base", "large") for case in ("cased", "uncased")),
        *(f"bert-large-{case}-whole-word-masking" for case in ("cased", "uncased")),
        *(f"bert-large-{case}-whole-word-masking-finetuned-squad" for case in ("cased", "uncased")),
        *(f"bert-base-{rest}" for rest in ("cased-finetuned-mrpc", "chinese", "german-cased")),
        *(f"bert-base-german-dbmdz-{case}" for case in ("cased", "uncased")),
        *(f"bert-base-multilingual-{case}" for case in ("cased", "uncased")),
        *(f"distilbert-base-{case}{tuned}" for case in ("cased", "uncased") for tuned in ("", "-distilled-squad")),
        *(f"distilbert-base-{rest}" for rest in ("german-cased", "multilingual-cased")),
        "distilbert-base-uncased-finetuned-sst-2-english",
        *("camembert-base", "ctrl", "distilgpt2", "distilroberta-base", "openai-gpt", "transfo-xl-wt103"),
        *("gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl"),
        *("roberta-base", "roberta-large", "roberta-large-mnli"),
        *("roberta-base-openai-detector", "roberta-large-openai-detector"),
        *(f"t5-{size}" for size in ("small", "base", "large", "3b", "11b")),
        *("xlm-clm-ende-1024", "xlm-clm-enfr-1024", "xlm-mlm-100-1280", "xlm-mlm-17-1280", "xlm-mlm-en-2048"),
        *("xlm-mlm-ende-1024", "xlm-mlm-enfr-1024", "xlm-mlm-enro-1024"),
        *("xlm-mlm-tlm-xnli15-1024", "xlm-mlm-xnli15-1024"),
        *("xlm-roberta-base", "xlm-roberta-large"),
        *(f"xlm-roberta-large-finetuned-conll02-{language}" for language in ("dutch", "spanish")),
        *(f"xlm-roberta-large-finetuned-conll03-{language}" for language in ("english", "german")),
        *("xlnet-base-cased", "xlnet-large-cased"),
    ]
)


def _encoder(name: str, owner: str) -> Loader:
    """A whole model; ``modules=`` builds one from parts that are loaded elsewhere."""
    return Loader(
        call=f"sentence_transformers.{name}",
        model=_ID,
        reads="sentence-transformers",
        arguments=_HUB,
        owner=owner,
        ownerless=ORIGINAL_NAMES,
        unless=("modules",),
    )


def _part(name: str) -> Loader:
    """A module that wraps a plain transformers model: no owner is added to its name."""
    return Loader(call=f"sentence_transformers.{name}", model=_ID, reads="transformers", arguments=_PART)


LOADERS: tuple[Loader, ...] = (
    _encoder("SentenceTransformer", "sentence-transformers"),
    _encoder("CrossEncoder", "cross-encoder"),
    _encoder("SparseEncoder", "sparse-encoder"),
    _encoder("MultiVectorEncoder", ""),
    _part("models.Transformer"),
    _part("modules.Transformer"),
    _part("MLMTransformer"),
    Loader(
        call="sentence_transformers.models.CLIPModel",
        model=_ID,
        reads="transformers",
        default="openai/clip-vit-base-patch32",
        pin="none",
    ),
    Loader(
        call="sentence_transformers.StaticEmbedding.from_model2vec",
        model=Argument(0, "model_id_or_path"),
        reads="snapshot",
        pin="none",
    ),
    Loader(
        call="sentence_transformers.StaticEmbedding.from_distillation",
        model=Argument(0, "model_name"),
        reads="transformers",
        pin="none",
    ),
    *(
        Loader(
            call=f"sentence_transformers.{module}.load",
            model=_ID,
            reads="sentence-transformers",
            arguments=Arguments(ref=Argument(None, "revision"), subfolder=Argument(None, "subfolder")),
        )
        for module in ("Transformer", "Router", "StaticEmbedding", "Dense", "MLMTransformer", "SparseStaticEmbedding")
    ),
)
