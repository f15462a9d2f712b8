"""Speech and music: ``kokoro`` (read in 0.9.4), ``TTS`` (0.28.0), ``audiocraft`` (March 2025), ``encodec``, and others.

Most of these libraries have one repository, written in their source, and no way to pin it.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import NOWHERE, Argument, Arguments, Condition, Loader

_REVISION = Arguments(ref=Argument(None, "revision"))


def _fixed(call: str, default: str, model: Argument = NOWHERE) -> Loader:
    """A call that loads one repository unless another one is named, where that can be done."""
    return Loader(call=call, model=model, reads="snapshot", default=default, pin="none")


def _table(call: str, hub: str, model: Argument, *, local: str = "", default: str = "") -> Loader:
    """A name of the library's own table; a file given as ``local`` is read instead."""
    return Loader(
        call=call,
        model=model,
        reads="snapshot",
        hub=hub,
        notation="entry",
        local=(Condition(argument=Argument(None, local)),) if local else (),
        default=default,
        pin="none",
    )


def _audiocraft(name: str, default: str = "") -> Loader:
    """Short names are spellings of an older release."""
    return Loader(
        call=f"audiocraft.models.{name}.get_pretrained",
        model=Argument(0, "name"),
        reads="snapshot",
        hub="audiocraft",
        notation="name",
        default=default,
        pin="none",
    )


def _hub(call: str, keyword: str) -> Loader:
    """A repository of the Hugging Face Hub, read by ``PyTorchModelHubMixin`` or like it."""
    return Loader(call=call, model=Argument(0, keyword), reads="snapshot", arguments=_REVISION)


LOADERS: tuple[Loader, ...] = (
    _fixed("bark.preload_models", "suno/bark"),
    _fixed("bark.generate_audio", "suno/bark"),
    _fixed("kokoro.KPipeline", "hexgrad/Kokoro-82M", Argument(1, "repo_id")),
    _fixed("kokoro.KModel", "hexgrad/Kokoro-82M", Argument(0, "repo_id")),
    _fixed("chatterbox.ChatterboxTTS.from_pretrained", "ResembleAI/chatterbox"),
    _fixed("chatterbox.ChatterboxMultilingualTTS.from_pretrained", "ResembleAI/chatterbox"),
    _fixed("chatterbox.ChatterboxVC.from_pretrained", "ResembleAI/chatterbox"),
    _fixed("chatterbox.ChatterboxTurboTTS.from_pretrained", "ResembleAI/chatterbox-turbo"),
    Loader(
        call="styletts2.tts.StyleTTS2",
        model=Argument(0, "model_checkpoint_path"),
        reads="snapshot",
        notation="file",
        default="yl4579/StyleTTS2-LibriTTS",
        pin="none",
    ),
    Loader(
        call="encodec.EncodecModel.*",
        names=("encodec_model_24khz", "encodec_model_48khz"),
        reads="file",
        hub="encodec",
        conditions=(Condition(argument=Argument(0, "pretrained"), otherwise=True),),
        local=(Condition(argument=Argument(1, "repository")),),
        pin="hash",
    ),
    _audiocraft("MusicGen", "facebook/musicgen-melody"),
    _audiocraft("AudioGen", "facebook/audiogen-medium"),
    _audiocraft("MAGNeT", "facebook/magnet-small-10secs"),
    _audiocraft("JASCO", "facebook/jasco-chords-drums-400M"),
    _audiocraft("CompressionModel"),
    _table("demucs.pretrained.get_model", "demucs", Argument(0, "name"), local="repo"),
    _table("demucs.api.Separator", "demucs", Argument(0, "model"), local="repo", default="htdemucs"),
    _table("TTS.api.TTS.load_tts_model_by_name", "coqui", Argument(0, "model_name")),
    _table("TTS.api.TTS.load_vc_model_by_name", "coqui", Argument(0, "model_name")),
    _table("TTS.api.TTS.load_model_by_name", "coqui", Argument(0, "model_name")),
    _table("TTS.utils.manage.ModelManager.download_model", "coqui", Argument(0, "model_name")),
    Loader(
        call="TTS.api.TTS",
        model=Argument(0, "model_name"),
        reads="snapshot",
        hub="coqui",
        notation="entry",
        local=(Condition(argument=Argument(None, "model_path")),),
        pin="none",
        optional=True,
    ),
    _table("melo.api.TTS", "melo", Argument(0, "language"), local="ckpt_path"),
    Loader(
        call="f5_tts.api.F5TTS",
        model=Argument(0, "model", ("model_type",)),
        reads="snapshot",
        hub="f5-tts",
        notation="entry",
        local=(Condition(argument=Argument(None, "ckpt_file")),),
        has_default=True,
        pin="none",
    ),
    _table("dac.utils.download", "dac", Argument(0, "model_type"), default="44khz"),
    Loader(
        call="parler_tts.ParlerTTSForConditionalGeneration.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="transformers",
        arguments=_REVISION,
    ),
    Loader(
        call="outetts.ModelConfig",
        model=Argument(0, "model_path"),
        reads="transformers",
        default="OuteAI/Llama-OuteTTS-1.0-1B",
        pin="none",
    ),
    Loader(call="outetts.HFModelConfig", model=Argument(0, "model_path"), reads="transformers", pin="none"),
    _hub("vocos.Vocos.from_pretrained", "repo_id"),
    _hub("zonos.model.Zonos.from_pretrained", "repo_id"),
    _hub("bigvgan.BigVGAN.from_pretrained", "pretrained_model_name_or_path"),
    Loader(call="snac.SNAC.from_pretrained", model=Argument(0, "repo_id"), reads="snapshot", pin="none"),
    Loader(call="dia.model.Dia.from_pretrained", model=Argument(0, "model_name"), reads="snapshot", pin="none"),
)
