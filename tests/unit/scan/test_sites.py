"""Which calls load: decided by what names resolve to."""

from __future__ import annotations

import textwrap

import pytest

from tests.unit.scan.conftest import Scan

FOUND: dict[str, tuple[str, str]] = {
    "import as": (
        """
        import transformers as tr
        tr.AutoModel.from_pretrained('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "from import as": (
        """
        from transformers import AutoModel as M
        M.from_pretrained('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "constructor under another name": (
        """
        from sentence_transformers import SentenceTransformer as ST
        ST('acme/a')
        """,
        "sentence_transformers.SentenceTransformer",
    ),
    "submodule": (
        """
        import transformers.models.bert as b
        b.BertModel.from_pretrained('acme/a')
        """,
        "transformers.models.bert.BertModel.from_pretrained",
    ),
    "import in a function": (
        """
        def f():
            from transformers import pipeline
            pipeline('x', 'acme/a')
        """,
        "transformers.pipeline",
    ),
    "import in try": (
        """
        try:
            from transformers import pipeline
        except ImportError:
            pipeline = None
        pipeline('x', 'acme/a')
        """,
        "transformers.pipeline",
    ),
    "star import": (
        """
        from transformers import *
        AutoModel.from_pretrained('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "star import of a function": (
        """
        from transformers import *
        pipeline('x', 'acme/a')
        """,
        "transformers.pipeline",
    ),
    "assigned class": (
        """
        from transformers import AutoModel
        M = AutoModel
        M.from_pretrained('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "assigned constructor": (
        """
        from sentence_transformers import SentenceTransformer
        M = SentenceTransformer
        M('acme/a')
        """,
        "sentence_transformers.SentenceTransformer",
    ),
    "assigned method": (
        """
        from transformers import AutoModel
        load = AutoModel.from_pretrained
        load('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "assigned choice": (
        """
        import transformers as t, os
        load = t.AutoModel.from_pretrained if os.name else t.BertModel.from_pretrained
        load('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "getattr of a module": (
        """
        import transformers as tr
        getattr(tr, 'AutoModel').from_pretrained('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "getattr of a method": (
        """
        from transformers import AutoModel
        getattr(AutoModel, 'from_pretrained')('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "registry of classes": (
        """
        from transformers import AutoModel
        R = {'a': (AutoModel, 1)}
        R['a'][0].from_pretrained('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "parameter that holds a class": (
        """
        from transformers import AutoModel
        def f(c):
            c.from_pretrained('acme/a')
        f(AutoModel)
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "unknown receiver": (
        """
        import transformers
        def f(c):
            c.from_pretrained('acme/a')
        """,
        "c.from_pretrained",
    ),
    "receiver out of a function of a library": (
        """
        import transformers, other
        c = other.get_class()
        c.from_pretrained('acme/a')
        """,
        "c.from_pretrained",
    ),
    "own class that derives": (
        """
        from transformers import PreTrainedModel
        class M(PreTrainedModel):
            pass
        M.from_pretrained('acme/a')
        """,
        "transformers.PreTrainedModel.from_pretrained",
    ),
    "own class that derives through another": (
        """
        import torch
        from huggingface_hub import PyTorchModelHubMixin
        class A(torch.nn.Module, PyTorchModelHubMixin):
            pass
        class B(A):
            pass
        B.from_pretrained('acme/a')
        """,
        "huggingface_hub.PyTorchModelHubMixin.from_pretrained",
    ),
    "cls in a class method": (
        """
        from transformers import PreTrainedModel
        class M(PreTrainedModel):
            @classmethod
            def make(cls):
                return cls.from_pretrained('acme/a')
        """,
        "transformers.PreTrainedModel.from_pretrained",
    ),
    "super in a class method": (
        """
        from transformers import PreTrainedModel
        class M(PreTrainedModel):
            @classmethod
            def from_pretrained(cls):
                return super().from_pretrained('acme/a')
        """,
        "transformers.PreTrainedModel.from_pretrained",
    ),
    "base that cannot be known": (
        """
        import transformers
        from .gone import Base
        class M(Base):
            pass
        M.from_pretrained('acme/a')
        """,
        "M.from_pretrained",
    ),
    "method of an object": (
        """
        from huggingface_hub import HfApi
        api = HfApi()
        api.snapshot_download('acme/a')
        """,
        "huggingface_hub.HfApi.snapshot_download",
    ),
    "method of a loaded object": (
        """
        from diffusers import DiffusionPipeline
        def f(n):
            pipe = DiffusionPipeline.from_pretrained('./x')
            pipe.to('cuda')
            pipe.load_lora_weights('acme/a')
        """,
        "diffusers.DiffusionPipeline.load_lora_weights",
    ),
    "method of self": (
        """
        from diffusers import DiffusionPipeline
        class C:
            def __init__(self):
                self.p = DiffusionPipeline.from_pretrained('./x')
            def f(self):
                self.p.load_lora_weights('acme/a')
        """,
        "diffusers.DiffusionPipeline.load_lora_weights",
    ),
    "partial": (
        """
        from functools import partial
        from transformers import AutoModel
        partial(AutoModel.from_pretrained, 'acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "partial that gets its id later": (
        """
        import functools
        from transformers import AutoModel
        p = functools.partial(AutoModel.from_pretrained, revision='x')
        p('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "to_thread": (
        """
        import asyncio
        from sentence_transformers import SentenceTransformer
        asyncio.to_thread(SentenceTransformer, 'acme/a')
        """,
        "sentence_transformers.SentenceTransformer",
    ),
    "run_in_executor": (
        """
        from transformers import AutoModel
        def f(loop):
            loop.run_in_executor(None, AutoModel.from_pretrained, 'acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "decorator and default": (
        """
        from transformers import AutoModel
        def f(m=AutoModel.from_pretrained('acme/a')):
            pass
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "inside another call": (
        """
        from transformers import AutoModel
        print([AutoModel.from_pretrained('acme/a')])
        """,
        "transformers.AutoModel.from_pretrained",
    ),
    "in match, with and except": (
        """
        from transformers import AutoModel
        match 1:
            case 1:
                with open('x') as f:
                    try:
                        pass
                    except OSError:
                        AutoModel.from_pretrained('acme/a')
        """,
        "transformers.AutoModel.from_pretrained",
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_load_is_found(case: str, scan_files: Scan) -> None:
    code, loader = FOUND[case]
    found = scan_files(textwrap.dedent(code) + "\n").references
    assert [(reference.key.name, reference.loader) for reference in found] == [("acme/a", loader)]


NOTHING: dict[str, str] = {
    "embedding of torch": """
    import transformers
    from torch import nn
    nn.Embedding.from_pretrained('acme/a')
    """,
    "own class": """
    import transformers
    class M:
        @classmethod
        def from_pretrained(cls, n):
            pass
    M.from_pretrained('acme/a')
    """,
    "own class without the method": """
    import transformers
    class M:
        pass
    M.from_pretrained('acme/a')
    """,
    "object of an own class": """
    import transformers
    class M:
        pass
    m = M()
    m.load_adapter('acme/a')
    """,
    "object of another library": """
    import transformers, other
    m = other.Thing()
    m.load_adapter('acme/a')
    """,
    "function of another library": """
    import other
    other.things.from_pretrained('acme/a')
    """,
    "library of another hub": """
    from paddlenlp.transformers import AutoModel
    AutoModel.from_pretrained('acme/a')
    """,
    "no library": """
    def f(c):
        c.from_pretrained('acme/a')
    """,
    "pipeline of scikit-learn": """
    import transformers
    from sklearn.pipeline import pipeline
    pipeline('x', 'acme/a')
    """,
    "own pipeline": """
    import transformers
    def pipeline(a, b):
        pass
    pipeline('x', 'acme/a')
    """,
    "text": """
    import transformers
    '''AutoModel.from_pretrained('acme/a')'''
    # AutoModel.from_pretrained('acme/a')
    """,
    "number": """
    import transformers
    x = 1
    x.from_pretrained('acme/a')
    """,
    "modules instead of an id": """
    from sentence_transformers import SentenceTransformer
    SentenceTransformer(modules=[1])
    """,
    "loaded model in a pipeline": """
    from transformers import AutoModel, pipeline
    class C:
        m = AutoModel.from_config(1)
    pipeline('x', model=C.m)
    """,
    "weights in memory": """
    from diffusers import DiffusionPipeline
    p = DiffusionPipeline()
    p.load_lora_weights({'a': 1})
    """,
    "None": """
    from transformers import AutoModel
    AutoModel.from_pretrained(None, config=1)
    """,
    "passed on without being called": """
    from transformers import AutoModel
    import other
    other.register(AutoModel.from_pretrained)
    """,
    "executor without arguments": """
    from transformers import pipeline
    def f(e):
        e.submit()
        e.submit(pipeline)
    """,
    "component without an id": """
    from diffusers import ComponentSpec
    ComponentSpec('x', int)
    """,
    "condition about a class": """
    from sentence_transformers import SentenceTransformer
    isinstance(1, SentenceTransformer)
    """,
}


@pytest.mark.parametrize("case", NOTHING)
def test_other_call_is_no_load(case: str, scan_files: Scan) -> None:
    result = scan_files(textwrap.dedent(NOTHING[case]) + "\n")
    assert (result.references, result.unresolved, result.local) == ((), (), ())


def test_project_that_is_the_library_is_scanned_like_others(scan_files: Scan) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "sentence-transformers"\n',
        "sentence_transformers/__init__.py": "from .model import SentenceTransformer",
        "sentence_transformers/model.py": "class SentenceTransformer:\n    def __init__(self, name):\n        pass\n",
        "sentence_transformers/other.py": "from .model import SentenceTransformer\nSentenceTransformer('acme/a')\n",
        "train.py": "from sentence_transformers import SentenceTransformer\nSentenceTransformer('acme/b')\n",
    }
    assert {reference.key.name for reference in scan_files(files).references} == {"acme/a", "acme/b"}


def test_constructor_of_the_library_itself_is_given_its_model_by_callers(scan_files: Scan) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "sentence-transformers"\n',
        "sentence_transformers/__init__.py": """
        from transformers import AutoModel
        class SentenceTransformer:
            def __init__(self, name):
                AutoModel.from_pretrained(name)
        """,
        "train.py": "from sentence_transformers import SentenceTransformer\nSentenceTransformer('acme/b')\n",
    }
    result = scan_files(files)
    assert [reference.location.path for reference in result.references] == ["train.py"]
    assert [one.passed_on for one in result.unresolved] == [True]


def test_class_without_a_row_of_the_library_itself_is_what_its_file_says(scan_files: Scan) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "lavis"\n',
        "lavis/__init__.py": "",
        "lavis/models/__init__.py": "",
        "lavis/models/bert.py": "from transformers import BertModel\nclass Encoder(BertModel):\n    pass\n",
        "lavis/models/a.py": "from lavis.models.bert import Encoder\nEncoder.from_pretrained('acme/a')\n",
    }
    (reference,) = scan_files(files).references
    assert (reference.key.name, reference.loader) == ("acme/a", "transformers.BertModel.from_pretrained")


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
