"""What a load comes to: references with their facts, local paths, and one outcome a site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ptmdeps.requirement import FileSelection
from ptmdeps.scan import scan
from tests.unit.scan.conftest import Scan

SELECTIONS: dict[str, tuple[str, FileSelection]] = {
    "file": ("hf_hub_download('acme/a', 'x.bin')", FileSelection(files=("x.bin",))),
    "file in a folder": (
        "hf_hub_download('acme/a', filename='x.bin', subfolder='s')",
        FileSelection(files=("s/x.bin",), subfolder="s"),
    ),
    "patterns": (
        "snapshot_download('acme/a', allow_patterns=['*.b', '*.a'], ignore_patterns='*.bin')",
        FileSelection(allow=("*.a", "*.b"), ignore=("*.bin",)),
    ),
    "variant and subfolder": (
        "DiffusionPipeline.from_pretrained('acme/a', variant='fp16', subfolder='unet')",
        FileSelection(variant="fp16", subfolder="unet"),
    ),
    "safetensors": ("AutoModel.from_pretrained('acme/a', use_safetensors=True)", FileSelection(weights="safetensors")),
    "no safetensors": ("AutoModel.from_pretrained('acme/a', use_safetensors=False)", FileSelection(weights="pickle")),
    "either": ("AutoModel.from_pretrained('acme/a', use_safetensors=None)", FileSelection()),
    "gguf": ("AutoModel.from_pretrained('acme/a', gguf_file='q4.gguf')", FileSelection(files=("q4.gguf",))),
    "lora": (
        "pipe.load_lora_weights('acme/a', weight_name='w.safetensors', subfolder='l')",
        FileSelection(files=("l/w.safetensors",), subfolder="l"),
    ),
    "link to a file": (
        "DiffusionPipeline.from_single_file('https://huggingface.co/acme/a/blob/main/w.safetensors')",
        FileSelection(files=("w.safetensors",)),
    ),
    "name with a file": (
        "DiffusionPipeline.from_single_file('acme/a/s/w.safetensors')",
        FileSelection(files=("s/w.safetensors",)),
    ),
}

HEAD = """from huggingface_hub import hf_hub_download, snapshot_download
from transformers import AutoModel, AutoTokenizer, pipeline
from diffusers import DiffusionPipeline
from peft import PeftModel
pipe = DiffusionPipeline()
"""


@pytest.mark.parametrize("case", SELECTIONS)
def test_files_that_arguments_name(case: str, scan_files: Scan) -> None:
    code, selection = SELECTIONS[case]
    (reference,) = scan_files(HEAD + code + "\n").references
    assert reference.key.name == "acme/a"
    assert reference.selection == selection


def test_file_of_unknown_name_may_be_any(scan_files: Scan) -> None:
    (reference,) = scan_files(HEAD + "def f(n):\n    hf_hub_download('acme/a', n)\n").references
    assert (reference.reads, reference.selection) == ("snapshot", FileSelection())


@pytest.mark.parametrize(
    ("argument", "ref"),
    [("'v1'", "v1"), ("None", None), ("''", None), ("REV", "abc"), ("unknown", None), ("os.getenv('R', 'r')", "r")],
)
def test_ref(argument: str, ref: str | None, scan_files: Scan) -> None:
    code = f"import os\nREV = 'abc'\nAutoModel.from_pretrained('acme/a', revision={argument})\n"
    (reference,) = scan_files(HEAD + code).references
    assert reference.ref == ref


def test_ref_in_keyword_arguments(scan_files: Scan) -> None:
    code = "K = dict(revision='v1')\nAutoModel.from_pretrained('acme/a', **K)\n"
    (reference,) = scan_files(HEAD + code).references
    assert reference.ref == "v1"


def test_two_refs_are_two_references(scan_files: Scan) -> None:
    code = "for r in ('v1', 'v2'):\n    AutoModel.from_pretrained('acme/a', revision=r)\n"
    assert [reference.ref for reference in scan_files(HEAD + code).references] == ["v1", "v2"]


@pytest.mark.parametrize(
    ("text", "kind"), [("dataset", "dataset"), ("space", "space"), ("model", "model"), ("x", "model")]
)
def test_kind(text: str, kind: str, scan_files: Scan) -> None:
    (reference,) = scan_files(HEAD + f"snapshot_download('acme/a', repo_type='{text}')\n").references
    assert reference.kind == kind


def test_adapter_comes_after_the_model_it_is_put_on(scan_files: Scan) -> None:
    code = (
        "base = AutoModel.from_pretrained('acme/base')\nPeftModel.from_pretrained(base, 'acme/adapter', revision='r')\n"
    )
    found = {reference.key.name: (reference.reads, reference.ref) for reference in scan_files(HEAD + code).references}
    assert found == {"acme/base": ("transformers", None), "acme/adapter": ("peft", "r")}


def test_parts_of_a_pipeline_share_its_ref(scan_files: Scan) -> None:
    code = (
        "pipeline('x', model='acme/a', tokenizer='acme/b', revision='r')\npipeline('x', 'acme/c', tokenizer=unknown)\n"
    )
    found = {reference.key.name: (reference.reads, reference.ref) for reference in scan_files(HEAD + code).references}
    assert found == {"acme/a": ("transformers", "r"), "acme/b": ("tokenizer", "r"), "acme/c": ("transformers", None)}


def test_list_of_ids(scan_files: Scan) -> None:
    code = (
        "pipe.load_textual_inversion(['acme/a', 'acme/b'])\npipe.load_ip_adapter('acme/c', 'm', ['x.bin', 'y.bin'])\n"
    )
    found = {reference.key.name: reference.selection.files for reference in scan_files(HEAD + code).references}
    assert found == {"acme/a": (), "acme/b": (), "acme/c": ("m/x.bin", "m/y.bin")}


def test_community_code_is_said(scan_files: Scan) -> None:
    code = """
DiffusionPipeline.from_pretrained('acme/a', custom_pipeline='lpw')
DiffusionPipeline.from_pretrained('acme/b', custom_pipeline='./x')
"""
    result = scan_files(HEAD + code)
    assert {reference.key.name for reference in result.references} == {"acme/a", "acme/b"}
    assert [unresolved.reason for unresolved in result.unresolved] == ["the code of `lpw` comes with the library"]


def test_one_address_of_a_file_elsewhere(scan_files: Scan) -> None:
    (reference,) = scan_files(HEAD + "DiffusionPipeline.from_single_file('https://example.org/w.ckpt')\n").references
    assert (reference.key.hub, reference.key.name, reference.reads) == ("url", "https://example.org/w.ckpt", "file")


def test_default_of_a_library_when_the_parameter_is_none(scan_files: Scan) -> None:
    code = "def f(m=None):\n    pipeline('fill-mask', model=m)\n"
    (reference,) = scan_files(HEAD + code).references
    assert (reference.key.name, reference.resolution) == ("distilbert/distilroberta-base", "default-model")


def test_default_that_is_always_the_same(scan_files: Scan) -> None:
    (reference,) = scan_files("from sentence_transformers import models\nmodels.CLIPModel()\n").references
    assert (reference.key.name, reference.resolution) == ("openai/clip-vit-base-patch32", "default-model")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("SentenceTransformer('all-MiniLM-L6-v2')", "sentence-transformers/all-MiniLM-L6-v2"),
        ("SentenceTransformer('BERT-base-uncased')", "BERT-base-uncased"),
        ("SentenceTransformer('acme/x')", "acme/x"),
        ("CrossEncoder('ms-marco')", "cross-encoder/ms-marco"),
        ("SparseEncoder('splade')", "sparse-encoder/splade"),
        ("MultiVectorEncoder('colbert')", "colbert"),
        ("models.Transformer('distilroberta-base')", "distilroberta-base"),
    ],
)
def test_short_names(code: str, name: str, scan_files: Scan) -> None:
    (reference,) = scan_files(
        f"from sentence_transformers import *\nfrom sentence_transformers import models\n{code}\n"
    ).references
    assert reference.key.name == name


LOCAL: dict[str, tuple[str, str]] = {
    "relative": ("AutoModel.from_pretrained('./m')", "./m"),
    "join": ("AutoModel.from_pretrained(os.path.join('a', 'b'))", "a/b"),
    "join of something unknown": ("AutoModel.from_pretrained(os.path.join(x, 'b'))", "os.path.join(x, 'b')"),
    "path": ("AutoModel.from_pretrained(Path('a') / 'b')", "a/b"),
    "text of a path": ("AutoModel.from_pretrained(str(Path('a')))", "a"),
    "path of this file": ("AutoModel.from_pretrained(Path(__file__).parent)", "Path(__file__).parent"),
    "resolved path": ("AutoModel.from_pretrained(Path('a').resolve())", "Path('a').resolve()"),
    "unknown part of a path": ("AutoModel.from_pretrained(Path('a') / x)", "Path('a') / x"),
    "path in an f-string": ("AutoModel.from_pretrained(f'{Path(\"a\")}/b')", "a"),
    "temporary folder": ("import tempfile\nAutoModel.from_pretrained(tempfile.mkdtemp())", "tempfile.mkdtemp()"),
    "expanded tilde": ("AutoModel.from_pretrained(os.path.expanduser('~/m'))", "~/m"),
    "output folder by its name": ("OUTPUT_DIR = 'acme/a'\nAutoModel.from_pretrained(args.output_dir)", ""),
    "saved in this file": ("model.save_pretrained('mine')\nAutoModel.from_pretrained('mine')", "mine"),
    "saved under a variable": ("p = 'mine'\nmodel.save_pretrained(p)\nAutoModel.from_pretrained(p)", "mine"),
    "downloaded": (
        "p = hf_hub_download('acme/x', 'f')\nAutoModel.from_pretrained(p)",
        "hf_hub_download('acme/x', 'f')",
    ),
    "ordinary folder": ("AutoModel.from_pretrained('checkpoint-500')", "checkpoint-500"),
    "more than one slash": ("AutoModel.from_pretrained('a/b/c')", "a/b/c"),
    "weights file": ("AutoModel.from_pretrained('m.pt')", "m.pt"),
}


@pytest.mark.parametrize("case", [case for case in LOCAL if case != "output folder by its name"])
def test_local_path(case: str, scan_files: Scan) -> None:
    code, path = LOCAL[case]
    result = scan_files(HEAD + "import os\nfrom pathlib import Path\n" + code + "\n")
    assert [local.path for local in result.local] == [path]
    assert result.unresolved == ()
    assert {reference.key.name for reference in result.references} <= {"acme/x"}


def test_output_folder_is_local_by_the_name_of_its_variable(scan_files: Scan) -> None:
    code = """
    import argparse
    from transformers import AutoModel
    p = argparse.ArgumentParser()
    p.add_argument("--output_dir", default="sd-finetuned")
    args = p.parse_args()
    AutoModel.from_pretrained(args.output_dir)
    """
    result = scan_files(code)
    assert ([local.path for local in result.local], result.references) == (["sd-finetuned"], ())


def test_folder_of_the_project_is_local(scan_files: Scan) -> None:
    files = {
        "acme/a/config.json": "{}",
        "app.py": "from transformers import AutoModel\nAutoModel.from_pretrained('acme/a')\n",
    }
    result = scan_files(files)
    assert ([local.path for local in result.local], result.references) == (["acme/a"], ())


def test_known_models_win_over_a_local_path(scan_files: Scan) -> None:
    code = "import os\nn = 'acme/a' if os.name else './m'\nAutoModel.from_pretrained(n)\n"
    result = scan_files(HEAD + code)
    assert [reference.key.name for reference in result.references] == ["acme/a"]
    assert (result.local, result.unresolved) == ((), ())


def test_joined_address_stays_an_address(scan_files: Scan) -> None:
    code = "import os\nDiffusionPipeline.from_single_file(os.path.join('https://example.org/', 'w.ckpt'))\n"
    (reference,) = scan_files(HEAD + code).references
    assert reference.key.name == "https://example.org/w.ckpt"


def test_same_model_found_twice_is_one_reference_found_directly(scan_files: Scan) -> None:
    code = "def f(n='acme/a'):\n    AutoModel.from_pretrained(n if n else 'acme/a')\n"
    (reference,) = scan_files(HEAD + code).references
    assert (reference.resolution, reference.alternatives) == ("literal", ())


def test_expression_is_said_in_one_spelling(scan_files: Scan) -> None:
    code = "def f(n):\n    AutoModel.from_pretrained( n [ 'x' ] )\n"
    (unresolved,) = scan_files(HEAD + code).unresolved
    assert unresolved.expression == "n['x']"


def test_long_expression_is_cut(scan_files: Scan) -> None:
    code = f"def f(n):\n    AutoModel.from_pretrained(n[{'x' * 300}])\n"
    (unresolved,) = scan_files(HEAD + code).unresolved
    assert len(unresolved.expression) == 120


@pytest.mark.parametrize(
    ("code", "way", "keyword"),
    [
        ("AutoModel.from_pretrained('acme/a')", "argument", "revision"),
        ("model.load_adapter('acme/a')", "argument", "adapter_kwargs.revision"),
        ("hf_hub_download('acme/a', 'f')", "argument", "revision"),
        ("DiffusionPipeline.from_single_file('https://huggingface.co/acme/a/resolve/v1/f.bin')", "notation", ""),
        ("torch.hub.load('acme/a', 'm')", "notation", ""),
        ("torch.hub.load_state_dict_from_url('https://a.b/w-0123abcd.pth')", "hash", ""),
        ("torch.hub.load_state_dict_from_url('https://a.b/w.pth')", "none", ""),
        ("AutoModel.from_encoder_decoder_pretrained('acme/a', None)", "none", ""),
    ],
)
def test_way_of_pinning(code: str, way: str, keyword: str, scan_files: Scan) -> None:
    head = HEAD + "import torch\nmodel = AutoModel.from_config(1)\n"
    (reference,) = scan_files(head + code + "\n").references
    assert (reference.pinning.way, reference.pinning.keyword) == (way, keyword)


def test_column_counts_bytes(scan_files: Scan) -> None:
    (reference,) = scan_files(HEAD + "x = ['é', AutoModel.from_pretrained('acme/a')]\n").references
    assert reference.pinning.column == len("x = ['é', ".encode())


def test_column_is_not_known_in_other_encodings(tmp_path: Path) -> None:
    head = "# -*- coding: latin-1 -*-\nfrom transformers import AutoModel\n"
    code = head + "x = ['é', AutoModel.from_pretrained('acme/a')]\n"
    (tmp_path / "app.py").write_bytes(code.encode("latin-1"))
    (tmp_path / "same.py").write_bytes(code.replace("latin-1", "utf-8").encode())
    columns = {one.location.path: one.pinning.column for one in scan(tmp_path).references}
    assert columns == {"app.py": None, "same.py": 11}


def test_column_is_not_known_in_notebooks(scan_files: Scan) -> None:
    cell = {"cell_type": "code", "source": ["from transformers import AutoModel\n", "AutoModel.from_pretrained('a/b')"]}
    notebook = json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}, indent=1)
    (reference,) = scan_files({"n.ipynb": notebook}).references
    assert reference.pinning.column is None


@pytest.mark.parametrize(("argument", "allowed"), [("True", True), ("False", False), ("x", False), ("FLAG", True)])
def test_remote_code(argument: str, allowed: bool, scan_files: Scan) -> None:
    code = f"FLAG = True\nAutoModel.from_pretrained('acme/a', trust_remote_code={argument})\n"
    (reference,) = scan_files(HEAD + code).references
    assert reference.remote_code is allowed


def test_entrypoint_and_local_code_of_torch_hub(scan_files: Scan) -> None:
    code = """
    import torch
    torch.hub.load("acme/code:v1", "small", pretrained=True)
    torch.hub.load("acme/code", model="large")
    torch.hub.load("acme/code", "small", source="local")
    torch.hub.load(where, "small", source="local")
    """
    result = scan_files(code)
    found = [(one.key.hub, one.key.name, one.ref, one.entrypoint) for one in result.references]
    assert found == [("torchhub", "acme/code", "v1", "small"), ("torchhub", "acme/code", None, "large")]
    assert [one.path for one in result.local] == ["acme/code", "where"]


PASSED_ON: dict[str, tuple[str, bool]] = {
    "parameter": ("def f(m):\n    AutoModel.from_pretrained(m)", True),
    "attribute of a parameter": (
        "class A:\n def __init__(self, m):\n  self.m = m\n def go(self):\n  AutoModel.from_pretrained(self.m)",
        True,
    ),
    "keyword arguments": ("def f(**more):\n    AutoModel.from_pretrained(**more)", True),
    "arguments": ("def f(*more):\n    AutoModel.from_pretrained(*more)", True),
    "parameter that is None": ("def f(m=None):\n    AutoModel.from_pretrained(m)", True),
    "parameter or a variable that is empty": (
        "import os\ndef f(m=''):\n    m = m or os.getenv('M', '')\n    AutoModel.from_pretrained(m)",
        True,
    ),
    "variable that is empty": ("import os\ndef f():\n    AutoModel.from_pretrained(os.getenv('M', ''))", False),
    "arguments from somewhere": ("AutoModel.from_pretrained(*given())", False),
    "keywords from somewhere": ("AutoModel.from_pretrained(**given())", False),
    "option": (
        "import click\n@click.command()\n@click.option('--m')\ndef f(m):\n    AutoModel.from_pretrained(m)",
        False,
    ),
    "environment": ("import os\nAutoModel.from_pretrained(os.environ['M'])", False),
    "None": ("m = None\nAutoModel.from_pretrained(m)", False),
}


@pytest.mark.parametrize("case", PASSED_ON)
def test_what_callers_outside_of_the_project_decide(case: str, scan_files: Scan) -> None:
    code, passed_on = PASSED_ON[case]
    (unresolved,) = scan_files(HEAD + code + "\n").unresolved
    assert unresolved.passed_on is passed_on


def test_plain_downloads_are_only_said_of_models(scan_files: Scan) -> None:
    code = """
    import requests, urllib.request
    from tensorflow.keras.utils import get_file
    BASE = "https://example.org/m/"
    requests.get("https://example.org/api")
    requests.get(url)
    requests.get(open("x"))
    requests.get()
    urllib.request.urlretrieve(BASE + "w.pth", "w.pth")
    urllib.request.urlopen("https://huggingface.co/acme/a/resolve/v1/w.bin")
    get_file("w", origin="https://example.org/w.h5")
    get_file("w", origin="https://example.org/data.zip")
    for name in ("config.json", "readme.md", "model.safetensors", "sub/other.json"):
        requests.get(f"{BASE}{name}")
    """
    result = scan_files(code)
    assert [(one.location.line, one.key.name) for one in result.references] == [
        (9, "https://example.org/m/w.pth"),
        (10, "acme/a"),
        (11, "https://example.org/w.h5"),
        (14, "https://example.org/m/config.json"),
        (14, "https://example.org/m/model.safetensors"),
    ]
    assert (result.unresolved, result.local) == ((), ())


def test_function_that_fetches_weights_says_everything_but_other_files(scan_files: Scan) -> None:
    code = """
    from torch import hub
    hub.download_url_to_file("https://example.org/model", "m")
    hub.download_url_to_file("https://example.org/models.yml", "m")
    hub.download_url_to_file("https://example.org/dog.jpg", "m")
    hub.download_url_to_file(url, "m")
    """
    result = scan_files(code)
    assert [one.key.name for one in result.references] == ["https://example.org/model"]
    assert [one.location.line for one in result.unresolved] == [6]


def test_weights_of_torchvision_and_the_backbone_they_stand_on(scan_files: Scan) -> None:
    code = """
    import torchvision
    from torchvision.models import ResNet50_Weights, resnet50
    resnet50()
    resnet50(weights=None)
    resnet50(weights=ResNet50_Weights.IMAGENET1K_V2)
    resnet50(weights="DEFAULT")
    resnet50(True)
    torchvision.models.detection.fasterrcnn_resnet50_fpn()
    torchvision.models.detection.fasterrcnn_resnet50_fpn(weights="COCO_V1")
    torchvision.models.detection.fasterrcnn_resnet50_fpn(pretrained_backbone=False)
    torchvision.models.detection.fasterrcnn_resnet50_fpn(weights_backbone=None)
    torchvision.models.detection.fasterrcnn_resnet50_fpn(weights_backbone=ResNet50_Weights.DEFAULT)
    ResNet50_Weights.DEFAULT.get_state_dict()
    """
    found = [(one.location.line, one.key.name, one.ref) for one in scan_files(code).references]
    assert found == [
        (6, "resnet50", "IMAGENET1K_V2"),
        (7, "resnet50", "DEFAULT"),
        (8, "resnet50", None),
        (9, "resnet50", "IMAGENET1K_V1"),
        (10, "fasterrcnn_resnet50_fpn", "COCO_V1"),
        (13, "resnet50", "DEFAULT"),
        (14, "resnet50", "DEFAULT"),
    ]


SAME_NAMES = {
    "embedding": "from torch import nn\nnn.Embedding.from_pretrained(weights)",
    "pipeline of sklearn": "from sklearn.pipeline import Pipeline, make_pipeline\nPipeline(a)\nmake_pipeline(1)",
    "mlflow": "import mlflow\nmlflow.pyfunc.load_model('models:/a/1')",
    "joblib": "import joblib\njoblib.load('acme/a')",
    "a session's get": "import requests\n{}.get('https://example.org/w.pth')",
    "torch.load": "import torch\ntorch.load('acme/a')",
    "a dictionary's load": "import torch.hub\ncache.load('acme/a', 'b')",
}


@pytest.mark.parametrize("case", SAME_NAMES)
def test_same_name_of_something_else(case: str, scan_files: Scan) -> None:
    result = scan_files(SAME_NAMES[case] + "\n")
    assert (result.references, result.unresolved, result.local) == ((), (), ())


def test_short_name_of_another_library_is_no_repository(scan_files: Scan) -> None:
    code = """
    from efficientnet_pytorch import EfficientNet
    from modelscope import AutoModel
    EfficientNet.from_pretrained("efficientnet-b0")
    AutoModel.from_pretrained("acme/a")
    """
    found = {(one.key.hub, one.key.name) for one in scan_files(code).references}
    assert found == {("efficientnet_pytorch", "efficientnet-b0"), ("modelscope", "acme/a")}


UNRESOLVED: dict[str, tuple[str, str]] = {
    "no argument": ("AutoModel.from_pretrained()", "no model is named"),
    "default of the library": ("pipeline(model=None)", "the default model of `pipeline` depends on its `task`"),
    "object of the project": (
        "class A: pass\nAutoModel.from_pretrained(A())",
        "it is an object of `A`",
    ),
    "object of a library": ("import other\nAutoModel.from_pretrained(other.name())", "it comes from `other.name`"),
    "number": ("AutoModel.from_pretrained(3)", "no text is found that it could be"),
    "itself": ("def f():\n    x = x\n    AutoModel.from_pretrained(x)", ""),
}


@pytest.mark.parametrize("case", UNRESOLVED)
def test_reason_why_no_model_is_known(case: str, scan_files: Scan) -> None:
    code, reason = UNRESOLVED[case]
    (unresolved,) = scan_files(HEAD + code + "\n").unresolved
    assert unresolved.reason.startswith(reason)


@pytest.mark.parametrize("argument", ["None", "{}", "AutoModel.from_config(1)"])
def test_what_names_nothing_itself_is_not_said(argument: str, scan_files: Scan) -> None:
    result = scan_files(HEAD + f"AutoModel.from_pretrained({argument})\n")
    assert (result.references, result.unresolved, result.local) == ((), (), ())
