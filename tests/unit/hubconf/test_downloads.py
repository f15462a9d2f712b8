"""Every function that downloads, or loads a model of a hub by name."""

from __future__ import annotations

import pytest

from tests.unit.hubconf.repositories import unknown, weights

X = "https://acme.example/x.pth"


def body(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f"def model(url='{X}', name=None, flag=None):\n{lines}"


@pytest.mark.parametrize(
    ("text", "file_name", "folder", "loader"),
    [
        ("import torch\ntorch.hub.load_state_dict_from_url(url)", "x.pth", "", "torch.hub.load_state_dict_from_url"),
        (
            "from torch.hub import load_state_dict_from_url as load\nload(url=url, file_name='y.pt')",
            *("y.pt", "", "torch.hub.load_state_dict_from_url"),
        ),
        (
            "from anywhere.hub import load_state_dict_from_url\nload_state_dict_from_url(url, '/weights')",
            *("x.pth", "/weights", "anywhere.hub.load_state_dict_from_url"),
        ),
        (
            (
                "import torch, os\n"
                "d = os.path.join(torch.hub.get_dir(), 'checkpoints')\n"
                "torch.utils.model_zoo.load_url(url, d)"
            ),
            *("x.pth", "", "torch.utils.model_zoo.load_url"),
        ),
        (
            "import torch\ntorch.hub.load_state_dict_from_url(url, input())",
            "x.pth",
            "?",
            "torch.hub.load_state_dict_from_url",
        ),
        (
            (
                "import torch, os\n"
                "torch.hub.download_url_to_file(url, os.path.join(torch.hub._get_torch_home(), 'a', 'z.pth'))"
            ),
            *("z.pth", "$TORCH_HOME/a", "torch.hub.download_url_to_file"),
        ),
        ("import torch\ntorch.hub.download_url_to_file(url, input())", "x.pth", "?", "torch.hub.download_url_to_file"),
        (
            "from torchvision.datasets.utils import download_url\ndownload_url(url, './data', 'z.pt')",
            *("z.pt", "data", "torchvision.datasets.utils.download_url"),
        ),
        (
            "import torchvision\ntorchvision.datasets.utils.download_and_extract_archive(url, download_root='data')",
            *("x.pth", "data", "torchvision.datasets.utils.download_and_extract_archive"),
        ),
        (
            "import urllib.request\npath, _ = urllib.request.urlretrieve(url, '~/x/z.pt')",
            *("z.pt", "~/x", "urllib.request.urlretrieve"),
        ),
        ("import wget\nwget.download(url, out='z.pt')", "z.pt", ".", "wget.download"),
        ("import wget\nwget.download(url)", "x.pth", ".", "wget.download"),
        ("import gdown\ngdown.download(url, 'a/z.pt', quiet=False)", "z.pt", "a", "gdown.download"),
        ("import requests\nrequests.get(url, stream=True)", "x.pth", "?", "requests.get"),
        ("import requests\nrequests.request('GET', url)", "x.pth", "?", "requests.request"),
        (
            "import requests\ndata = requests.get(url).content\nopen('w/z.pt', 'wb').write(data)",
            "z.pt",
            "w",
            "requests.get",
        ),
        (
            (
                "from urllib.request import Request, urlopen\n"
                "with urlopen(Request(url)) as a, open('z.pt', 'wb') as b:\n"
                "    b.write(a.read())"
            ),
            *("z.pt", ".", "urllib.request.urlopen"),
        ),
        ("import os\nos.system(f'wget {url} -O w/z.pt')", "z.pt", "w", "wget"),
        ("import subprocess\nsubprocess.run(['curl', '-L', url, '--output', 'z.pt'], check=True)", "z.pt", ".", "curl"),
    ],
)
def test_files(text: str, file_name: str, folder: str, loader: str) -> None:
    found = weights(body(text), "model")
    assert not found.unknown
    (file,) = found.files
    assert (file.url, file.file_name, file.folder, file.loader) == (X, file_name, folder, loader)


def test_a_file_of_google_drive_has_the_address_of_its_id() -> None:
    (file,) = weights(body("import gdown\ngdown.download(id='abc', output='z.pt')"), "model").files
    assert (file.url, file.file_name) == ("https://drive.google.com/uc?id=abc", "z.pt")


@pytest.mark.parametrize(
    ("name", "given", "prefix"),
    [
        ("net-0123abcd.pth", "", "0123abcd"),
        ("net-16.pth", "", ""),
        ("net-16.pth", ", check_hash=True", "16"),
        ("net-0123ABCD.pth", "", ""),
        ("net.pth", ", check_hash=True", ""),
        ("net-beef0123/other.pth", "", ""),
    ],
)
def test_prefixes_of_hashes(name: str, given: str, prefix: str) -> None:
    text = f"import torch\ndef model():\n    torch.hub.load_state_dict_from_url('https://acme.example/{name}'{given})\n"
    assert weights(text, "model").files[0].hash_prefix == prefix


def test_a_query_is_not_part_of_the_name() -> None:
    text = (
        "import torch\ndef model():\n    torch.hub.load_state_dict_from_url('https://acme.example/a/x.pth?dl=1#top')\n"
    )
    assert weights(text, "model").files[0].file_name == "x.pth"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "import torch\ntorch.hub.load_state_dict_from_url(input())",
            ("input()", "`input` is not defined before it is used"),
        ),
        (
            "import torch\ntorch.hub.load_state_dict_from_url(url=name + 'x')",
            ("name + 'x'", "it is computed when the code runs"),
        ),
        ("import torch\ntorch.hub.load_state_dict_from_url('x.pth')", ("'x.pth'", "`x.pth` is no address of the web")),
        ("import torch\ntorch.hub.load_state_dict_from_url([url])", ("[url]", "it is computed when the code runs")),
        ("import requests\nrequests.get(input())", ("input()", "`input` is not defined before it is used")),
        (
            "import os, lib\nos.system('curl')\nimport subprocess\nsubprocess.run(['wget', lib.f()])",
            ("['wget', lib.f()]", "`lib.f` is not part of the repository"),
        ),
        (
            "import acmelib\nacmelib.Net.from_pretrained(name)",
            ("acmelib.Net.from_pretrained", "what a library outside of the repository loads by this name is not known"),
        ),
    ],
)
def test_addresses_that_are_not_known(text: str, expected: tuple[str, str]) -> None:
    assert unknown(body(text)) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "import requests\nrequests.get('https://acme.example/page.html')",
        "import torch\ntorch.hub.load_state_dict_from_url(None)",
        "import os\nos.system('ls ' + url)",
        "import os\nos.system('unbalanced \"')",
        (
            "import torchvision\n"
            "torchvision.models.resnet18()\n"
            "torchvision.models.resnet18(weights=None)\n"
            "torchvision.models.resnet18(pretrained=False)"
        ),
        "import torchvision\ntorchvision.models.list_models(name)",
        "import torchvision\ntorchvision.models.segmentation.fcn_resnet50(weights_backbone=None)",
        "import torchvision\ntorchvision.models.segmentation.fcn_resnet50(pretrained_backbone=False)",
        (
            "import timm\n"
            "timm.create_model('resnet18')\n"
            "timm.create_model('local-dir:x', pretrained=True)\n"
            "timm.models.layers.to_2tuple(4)"
        ),
        (
            "import torch\n"
            "torch.hub.load('.', 'net')\n"
            "torch.hub.load('/x', 'net', source='local')\n"
            "torch.hub.load('/x/y', 'net')"
        ),
        "from transformers import AutoModel\nAutoModel.from_pretrained('./here')",
        "import open_clip\nopen_clip.create_model('ViT-B-32')",
        "def inner():\n    import torch\n    torch.hub.load_state_dict_from_url(url)\nreturn inner",
    ],
)
def test_what_downloads_nothing(text: str) -> None:
    found = weights(body(text), "model")
    assert not found.files and not found.models and not found.unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import torch\ntorch.hub.load('acme/nets', 'tiny')", ("torchhub:acme/nets", "", "tiny")),
        (
            (
                "import torch\n"
                "torch.hub.load('acme/nets:v1', model='tiny', pretrained=True, size=url[:5], "
                "extra=name, force_reload=True)"
            ),
            ("torchhub:acme/nets", "v1", "tiny(pretrained=True, size='https', extra=None)"),
        ),
        (
            "import torch, lib\ntorch.hub.load('acme/nets', 'tiny', lib.x(), 2)",
            ("torchhub:acme/nets", "", "tiny(..., 2)"),
        ),
        (
            "from huggingface_hub import hf_hub_download\nhf_hub_download('acme/net', 'x.bin', revision='v2')",
            ("huggingface:acme/net", "v2", ""),
        ),
        (
            "from huggingface_hub import snapshot_download\nsnapshot_download(repo_id='acme/net')",
            ("huggingface:acme/net", "", ""),
        ),
        (
            "import transformers\ntransformers.AutoModel.from_pretrained('acme/net', revision='a')",
            ("huggingface:acme/net", "a", ""),
        ),
        (
            (
                "from transformers import BertModel\n"
                "class Own(BertModel): pass\n"
                "Own.from_pretrained(pretrained_model_name_or_path='acme/net')"
            ),
            ("huggingface:acme/net", "", ""),
        ),
        ("import timm\ntimm.create_model('resnet18', pretrained=True)", ("timm:resnet18", "", "")),
        ("import timm\ntimm.create_model('hf-hub:acme/net@v1', True)", ("huggingface:acme/net", "v1", "")),
        ("from timm.models.resnet import resnet18\nresnet18(pretrained=True)", ("timm:resnet18", "", "")),
        ("from torchvision.models import resnet18\nresnet18(pretrained=True)", ("torchvision:resnet18", "", "")),
        (
            "import torchvision.models as m\nm.resnet18(weights=m.ResNet18_Weights.DEFAULT)",
            ("torchvision:resnet18", "ResNet18_Weights.DEFAULT", ""),
        ),
        (
            "import torchvision\ngetattr(torchvision.models, 'resnet' + '18')(weights='IMAGENET1K_V1')",
            ("torchvision:resnet18", "IMAGENET1K_V1", ""),
        ),
        (
            "import torchvision\ntorchvision.models.get_model('resnet18', weights='DEFAULT')",
            ("torchvision:resnet18", "DEFAULT", ""),
        ),
        (
            "import torchvision\ntorchvision.models.segmentation.fcn_resnet50()",
            ("torchvision:resnet50", "IMAGENET1K_V1", ""),
        ),
        ("import clip\nclip.load('ViT-B/32')", ("clip:ViT-B/32", "", "")),
        (
            "import open_clip\nopen_clip.create_model_and_transforms('ViT-B-32', pretrained='laion2b')",
            ("openclip:ViT-B-32", "laion2b", ""),
        ),
        ("import whisper\nwhisper.load_model(name or 'base')", ("whisper:base", "", "")),
    ],
)
def test_models_of_hubs(text: str, expected: tuple[str, str, str]) -> None:
    found = weights(body(text), "model")
    assert not found.unknown and not found.files
    (model,) = found.models
    assert (str(model.key), model.ref, model.entrypoint) == expected


def test_an_address_of_hugging_face_is_put_together() -> None:
    text = (
        "import torch\n"
        "from huggingface_hub import hf_hub_url\n"
        "torch.hub.load_state_dict_from_url(hf_hub_url('acme/net', 'x.bin'))"
    )
    (file,) = weights(body(text), "model").files
    assert file.url == "https://huggingface.co/acme/net/resolve/main/x.bin"


def test_a_name_that_is_not_known_is_said() -> None:
    text = body("import timm\ntimm.create_model(name, pretrained=True)")
    assert unknown(text, "model(name=...)") == [("name", "it is an argument of the call that is not known")]
