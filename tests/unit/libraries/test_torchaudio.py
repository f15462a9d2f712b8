"""The table of torchaudio: the files of bundles, by position and keyword, and where their loaders keep them."""

from __future__ import annotations

from pathlib import Path

from ptmdeps.libraries import torchaudio
from tests.unit.libraries.making import library

ROOT = "https://download.pytorch.org/torchaudio"
WAVES = """
raise SystemExit("imported")

@dataclass
class WaveBundle:
    _path: str
    _params: Dict[str, Any]

    def get_model(self):
        return load_state_dict_from_url(self._path)

@dataclass
class LetterBundle(WaveBundle):
    _labels: Tuple[str, ...]

WAVE_BASE = WaveBundle(_path="wave_base.pth", _params={})
WAVE_LETTERS = LetterBundle("wave_letters.pth", {}, ("a", "b"))
WAVE_LETTERS.__doc__ = "text"
WAVE_ELSEWHERE = WaveBundle("https://example.org/wave/model.pt", {})
WAVE_COMPUTED = WaveBundle(here(), {})
NUMBER = int("5")
"""
ASSETS = """
@dataclass
class SquimBundle:
    _path: str
    def get_model(self):
        return torchaudio.utils._download_asset(f"models/{self._path}")

@dataclass
class StreamBundle:
    _rnnt_path: str
    _sample_rate: int
    _sp_model_path: str

SQUIM = SquimBundle("squim.pth")
STREAM = StreamBundle(_rnnt_path="models/stream.pt", _sample_rate=5, _sp_model_path="pipeline-assets/spm.model")
"""
SPEECH = """
from . import utils

class _EnglishPhoneProcessor:
    def __init__(self, *, dl_kwargs=None):
        self._phonemizer = utils._load_phonemizer("phonemes.pt", dl_kwargs=dl_kwargs)

@dataclass
class _TacoMixin:
    _tacotron2_path: str
@dataclass
class _WaveMixin:
    _wavernn_path: Optional[str]
class _CharBundle(_WaveMixin, _TacoMixin): ...
class _PhoneBundle(_WaveMixin, _TacoMixin): ...

TACO_CHAR = _CharBundle("taco.pth", "wave.pth")
TACO_PHONE = _PhoneBundle(_tacotron2_path="taco.pth", _wavernn_path=None)
"""
UTILS = """
import os

def _load_phonemizer(file, dl_kwargs):
    url = f"https://example.org/phonemes/{file}"
    path = os.path.join(torch.hub.get_dir(), file)
    if not os.path.exists(path):
        download_url_to_file(url, path, **dl_kwargs)
"""


def test_bundles(tmp_path: Path) -> None:
    files = {
        "torchaudio/pipelines/__init__.py": "",
        "torchaudio/pipelines/waves.py": WAVES,
        "torchaudio/pipelines/assets.py": ASSETS,
        "torchaudio/pipelines/_tts/__init__.py": "",
        "torchaudio/pipelines/_tts/impl.py": SPEECH,
        "torchaudio/pipelines/_tts/utils.py": UTILS,
    }
    names = torchaudio.read(library(tmp_path, files))
    found = {name: [(one.key.name, one.reads, one.files) for one in entries] for name, entries in names.items()}
    assert found == {
        "WAVE_BASE": [(f"{ROOT}/models/wave_base.pth", "torch", ())],
        "WAVE_LETTERS": [(f"{ROOT}/models/wave_letters.pth", "torch", ())],
        "WAVE_ELSEWHERE": [("https://example.org/wave/model.pt", "torch", ())],
        "SQUIM": [(f"{ROOT}/models/squim.pth", "torchaudio", ("models/squim.pth",))],
        "STREAM": [
            (f"{ROOT}/models/stream.pt", "torchaudio", ("models/stream.pt",)),
            (f"{ROOT}/pipeline-assets/spm.model", "torchaudio", ("pipeline-assets/spm.model",)),
        ],
        "TACO_CHAR": [(f"{ROOT}/models/taco.pth", "torch", ()), (f"{ROOT}/models/wave.pth", "torch", ())],
        "TACO_PHONE": [
            (f"{ROOT}/models/taco.pth", "torch", ()),
            ("https://example.org/phonemes/phonemes.pt", "torch", ()),
        ],
    }


def test_name_is_complete() -> None:
    assert list(torchaudio.spellings("WAVE_BASE", "")) == ["WAVE_BASE"]
