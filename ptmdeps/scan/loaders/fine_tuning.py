"""Training: ``unsloth`` (read in 2026.10.9), ``trl`` (1.16.0), ``setfit`` (1.2.0), ``gliner`` (0.2.29), and others.

``unsloth`` may load a quantised copy of the model that is named; the name is what the code says.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader

_ID = Argument(0, "pretrained_model_name_or_path", ("model_id", "model_name_or_path"))
_REVISION = Arguments(ref=Argument(None, "revision"), subfolder=Argument(None, "subfolder"))


def _trainer(name: str, *also: Argument) -> Loader:
    """A trainer that loads its model where it is given as a text; mostly it is loaded already."""
    return Loader(
        call=f"trl.{name}",
        model=Argument(0, "model"),
        reads="transformers",
        also=tuple(Also(model=argument, reads="transformers", quiet=True) for argument in also),
        pin="none",
        quiet=True,
    )


def _simple(name: str) -> Loader:
    """A class of ``simpletransformers`` (0.70.8): its first argument is an architecture; without a name it is new."""
    return Loader(
        call=f"simpletransformers.{name}",
        model=Argument(1, "model_name"),
        reads="transformers",
        pin="none",
        optional=True,
    )


LOADERS: tuple[Loader, ...] = (
    Loader(
        call="unsloth.*.from_pretrained",
        model=Argument(0, "model_name"),
        reads="transformers",
        arguments=_REVISION,
        has_default=True,
    ),
    Loader(
        call="trl.*.from_pretrained",
        model=_ID,
        reads="transformers",
        arguments=_REVISION,
    ),
    *(
        _trainer(name)
        for name in (
            "SFTTrainer",
            "RewardTrainer",
            "KTOTrainer",
            "ORPOTrainer",
            "CPOTrainer",
            "BCOTrainer",
            "PRMTrainer",
        )
    ),
    _trainer("DPOTrainer", Argument(1, "ref_model")),
    _trainer("GRPOTrainer", Argument(1, "reward_funcs")),
    _trainer("RLOOTrainer", Argument(1, "reward_funcs")),
    _trainer("OnlineDPOTrainer", Argument(None, "reward_funcs"), Argument(None, "reward_model")),
    _trainer("GKDTrainer", Argument(1, "teacher_model")),
    _trainer("DistillationTrainer", Argument(1, "teacher_model")),
    Loader(
        call="setfit.AbsaModel.from_pretrained",
        model=Argument(0, "model_id"),
        reads="snapshot",
        notation="id@revision",
        also=(Also(model=Argument(1, "polarity_model_id"), reads="snapshot", notation="id@revision"),),
        pin="notation",
    ),
    Loader(call="setfit.*.from_pretrained", model=_ID, reads="snapshot", arguments=_REVISION),
    Loader(call="span_marker.*.from_pretrained", model=_ID, reads="transformers", arguments=_REVISION),
    *(
        Loader(call=call, model=Argument(0, "model_id"), reads="snapshot", arguments=_REVISION)
        for call in ("gliner.*.from_pretrained", "gliner2.*.from_pretrained", "gliclass.*.from_pretrained")
    ),
    *(
        _simple(name)
        for name in (
            *("ClassificationModel", "MultiLabelClassificationModel", "MultiModalClassificationModel", "ConvAIModel"),
            *("LanguageGenerationModel", "LanguageModelingModel", "RepresentationModel", "NERModel", "T5Model"),
            *("QuestionAnsweringModel", "RetrievalModel"),
        )
    ),
    Loader(
        call="simpletransformers.Seq2SeqModel",
        model=Argument(4, "encoder_decoder_name"),
        reads="transformers",
        also=(
            Also(model=Argument(1, "encoder_name"), reads="transformers"),
            Also(model=Argument(2, "decoder_name"), reads="transformers"),
        ),
        pin="none",
        optional=True,
    ),
)
