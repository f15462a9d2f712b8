"""Data of NLTK, gensim and stanza, small and right, and the lists that name it: what their hosts serve to the tests.

Every file has two states, `pinned` and `moved`, in which the libraries give other results.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from embedded_files import EmbeddedFiles
from embedded_hub import EmbeddedHub

RAW, GITHUB = "raw.githubusercontent.com", "github.com"
HOSTS = (RAW, GITHUB)

_DAY = (2024, 1, 1, 0, 0, 0)
_ABBREVIATIONS = {"pinned": "mr\ndr\n", "moved": "\n"}
_PACKAGES: Mapping[str, tuple[str, bool, Callable[[str], dict[str, str]]]] = {
    "punkt_tab": (
        "tokenizers",
        True,
        lambda state: {
            "english/abbrev_types.txt": _ABBREVIATIONS[state],
            "english/collocations.tab": "",
            "english/ortho_context.tab": "",
            "english/sent_starters.txt": "",
        },
    ),
    "stopwords": ("corpora", True, lambda state: {"english": f"the\n{state}\n", "README": "Stop words\n"}),
    "words": ("corpora", False, lambda state: {"en": f"word\n{state}\n"}),
    "wordnet": ("corpora", True, lambda state: {"README": state}),
}
_COLLECTION = ("stopwords", "words")

_MODULE = """import os
from gensim import utils
from gensim.downloader import base_dir
from gensim.models import KeyedVectors

def load_data():
    path = os.path.join(base_dir, "{name}", "{name}.gz")
    return KeyedVectors.load_word2vec_format(path, binary=False)
"""


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for path, content in files.items():
            target.writestr(zipfile.ZipInfo(path, _DAY), content)
    return buffer.getvalue()


def publish_nltk(files: EmbeddedFiles, state: str) -> None:
    """Serve packages, a collection of two of them, and the index."""
    packages, base = "", "/nltk/nltk_data/gh-pages"
    for name, (folder, unpacked, content) in _PACKAGES.items():
        members = {f"{name}/{path}": text for path, text in content(state).items()}
        data = archive(members)
        url = files.put(f"{base}/packages/{folder}/{name}.zip", data, host=RAW)
        size = sum(len(text.encode()) for text in members.values())
        packages += (
            f'<package id="{name}" name="{name}" subdir="{folder}" unzip="{int(unpacked)}" size="{len(data)}" '
            f'unzipped_size="{size}" checksum="{_md5(data)}" sha256_checksum="{hashlib.sha256(data).hexdigest()}" '
            f'license="Apache License 2.0" url="{url}" />'
        )
    items = "".join(f'<item ref="{name}" />' for name in _COLLECTION)
    collection = f'<collection id="popular" name="Popular">{items}</collection>'
    index = f"<nltk_data><packages>{packages}</packages><collections>{collection}</collections></nltk_data>"
    files.put(f"{base}/index.xml", index.encode(), host=RAW)


def publish_gensim(files: EmbeddedFiles, state: str) -> None:
    """Serve vectors as one file and in two parts, their modules, and the list."""
    releases = "/RaRe-Technologies/gensim-data/releases/download"
    models = {}
    for name, count in (("acme-vectors-2", 1), ("acme-vectors-parts", 2)):
        rows = [f"{word} {number}.5 {len(state)}.0" for number, word in enumerate(("cat", "dog", name))]
        data = gzip.compress(("3 2\n" + "\n".join(rows) + "\n").encode(), mtime=0)
        files.put(f"{releases}/{name}/__init__.py", _MODULE.format(name=name).encode(), host=GITHUB)
        said = {"file_name": f"{name}.gz", "parts": count, "license": "http://opendatacommons.org/licenses/pddl/"}
        half = len(data) // 2
        parts = {f"{name}.gz": data} if count == 1 else {f"{name}.gz_00": data[:half], f"{name}.gz_01": data[half:]}
        for number, (path, part) in enumerate(parts.items()):
            files.put(f"{releases}/{name}/{path}", part, host=GITHUB)
            said["checksum" if count == 1 else f"checksum-{number}"] = _md5(part)
        models[name] = said
    data = json.dumps({"corpora": {}, "models": models}).encode()
    files.put("/RaRe-Technologies/gensim-data/master/list.json", data, host=RAW)


def publish_stanza(
    files: EmbeddedFiles, hub: EmbeddedHub, state: str, models: Mapping[str, bytes], version: str
) -> None:
    """Serve two tokenizers of English and two of German, and the archive that `stanza.download` asks for."""
    said: dict[str, object] = {
        "url": "https://huggingface.co/stanfordnlp/stanza-{lang}/resolve/v{resources_version}/models/{filename}",
        "english": {"alias": "en"},
    }
    for language in ("en", "de"):
        model, other = models[state], models["other"]
        whole = archive({"tokenize/combined.pt": model})
        content = {"tokenize/combined.pt": model, "tokenize/craft.pt": other, "default.zip": whole}
        _push(hub, f"stanfordnlp/stanza-{language}", {f"models/{path}": content[path] for path in content}, version)
        said[language] = {
            "lang_name": language,
            "default_md5": _md5(whole),
            "packages": {"default": {"tokenize": "combined"}, "craft": {"tokenize": "craft"}},
            "tokenize": {"combined": {"md5": _md5(model)}, "craft": {"md5": _md5(other)}},
        }
    path = f"/stanfordnlp/stanza-resources/main/resources_{version}.json"
    files.put(path, json.dumps(said).encode(), host=RAW)


def _push(hub: EmbeddedHub, name: str, content: Mapping[str, bytes], version: str) -> None:
    """Commit, and let the tag of the version lead there."""
    try:
        repository = hub.repositories[name]
    except KeyError:
        repository = hub.repositories.create(name, content)
    else:
        repository.commit(content, message="Retrain")
    repository.tag(f"v{version}", message="Release")


def stanza_tokenizer(path: Path, seed: int) -> bytes:
    """Return a tokenizer that was never trained, made by stanza itself."""
    import torch  # type: ignore[import-not-found]  # noqa: PLC0415 - only where they are installed
    from stanza.models.tokenization.trainer import Trainer  # type: ignore[import-not-found]  # noqa: PLC0415
    from stanza.models.tokenization.vocab import Vocab  # type: ignore[import-not-found]  # noqa: PLC0415

    torch.manual_seed(seed)
    vocabulary = Vocab([[[character, 0] for character in "abcdefghijklmnopqrstuvwxyz .?!"]], lang="en")
    features = ["space_before", "capitalized", "numeric", "end_of_para", "start_of_para"]
    sizes = {"vocab_size": len(vocabulary), "emb_dim": 4, "hidden_dim": 4, "rnn_layers": 1, "feat_dim": len(features)}
    rates = {"dropout": 0.0, "feat_dropout": 0.0, "tok_noise": 0.0, "lr0": 0.01, "weight_decay": 0.0}
    switches = dict.fromkeys(("hierarchical", "input_dropout", "use_dictionary", "use_mwt", "skip_newline"), False)
    others = {"lang": "en", "feat_funcs": features, "conv_res": None, "max_seqlen": 100, "shorthand": "en_acme"}
    arguments = sizes | rates | switches | others | {"charlm_forward_file": None, "batch_size": 8}
    Trainer(args=arguments, vocab=vocabulary, device="cpu").save(str(path))
    return path.read_bytes()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
