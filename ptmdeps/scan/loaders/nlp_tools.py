"""Smaller tools for text: ``detoxify`` (read in 0.5.4), ``pysentimiento`` (0.7.3), ``allennlp`` (2.10.1), others."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Condition, Loader

_ARCHIVE = Argument(0, "archive_path", ("archive_file",))


def _allennlp(name: str, position: int = 0) -> Loader:
    return Loader(call=f"allennlp.{name}", model=Argument(position, "model_name"), reads="transformers", pin="none")


def _lavis(name: str) -> Loader:
    """A name of its own registry, and which weights of it."""
    return Loader(
        call=f"lavis.models.{name}",
        model=Argument(0, "name"),
        reads="snapshot",
        hub="lavis",
        notation="entry",
        parts=(Argument(1, "model_type"),),
        pin="none",
    )


LOADERS: tuple[Loader, ...] = (
    Loader(
        call="detoxify.Detoxify",
        model=Argument(0, "model_type"),
        reads="file",
        hub="detoxify",
        notation="entry",
        default="original",
        local=(Condition(argument=Argument(1, "checkpoint")),),
        pin="hash",
    ),
    # Task and language decide where no model is named.
    Loader(
        call="pysentimiento.create_analyzer",
        model=Argument(2, "model_name"),
        reads="transformers",
        has_default=True,
        pin="none",
    ),
    Loader(
        call="deepmultilingualpunctuation.PunctuationModel",
        model=Argument(0, "model"),
        reads="transformers",
        default="oliverguhr/fullstop-punctuation-multilang-large",
        pin="none",
    ),
    Loader(
        call="fastcoref.FCoref",
        model=Argument(0, "model_name_or_path"),
        reads="transformers",
        default="biu-nlp/f-coref",
        pin="none",
    ),
    Loader(
        call="fastcoref.LingMessCoref",
        model=Argument(0, "model_name_or_path"),
        reads="transformers",
        default="biu-nlp/lingmess-coref",
        pin="none",
    ),
    Loader(
        call="allennlp.predictors.Predictor.from_path",
        model=_ARCHIVE,
        reads="file",
        hub="url",
        notation="address",
        pin="none",
    ),
    Loader(
        call="allennlp.models.archival.load_archive",
        model=_ARCHIVE,
        reads="file",
        hub="url",
        notation="address",
        pin="none",
    ),
    Loader(
        call="allennlp_models.pretrained.load_predictor",
        model=Argument(0, "model_id"),
        reads="file",
        hub="allennlp",
        notation="entry",
        pin="none",
    ),
    *(
        _allennlp(name)
        for name in (
            *("PretrainedTransformerEmbedder", "PretrainedTransformerMismatchedEmbedder"),
            *("PretrainedTransformerIndexer", "PretrainedTransformerMismatchedIndexer"),
            "PretrainedTransformerTokenizer",
        )
    ),
    _allennlp("PretrainedTransformerBackbone", 1),
    Loader(
        call="easynmt.EasyNMT",
        model=Argument(0, "model_name"),
        reads="snapshot",
        hub="easynmt",
        notation="preset",
        pin="none",
        optional=True,
    ),
    Loader(
        call="wtpsplit.SaT",
        model=Argument(0, "model_name_or_model"),
        reads="transformers",
        owner="segment-any-text",
        pin="none",
    ),
    Loader(
        call="wtpsplit.WtP",
        model=Argument(0, "model_name_or_model"),
        reads="transformers",
        owner="benjamin",
        pin="none",
    ),
    Loader(
        call="fairseq.checkpoint_utils.load_model_ensemble_and_task_from_hf_hub",
        model=Argument(0, "model_id"),
        reads="snapshot",
        pin="none",
    ),
    Loader(
        call="unstructured_inference.models.base.get_model",
        model=Argument(0, "model_name"),
        reads="snapshot",
        hub="unstructured",
        notation="entry",
        has_default=True,
        pin="none",
    ),
    Loader(
        call="open_flamingo.create_model_and_transforms",
        model=Argument(2, "lang_encoder_path"),
        reads="transformers",
        also=(Also(model=Argument(3, "tokenizer_path"), reads="tokenizer"),),
        pin="none",
    ),
    _lavis("load_model"),
    _lavis("load_model_and_preprocess"),
)
