"""Toolkits for speech: ``speechbrain`` (read in 1.1.2), ``nemo`` (September 2025), ``pyannote.audio`` (4.0), others."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Condition, Loader

# Version 0.5 takes the ref directly; since 1.0 it is part of an object, which nothing can be written into.
_SPEECHBRAIN = Arguments(ref=Argument(None, "revision", ("fetch_config.revision",)))
_PYANNOTE = Arguments(ref=Argument(None, "revision"), subfolder=Argument(None, "subfolder"))
_CHECKPOINT = Argument(0, "checkpoint", ("checkpoint_path",))


def _pyannote_part(name: str, argument: str, *also: str) -> Loader:
    """A pipeline that is built from models; without a name it has its own."""
    return Loader(
        call=f"pyannote.audio.pipelines.{name}",
        model=Argument(0, argument),
        reads="pyannote",
        notation="id@revision",
        also=tuple(Also(model=Argument(None, keyword), reads="pyannote", notation="id@revision") for keyword in also),
        has_default=True,
        pin="notation",
    )


_ON_MODELSCOPE = Condition(argument=Argument(None, "hub"), equals="ms", otherwise=True)


def _funasr_part(name: str) -> Also:
    return Also(
        model=Argument(None, name),
        reads="snapshot",
        arguments=Arguments(ref=Argument(None, f"{name}_revision")),
        conditions=(_ON_MODELSCOPE,),
    )


LOADERS: tuple[Loader, ...] = (
    # ``savedir`` is where the files are put, never what is loaded.
    Loader(
        call="speechbrain.*.from_hparams",
        model=Argument(0, "source"),
        reads="snapshot",
        arguments=_SPEECHBRAIN,
        pin="none",
        by_method=True,
    ),
    Loader(
        call="speechbrain.foreign_class",
        model=Argument(0, "source"),
        reads="snapshot",
        arguments=_SPEECHBRAIN,
        pin="none",
    ),
    Loader(
        call="speechbrain.utils.fetching.fetch",
        model=Argument(1, "source"),
        reads="file",
        arguments=Arguments(ref=_SPEECHBRAIN.ref, filename=Argument(0, "filename")),
        pin="none",
        result="path",
    ),
    *(
        Loader(call=f"speechbrain.{part}", model=Argument(0, "source"), reads="transformers", pin="none")
        for part in (
            *("HuggingFaceWav2Vec2", "HuggingFaceWav2Vec2Pretrain", "HuggingFaceWhisper"),
            *(
                f"{module}.{name}"
                for module in ("huggingface_transformers", "huggingface")
                for name in ("Wav2Vec2", "Wav2Vec2Pretrain", "Whisper", "WavLM", "HuBERT", "WeightedSSLModel", "NLLB")
            ),
        )
    ),
    Loader(
        call="nemo.collections.llm.import_ckpt",
        model=Argument(1, "source"),
        reads="transformers",
        notation="hf",
        pin="none",
        result="path",
    ),
    Loader(
        call="nemo.*.from_pretrained",
        model=Argument(0, "model_name"),
        reads="nemo",
        hub="nemo",
        notation="name",
        pin="none",
    ),
    Loader(
        call="pyannote.audio.*.from_pretrained",
        model=_CHECKPOINT,
        reads="pyannote",
        arguments=_PYANNOTE,
        notation="id@revision",
        pin="argument",
    ),
    Loader(
        call="pyannote.audio.Inference",
        model=Argument(0, "model"),
        reads="pyannote",
        notation="id@revision",
        pin="notation",
    ),
    Loader(
        call="pyannote.audio.PretrainedSpeakerEmbedding",
        model=Argument(0, "embedding"),
        reads="pyannote",
        notation="id@revision",
        pin="notation",
    ),
    _pyannote_part("VoiceActivityDetection", "segmentation"),
    _pyannote_part("OverlappedSpeechDetection", "segmentation"),
    _pyannote_part("SpeakerDiarization", "segmentation", "embedding"),
    Loader(
        call="pyctcdecode.BeamSearchDecoderCTC.load_from_hf_hub",
        model=Argument(0, "model_id"),
        reads="snapshot",
        arguments=Arguments(ref=Argument(None, "revision")),
    ),
    Loader(
        call="asteroid.models.*.from_pretrained",
        model=Argument(0, "pretrained_model_conf_or_path"),
        reads="file",
        pin="none",
    ),
    Loader(
        call="vosk.Model",
        model=Argument(1, "model_name"),
        reads="snapshot",
        hub="vosk",
        notation="entry",
        pin="none",
        optional=True,
    ),
    # With ``hub="hf"`` the same argument names a repository of the Hugging Face Hub.
    Loader(
        call="funasr.AutoModel",
        model=Argument(None, "model"),
        reads="snapshot",
        hub="modelscope",
        arguments=Arguments(ref=Argument(None, "model_revision")),
        also=(
            Also(
                model=Argument(None, "model"),
                reads="snapshot",
                arguments=Arguments(ref=Argument(None, "model_revision")),
                notation="name",
                instead=True,
            ),
            *(_funasr_part(name) for name in ("vad_model", "punc_model", "spk_model")),
        ),
        conditions=(_ON_MODELSCOPE,),
    ),
    Loader(
        call="ctc_forced_aligner.load_alignment_model",
        model=Argument(1, "model_path"),
        reads="transformers",
        default="MahmoudAshraf/mms-300m-1130-forced-aligner",
        pin="none",
    ),
)
