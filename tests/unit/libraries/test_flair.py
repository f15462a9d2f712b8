"""The names of flair: files of its servers and repositories, found by following how it looks them up."""

from __future__ import annotations

from pathlib import Path

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import flair
from ptmdeps.libraries.table import Entry
from tests.unit.libraries.making import library

TAGGER = """
    raise SystemExit("imported")
    from pathlib import Path

    class Tagger(Model):
        @staticmethod
        def _fetch_model(model_name) -> str:
            huggingface_model_map = {"ner": "acme/ner", "pinned": "acme/pinned@v1"}
            path: str = "https://acme.example/models"
            hu_model_map = {"ner": path + "/old.pt", "pos": "/".join([path, "pos", "pos-v1.pt"])}
            cache_dir = Path("models")
            if Path(model_name).exists():
                model_path = model_name
            elif model_name in huggingface_model_map:
                model_path = hf_download(huggingface_model_map[model_name])
            elif model_name in hu_model_map:
                model_path = cached_path(hu_model_map[model_name], cache_dir=cache_dir)
            else:
                model_path = hf_download(model_name)
            return model_path

    class Relations(Model):
        @staticmethod
        def _fetch_model(model_name) -> str:
            model_map = {}
            model_map["relations"] = "https://acme.example/models/relations.pt"
            if model_name in model_map:
                model_name = cached_path(model_map[model_name], cache_dir=Path("models"))
            return model_name

    class Linker(Model):
        @staticmethod
        def _fetch_model(model_name: str) -> str:
            hf_model_map = {"gene-linker": "acme/genes"}
            if model_name in hf_model_map:
                model_name = hf_model_map[model_name]
                if importlib.util.find_spec("pyab3p") is None:
                    model_name += "-plain"
            return hf_download(model_name)

    class Untouched(Model): ...
"""
EMBEDDINGS = """
    from pathlib import Path

    class WordEmbeddings:
        def __init__(self, embeddings): ...

        def resolve_precomputed_path(self, embeddings):
            hu_path: str = "https://acme.example/token"
            cache_dir = Path("embeddings")
            if embeddings.lower() == "glove" or embeddings.lower() in ["en-glove"]:
                cached_path(f"{hu_path}/glove.vectors.npy", cache_dir=cache_dir)
                return cached_path(f"{hu_path}/glove", cache_dir=cache_dir)
            elif len(embeddings.lower()) == 7 and embeddings.endswith("-wiki"):
                return cached_path(f"{hu_path}/{embeddings[:2]}-wiki", cache_dir=cache_dir)
            elif not Path(embeddings).exists():
                raise ValueError(embeddings)

    class FlairEmbeddings:
        def __init__(self, model, fine_tune=False):
            cache_dir = Path("embeddings")
            hu_path: str = "https://acme.example/flair"
            self.MAP = {"de-forward": f"{hu_path}/de.pt", "news-shared": f"{hu_path}/shared/best-lm.pt"}
            if isinstance(model, str):
                if model.lower() in self.MAP:
                    base_path = self.MAP[model.lower()]
                    if "shared" in model.lower():
                        cache_dir = cache_dir / model.lower()
                    model = cached_path(base_path, cache_dir=cache_dir)
                elif replace_with_language_code(model) in self.MAP:
                    model = cached_path(self.MAP[replace_with_language_code(model)], cache_dir=cache_dir)
                elif not Path(model).exists():
                    raise ValueError(model)

    def replace_with_language_code(string):
        string = string.replace("german-", "de-")
        return string.replace("french-", "fr-")
"""


def file(path: str, kept: str) -> Entry:
    return Entry(key=ModelKey("url", f"https://acme.example/{path}"), reads="flair", files=(kept,))


def repository(name: str, ref: str = "") -> Entry:
    return Entry(key=ModelKey("huggingface", name), ref=ref, reads="flair", files=("pytorch_model.bin",))


def test_names_of_models_and_embeddings(tmp_path: Path) -> None:
    files = {"flair/models/tagger.py": TAGGER, "flair/embeddings/token.py": EMBEDDINGS, "flair/models/broken.py": "("}
    names = dict(flair.read(library(tmp_path, files)))
    wikis = {name: names.pop(name) for name in list(names) if name.endswith("-wiki")}
    glove = (file("token/glove.vectors.npy", "embeddings/glove.vectors.npy"), file("token/glove", "embeddings/glove"))
    assert names == {
        "ner": (repository("acme/ner"),),
        "pinned": (repository("acme/pinned", "v1"),),
        "pos": (file("models/pos/pos-v1.pt", "models/pos-v1.pt"),),
        "relations": (file("models/relations.pt", "models/relations.pt"),),
        "gene-linker": (repository("acme/genes"), repository("acme/genes-plain")),
        "glove": glove,
        "en-glove": glove,
        "de-forward": (file("flair/de.pt", "embeddings/de.pt"),),
        "german-forward": (file("flair/de.pt", "embeddings/de.pt"),),
        "news-shared": (file("flair/shared/best-lm.pt", "embeddings/news-shared/best-lm.pt"),),
    }
    assert wikis["de-wiki"] == (file("token/de-wiki", "embeddings/de-wiki"),)
    assert len(wikis) == 38


def test_older_word_embeddings(tmp_path: Path) -> None:
    text = EMBEDDINGS.replace("def __init__(self, embeddings): ...", "").replace("resolve_precomputed_path", "__init__")
    assert "glove" in flair.read(library(tmp_path, {"flair/embeddings/token.py": text}))


def test_nothing_to_read(tmp_path: Path) -> None:
    assert flair.read(library(tmp_path, {})) == {}


def test_names_of_embeddings_are_looked_up_in_small_letters() -> None:
    assert list(flair.spellings("News-Forward", "")) == ["News-Forward", "news-forward"]
    assert list(flair.spellings("ner", "")) == ["ner"]
