"""What the hook makes of NLTK, gensim and stanza, by the parts of them that it changes.

The libraries themselves are tried in `tests/loaders/test_nltk_gensim_stanza.py`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ptmdeps.hook.ptmdeps_hook import gensim, nltk, stanza


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with something of each library, and a report."""
    folder = tmp_path / ".ptm"
    german = {"packages": {"default": {"tokenize": "gsd", "optional": {"ner": "big"}}}, "tokenize": {"gsd": {}}}
    english = {"packages": {"craft": {"tokenize": "craft"}}, "tokenize": {"craft": {}}}
    older = {"default_processors": {"tokenize": "ewt"}, "tokenize": {"ewt": {}}}
    for path, text in {
        "nltk_data/corpora/omw-1.4.zip": "",
        "nltk_data/tokenizers/punkt_tab/english/x.tab": "",
        "nltk_data/collections/popular.txt": "omw-1.4\n",
        "gensim-data/acme/information.json": json.dumps({"models": {"acme": {"file_name": "acme.gz"}}}),
        "gensim-data/text/information.json": json.dumps({"corpora": {"text": {"file_name": "text.gz"}}}),
        "gensim-data/empty/__init__.py": "",
        "stanza/de/resources-default.json": json.dumps({"de": german, "german": {"alias": "de"}, "url": "u"}),
        "stanza/en/resources-craft.json": json.dumps({"en": english, "url": "u"}),
        "stanza/fr/resources-default.json": json.dumps({"fr": older}),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    monkeypatch.setenv("NLTK_DATA", str(folder / "nltk_data"))
    monkeypatch.setenv("STANZA_RESOURCES_DIR", str(folder / "stanza"))
    monkeypatch.setenv("PTMDEPS_REPORT", str(tmp_path / "report"))
    (tmp_path / "report").touch()
    return folder


def reported(environment: Path) -> list[dict[str, str]]:
    lines = (environment.parent / "report").read_text().splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "site"} for line in lines]


def find(resource_name: str, paths: object = None) -> str:
    """As `nltk.data.find`: it asks itself once more before it gives up."""
    if "present" in resource_name:
        return resource_name
    if ".zip" not in resource_name:
        with suppress(LookupError):
            return str(DATA.find(resource_name + ".zip", paths))
    raise LookupError(f"Resource {resource_name} not found.")


DATA = SimpleNamespace(path=["/usr/share/nltk_data"], find=find)


@pytest.fixture
def data(environment: Path) -> SimpleNamespace:
    assert environment.is_dir()
    DATA.path, DATA.find = ["/usr/share/nltk_data"], find
    nltk.keep_inside(DATA)
    return DATA


def test_nltk_looks_into_the_environment_only(data: SimpleNamespace, environment: Path) -> None:
    assert data.path == [str(environment / "nltk_data")]
    assert data.find("corpora/present") == "corpora/present"


@pytest.mark.parametrize("name", ["corpora/wordnet", "corpora/wordnet/README", "nltk:corpora/wordnet.zip/wordnet"])
def test_nltk_says_what_is_not_locked(data: SimpleNamespace, environment: Path, name: str) -> None:
    with pytest.raises(LookupError, match=r"(?s)not found.*the model `nltk:wordnet` is not in ptm\.lock"):
        data.find(name)
    assert reported(environment) == [{"model": "nltk:wordnet"}]


@pytest.mark.parametrize("name", ["corpora/omw-1.4/eng", "tokenizers/punkt_tab/xx/", "alone", "corpora//x"])
def test_nltk_says_what_it_says_of_other_files(data: SimpleNamespace, environment: Path, name: str) -> None:
    with pytest.raises(LookupError) as caught:
        data.find(name)
    assert "ptm.lock" not in str(caught.value)
    assert reported(environment) == []


class Downloader:
    """As that of NLTK."""

    def download(self, info_or_id: object = None, quiet: bool = False) -> str:
        """What it does itself."""
        return f"asked the network for {info_or_id}, {quiet}"


def downloader() -> SimpleNamespace:
    one = type("Downloader", (Downloader,), {})
    module = SimpleNamespace(Downloader=one, _downloader=one(), download=None)
    nltk.answer_downloads(module)
    return module


def test_nltk_downloads_are_there_or_said_to_be_missing(environment: Path) -> None:
    module = downloader()
    for locked in ("omw-1.4", "punkt_tab", "popular", ["popular", "punkt_tab"], SimpleNamespace(id="punkt_tab")):
        assert module.download(locked, quiet=True) is True
    for name in ("wordnet", "omw-1", ["popular", "wordnet"]):
        with pytest.raises(LookupError, match="ptmdeps install nltk:"):
            module.download(name)
    assert reported(environment)[0] == {"model": "nltk:wordnet"}
    assert module.download() == "asked the network for None, False"


def test_outside_of_an_environment_nltk_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NLTK_DATA", raising=False)
    module = SimpleNamespace(path=["/usr/share/nltk_data"], find=find)
    nltk.keep_inside(module)
    assert module.path == ["/usr/share/nltk_data"]
    assert downloader().download("wordnet") == "asked the network for wordnet, False"


def test_gensim_has_the_list_of_what_is_locked(environment: Path) -> None:
    def load(name: str, return_path: bool = False) -> object:
        return name, return_path

    def info(name: str | None = None) -> object:
        return module._load_info() if name is None else name

    module = SimpleNamespace(BASE_DIR=str(environment / "gensim-data"), load=load, info=info, _load_info=None)
    gensim.keep_inside(module)
    models, corpora = {"acme": {"file_name": "acme.gz"}}, {"text": {"file_name": "text.gz"}}
    assert module.info() == {"models": models, "corpora": corpora}
    assert module.load("acme", return_path=True) == ("acme", True)
    assert module.info("text") == "text"
    with pytest.raises(ValueError, match=r"the model `gensim:other` is not in ptm\.lock"):
        module.load("other")
    assert reported(environment) == [{"model": "gensim:other"}]
    module.BASE_DIR = str(environment / "nowhere")
    assert module.info() == {"models": {}, "corpora": {}}


@pytest.fixture
def common(environment: Path) -> SimpleNamespace:
    """As `stanza.resources.common`."""

    def process(lang: str, model_dir: str, package: object, processors: object) -> tuple[object, ...]:
        return lang, model_dir, package, processors

    assert environment.is_dir()
    module = SimpleNamespace(process_pipeline_parameters=process, PROCESSOR_VARIANTS={"tokenize": {"spacy"}})
    stanza.keep_inside(module)
    return module


def test_stanza_has_the_list_of_what_is_locked(common: SimpleNamespace) -> None:
    resources: dict[str, Any] = common.load_resources_json("anywhere", None)
    assert resources.keys() == {"de", "en", "fr", "german", "url"}
    assert common.download_resources_json("anywhere") is None
    assert common.download("german") == []
    assert common.download("en", package="craft") == []


@pytest.mark.parametrize(
    ("lang", "package", "processors"),
    [
        ("de", "default", {}),
        ("german", "default", {}),
        ("en", "craft", {}),
        ("fr", "default", {}),
        ("de", None, {"tokenize": "default", "lemma": "identity", "pos": "default"}),
        ("de", None, {"tokenize": ["gsd", "spacy"]}),
        ("fr", None, {"tokenize": "default"}),
        ("en", "default", {"tokenize": "craft"}),
    ],
)
def test_stanza_loads_what_is_locked(
    common: SimpleNamespace, environment: Path, lang: str, package: str | None, processors: dict[str, Any]
) -> None:
    folder = str(environment / "stanza")
    assert common.process_pipeline_parameters(lang, folder, package, processors)[1] == folder
    assert reported(environment) == []
    assert common.process_pipeline_parameters(lang, "elsewhere", package, processors)[1] == folder
    assert reported(environment) == [{"cache_dir": "elsewhere"}]


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        (("xx", "default", {}), "xx"),
        (("en", "default", {}), "en"),
        (("de", "hdt", {}), "de/hdt"),
        (("german", None, {"tokenize": "hdt"}), "de/hdt"),
        (("de", None, {"ner": "default"}), "de/big"),
        (("en", None, {"tokenize": "default"}), "en"),
    ],
)
def test_stanza_says_what_is_not_locked(
    common: SimpleNamespace, environment: Path, asked: tuple[str, str | None, dict[str, Any]], missing: str
) -> None:
    lang, package, processors = asked
    with pytest.raises(FileNotFoundError, match=rf"the model `stanza:{missing}` is not in ptm\.lock"):
        common.process_pipeline_parameters(lang, "elsewhere", package, processors)
    assert reported(environment) == [{"model": f"stanza:{missing}"}]


def test_outside_of_an_environment_stanza_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STANZA_RESOURCES_DIR", raising=False)
    module = SimpleNamespace()
    stanza.keep_inside(module)
    assert vars(module) == {}
