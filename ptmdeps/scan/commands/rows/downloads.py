"""Commands that bring a model to the disk and do nothing else."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.scan.commands.command import Command

_REF = ("--revision",)

# `hf download REPO_ID [FILENAMES]...` (huggingface_hub 2.4.0 cli/download.py; `huggingface-cli` until 0.36).
_HF = Command(
    words=("hf", "download"),
    reads="snapshot",
    position=0,
    flags=frozenset({"--quiet", "-q", "--force-download", "--resume-download", "--dry-run", "--no-quiet"}),
    ref=_REF,
    kind_option="--repo-type",
    rest_are_files=True,
    include=("--include",),
    exclude=("--exclude",),
)
# `modelscope download [MODEL] [FILES]...` (modelscope 1.40.2 cli/download.py).
_MODELSCOPE = Command(
    words=("modelscope", "download"),
    reads="snapshot",
    position=0,
    options=("--model", "--dataset"),
    ref=_REF,
    rest_are_files=True,
    include=("--include",),
    exclude=("--exclude",),
    hub="modelscope",
)
_GIT_FLAGS = frozenset(
    {"--recursive", "--recurse-submodules", "--single-branch", "--no-checkout", "-n", "-q", "--quiet", "--progress"}
    | {
        "--bare",
        "--mirror",
        "--no-tags",
        "--sparse",
        "-v",
        "--verbose",
        "-f",
        "--force",
        "-l",
        "--local",
        "--no-hardlinks",
    }
)
_GIT = Command(
    words=("git", "clone"),
    reads="snapshot",
    position=0,
    flags=_GIT_FLAGS,
    ref=("--branch", "-b", "--revision"),
    notation="repository",
    optional=True,
)
_FETCHERS = ("wget", "curl", "aria2c", "axel", "wget2", "httpie", "pget", "gdown", "xh")
_SPACY = Command(
    words=("python", "-m", "spacy", "download"),
    reads="package",
    position=0,
    flags=frozenset({"--direct", "-d", "-D", "--sdist", "-S"}),
    hub="spacy",
    notation="package",
    pin="version",
)
_PIP = Command(
    words=("pip", "install"), reads="package", position=0, every=True, notation="wheel", pin="version", optional=True
)

ROWS = (
    _HF,
    replace(_HF, words=("huggingface-cli", "download")),
    _MODELSCOPE,
    _GIT,
    replace(_GIT, words=("git", "lfs", "clone")),
    replace(_GIT, words=("git", "submodule", "add")),
    *(
        Command(
            words=(word,),
            reads="file",
            position=0,
            every=True,
            hub="url",
            notation="address",
            pin="none",
            optional=True,
        )
        for word in _FETCHERS
    ),
    Command(
        words=("comfy", "model", "download"),
        reads="file",
        options=("--url",),
        hub="url",
        notation="address",
        pin="none",
        optional=True,
    ),
    Command(
        words=("kaggle", "models", "instances", "versions", "download"),
        reads="snapshot",
        position=0,
        flags=frozenset({"--untar", "--unzip", "-f", "--force", "-q", "--quiet"}),
        hub="kaggle",
        notation="kaggle",
        pin="version",
    ),
    _SPACY,
    replace(_SPACY, words=("spacy", "download")),
    *(
        replace(_PIP, words=words)
        for words in (
            ("pip", "install"),
            ("pip3", "install"),
            ("python", "-m", "pip", "install"),
            ("uv", "pip", "install"),
            ("uv", "add"),
            ("poetry", "add"),
            ("pdm", "add"),
            ("pipx", "inject"),
            ("rye", "add"),
        )
    ),
    Command(
        words=("python", "-m", "nltk.downloader"),
        reads="package",
        position=0,
        every=True,
        flags=frozenset({"-q", "--quiet", "-f", "--force", "-e", "--exit-on-error"}),
        hub="nltk",
        notation="name",
    ),
    Command(
        words=("python", "-m", "gensim.downloader"),
        reads="package",
        options=("--download", "-d"),
        hub="gensim",
        notation="name",
        optional=True,
    ),
    Command(
        words=("text-generation-server", "download-weights"),
        reads="transformers",
        position=0,
        flags=frozenset({"--trust-remote-code", "--auto-convert", "--json-output", "--merge-lora"}),
        ref=_REF,
    ),
    Command(words=("transformers-cli", "download"), reads="transformers", position=0),
    *(
        Command(words=(*words,), reads="model", position=0, hub="ollama", notation="ollama", pin="none")
        for words in (("ollama", "pull"), ("ollama", "run"))
    ),
    *(
        Command(words=("docker", "model", verb), reads="model", position=0, hub="oci", notation="oci", pin="none")
        for verb in ("pull", "run")
    ),
    *(
        Command(words=("ramalama", verb), reads="model", position=0, hub="ollama", notation="scheme", pin="none")
        for verb in ("pull", "run", "serve")
    ),
    Command(words=("lms", "get"), reads="model", position=0, hub="lmstudio", notation="ollama", pin="none"),
)
