"""Which calls load: decided by what names resolve to."""

from __future__ import annotations

import pytest

from tests.unit.scan.conftest import Scan

FOUND: dict[str, tuple[str, str]] = {
    "import as": (
        "import transformers as tr\ntr.AutoModel.from_pretrained('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "from import as": (
        "from transformers import AutoModel as M\nM.from_pretrained('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "constructor under another name": (
        "from sentence_transformers import SentenceTransformer as ST\nST('acme/a')",
        "sentence_transformers.SentenceTransformer",
    ),
    "submodule": (
        "import transformers.models.bert as b\nb.BertModel.from_pretrained('acme/a')",
        "transformers.models.bert.BertModel.from_pretrained",
    ),
    "import in a function": (
        "def f():\n    from transformers import pipeline\n    pipeline('x', 'acme/a')",
        "transformers.pipeline",
    ),
    "import in try": (
        "try:\n    from transformers import pipeline\nexcept ImportError:\n    pipeline = None\npipeline('x', 'acme/a')",
        "transformers.pipeline",
    ),
    "star import": (
        "from transformers import *\nAutoModel.from_pretrained('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "star import of a function": ("from transformers import *\npipeline('x', 'acme/a')", "transformers.pipeline"),
    "assigned class": (
        "from transformers import AutoModel\nM = AutoModel\nM.from_pretrained('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "assigned constructor": (
        "from sentence_transformers import SentenceTransformer\nM = SentenceTransformer\nM('acme/a')",
        "sentence_transformers.SentenceTransformer",
    ),
    "assigned method": (
        "from transformers import AutoModel\nload = AutoModel.from_pretrained\nload('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "assigned choice": (
        "import transformers as t, os\nload = t.AutoModel.from_pretrained if os.name else t.BertModel.from_pretrained\nload('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "getattr of a module": (
        "import transformers as tr\ngetattr(tr, 'AutoModel').from_pretrained('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "getattr of a method": (
        "from transformers import AutoModel\ngetattr(AutoModel, 'from_pretrained')('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "registry of classes": (
        "from transformers import AutoModel\nR = {'a': (AutoModel, 1)}\nR['a'][0].from_pretrained('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "parameter that holds a class": (
        "from transformers import AutoModel\ndef f(c):\n    c.from_pretrained('acme/a')\nf(AutoModel)",
        "transformers.AutoModel.from_pretrained",
    ),
    "unknown receiver": ("import transformers\ndef f(c):\n    c.from_pretrained('acme/a')", "c.from_pretrained"),
    "receiver out of a function of a library": (
        "import transformers, other\nc = other.get_class()\nc.from_pretrained('acme/a')",
        "c.from_pretrained",
    ),
    "own class that derives": (
        "from transformers import PreTrainedModel\nclass M(PreTrainedModel):\n    pass\nM.from_pretrained('acme/a')",
        "transformers.PreTrainedModel.from_pretrained",
    ),
    "own class that derives through another": (
        "import torch\nfrom huggingface_hub import PyTorchModelHubMixin\nclass A(torch.nn.Module, PyTorchModelHubMixin):\n    pass\n"
        "class B(A):\n    pass\nB.from_pretrained('acme/a')",
        "huggingface_hub.PyTorchModelHubMixin.from_pretrained",
    ),
    "cls in a class method": (
        "from transformers import PreTrainedModel\nclass M(PreTrainedModel):\n    @classmethod\n    def make(cls):\n"
        "        return cls.from_pretrained('acme/a')",
        "transformers.PreTrainedModel.from_pretrained",
    ),
    "super in a class method": (
        "from transformers import PreTrainedModel\nclass M(PreTrainedModel):\n    @classmethod\n    def from_pretrained(cls):\n"
        "        return super().from_pretrained('acme/a')",
        "transformers.PreTrainedModel.from_pretrained",
    ),
    "base that cannot be known": (
        "import transformers\nfrom .gone import Base\nclass M(Base):\n    pass\nM.from_pretrained('acme/a')",
        "M.from_pretrained",
    ),
    "method of an object": (
        "from huggingface_hub import HfApi\napi = HfApi()\napi.snapshot_download('acme/a')",
        "huggingface_hub.HfApi.snapshot_download",
    ),
    "method of a loaded object": (
        "from diffusers import DiffusionPipeline\ndef f(n):\n    pipe = DiffusionPipeline.from_pretrained('./x')\n    pipe.to('cuda')\n"
        "    pipe.load_lora_weights('acme/a')",
        "diffusers.DiffusionPipeline.load_lora_weights",
    ),
    "method of self": (
        "from diffusers import DiffusionPipeline\nclass C:\n    def __init__(self):\n        self.p = DiffusionPipeline.from_pretrained('./x')\n"
        "    def f(self):\n        self.p.load_lora_weights('acme/a')",
        "diffusers.DiffusionPipeline.load_lora_weights",
    ),
    "partial": (
        "from functools import partial\nfrom transformers import AutoModel\npartial(AutoModel.from_pretrained, 'acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "partial that gets its id later": (
        "import functools\nfrom transformers import AutoModel\np = functools.partial(AutoModel.from_pretrained, revision='x')\np('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "to_thread": (
        "import asyncio\nfrom sentence_transformers import SentenceTransformer\nasyncio.to_thread(SentenceTransformer, 'acme/a')",
        "sentence_transformers.SentenceTransformer",
    ),
    "run_in_executor": (
        "from transformers import AutoModel\ndef f(loop):\n    loop.run_in_executor(None, AutoModel.from_pretrained, 'acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
    "decorator and default": (
        "from transformers import AutoModel\ndef f(m=AutoModel.from_pretrained('acme/a')):\n    pass",
        "transformers.AutoModel.from_pretrained",
    ),
    "inside another call": (
        "from transformers import AutoModel\nprint([AutoModel.from_pretrained('acme/a')])",
        "transformers.AutoModel.from_pretrained",
    ),
    "in match, with and except": (
        "from transformers import AutoModel\nmatch 1:\n    case 1:\n        with open('x') as f:\n            try:\n                pass\n"
        "            except OSError:\n                AutoModel.from_pretrained('acme/a')",
        "transformers.AutoModel.from_pretrained",
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_load_is_found(case: str, scan_files: Scan) -> None:
    code, loader = FOUND[case]
    found = scan_files(code + "\n").references
    assert [(reference.key.name, reference.loader) for reference in found] == [("acme/a", loader)]


NOTHING: dict[str, str] = {
    "embedding of torch": "import transformers\nfrom torch import nn\nnn.Embedding.from_pretrained('acme/a')",
    "modelscope": "import transformers\nfrom modelscope import AutoModel\nAutoModel.from_pretrained('acme/a')",
    "own class": "import transformers\nclass M:\n    @classmethod\n    def from_pretrained(cls, n):\n        pass\nM.from_pretrained('acme/a')",
    "own class without the method": "import transformers\nclass M:\n    pass\nM.from_pretrained('acme/a')",
    "object of an own class": "import transformers\nclass M:\n    pass\nm = M()\nm.load_adapter('acme/a')",
    "object of another library": "import transformers, other\nm = other.Thing()\nm.from_pretrained('acme/a')",
    "no library": "def f(c):\n    c.from_pretrained('acme/a')",
    "pipeline of scikit-learn": "import transformers\nfrom sklearn.pipeline import pipeline\npipeline('x', 'acme/a')",
    "own pipeline": "import transformers\ndef pipeline(a, b):\n    pass\npipeline('x', 'acme/a')",
    "text": "import transformers\n'''AutoModel.from_pretrained('acme/a')'''\n# AutoModel.from_pretrained('acme/a')",
    "number": "import transformers\nx = 1\nx.from_pretrained('acme/a')",
    "modules instead of an id": "from sentence_transformers import SentenceTransformer\nSentenceTransformer(modules=[1])",
    "loaded model in a pipeline": (
        "from transformers import AutoModel, pipeline\nclass C:\n    m = AutoModel.from_config(1)\npipeline('x', model=C.m)"
    ),
    "weights in memory": "from diffusers import DiffusionPipeline\np = DiffusionPipeline()\np.load_lora_weights({'a': 1})",
    "None": "from transformers import AutoModel\nAutoModel.from_pretrained(None, config=1)",
    "passed on without being called": "from transformers import AutoModel\nimport other\nother.register(AutoModel.from_pretrained)",
    "executor without arguments": "from transformers import pipeline\ndef f(e):\n    e.submit()\n    e.submit(pipeline)",
    "component without an id": "from diffusers import ComponentSpec\nComponentSpec('x', int)",
    "condition about a class": "from sentence_transformers import SentenceTransformer\nisinstance(1, SentenceTransformer)",
}


@pytest.mark.parametrize("case", NOTHING)
def test_other_call_is_no_load(case: str, scan_files: Scan) -> None:
    result = scan_files(NOTHING[case] + "\n")
    assert (result.references, result.unresolved, result.local) == ((), (), ())


def test_project_that_is_the_library_is_scanned_like_others(scan_files: Scan) -> None:
    files = {
        "sentence_transformers/__init__.py": "from .model import SentenceTransformer",
        "sentence_transformers/model.py": "class SentenceTransformer:\n    def __init__(self, name):\n        pass\n",
        "sentence_transformers/other.py": "from .model import SentenceTransformer\nSentenceTransformer('acme/a')\n",
        "train.py": "from sentence_transformers import SentenceTransformer\nSentenceTransformer('acme/b')\n",
    }
    assert {reference.key.name for reference in scan_files(files).references} == {"acme/a", "acme/b"}


def test_method_of_the_library_itself_counts_as_the_library(scan_files: Scan) -> None:
    files = {
        "src/diffusers/__init__.py": "",
        "src/diffusers/models.py": """
        class Model:
            @classmethod
            def from_pretrained(cls, pretrained_model_name_or_path):
                pass
        """,
        "src/diffusers/use.py": "from .models import Model\nModel.from_pretrained('acme/a')\n",
    }
    (reference,) = scan_files(files).references
    assert reference.loader == "diffusers.models.Model.from_pretrained"
