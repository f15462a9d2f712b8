"""The table of torchvision: enumerations of weights, what ``pretrained=True`` means, and tables of addresses."""

from __future__ import annotations

from pathlib import Path

from ptmdeps.libraries import torchvision
from ptmdeps.libraries.table import Names
from tests.unit.libraries.making import library

ROOT = "https://example.org/models"
NET = """
raise SystemExit("imported")
BASE = "https://example.org/models"

class Net50_Weights(WeightsEnum):
    IMAGENET1K_V1 = Weights(url=f"{BASE}/net50-0123abcd.pth", transforms=partial(x, crop_size=224), meta={**_META})
    IMAGENET1K_V2 = Weights(url="https://example.org/models/net50-89abcdef.pth", transforms=None, meta={})
    COMPUTED = Weights(url=here(), transforms=None, meta={})
    DEFAULT = IMAGENET1K_V2

class Other(Enum):
    A = Weights(url="https://example.org/models/other.pth")

@register_model()
@handle_legacy_interface(weights=("pretrained", Net50_Weights.IMAGENET1K_V1))
def net50(*, weights: Optional[Net50_Weights] = None, progress: bool = True, **kwargs):
    ...

@register_model()
def net51(*, weights: Optional[Net50_Weights] = None):
    ...

def _net(weights: Optional[Net50_Weights]): ...
def helper(block): ...
"""
QUANTIZED = """
from torchvision.models.net import Net50_Weights

class Net50_QuantizedWeights(WeightsEnum):
    IMAGENET1K_FBGEMM_V1 = Weights(url="https://example.org/models/quantized/net50_fbgemm-00112233.pth", meta={})
    DEFAULT = IMAGENET1K_FBGEMM_V1

@register_model(name="quantized_net50")
@handle_legacy_interface(
    weights=(
        "pretrained",
        lambda kwargs: Net50_QuantizedWeights.IMAGENET1K_FBGEMM_V1
        if kwargs.get("quantize", False)
        else Net50_Weights.IMAGENET1K_V1,
    )
)
def net50(*, weights: Optional[Union[Net50_QuantizedWeights, Net50_Weights]] = None, quantize: bool = False): ...
"""


def addresses(names: Names) -> dict[str, list[str]]:
    return {name: [entry.key.name.removeprefix(f"{ROOT}/") for entry in entries] for name, entries in names.items()}


def test_enumerations(tmp_path: Path) -> None:
    files = {
        "torchvision/models/__init__.py": "",
        "torchvision/models/net.py": NET,
        "torchvision/models/quantization/__init__.py": "",
        "torchvision/models/quantization/net.py": QUANTIZED,
    }
    names = torchvision.read(library(tmp_path, files))
    first, second, quantized = ["net50-0123abcd.pth"], ["net50-89abcdef.pth"], ["quantized/net50_fbgemm-00112233.pth"]
    members = {"IMAGENET1K_V1": first, "IMAGENET1K_V2": second, "COMPUTED": [], "DEFAULT": second}
    assert addresses(names) == {
        **{f"net50@{member}": address for member, address in members.items()},
        **{f"net51@{member}": address for member, address in members.items()},
        "net50": first,
        **{f"quantized_net50@{member}": address for member, address in members.items()},
        "quantized_net50@IMAGENET1K_FBGEMM_V1": quantized,
        "quantized_net50": first,
    }
    assert names["net50"][0].hash == "sha256-prefix:0123abcd" and names["net50"][0].reads == "torch"


def test_tables_of_addresses(tmp_path: Path) -> None:
    old = """
    model_urls = {
        "net50": "https://example.org/models/net50.pth",
        "shufflenetv2_x0.5": "https://example.org/models/shuffle.pth",
        "inception_v3_google": "https://example.org/models/inception.pth",
        "rcnn_net50_coco": "https://example.org/models/rcnn.pth",
        "net51": None,
    }
    def net50(pretrained=False): ...
    """
    quantized = """
    quant_model_urls = {"shufflenetv2_x0.5_fbgemm": "https://example.org/models/q.pth"}
    quant_model_urls.update({"inception_v3_google_fbgemm": "https://example.org/models/r.pth"})
    """
    files = {
        "torchvision/models/__init__.py": "",
        "torchvision/models/net.py": old,
        "torchvision/models/quantization/__init__.py": "",
        "torchvision/models/quantization/shuffle.py": quantized,
        "torchvision/models/none.py": "model_urls = here()",
    }
    assert addresses(torchvision.read(library(tmp_path, files))) == {
        "net50": ["net50.pth"],
        "shufflenet_v2_x0_5": ["shuffle.pth"],
        "inception_v3": ["inception.pth"],
        "rcnn_net50": ["rcnn.pth"],
        "quantized_shufflenet_v2_x0_5": ["q.pth"],
        "quantized_inception_v3": ["r.pth"],
    }


def test_spellings() -> None:
    spelled = ["net50@V2", "quantized_net50@V2"]
    assert list(torchvision.spellings("net50", "V2")) == spelled
    assert list(torchvision.spellings("net50", "Net50_Weights.V2")) == spelled
    assert list(torchvision.spellings("net50", "")) == ["net50", "net50@DEFAULT"]
