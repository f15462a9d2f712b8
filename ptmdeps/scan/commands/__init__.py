"""Commands that load models, outside of Python: scripts, Dockerfiles, manifests, CI files and their kin.

A command line is compared with a catalogue (``rows``). The values of variables are followed as far as the file itself
sets them. A script of the project that is started with an option such as ``--model_name_or_path owner/name`` is soft
evidence, and so is a variable such as ``MODEL_ID``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ptmdeps.identity import Location
from ptmdeps.scan.commands.readers import read_document, reader_of
from ptmdeps.scan.commands.script import PythonReader, Script
from ptmdeps.scan.commands.values import Argument, Value, plain
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.references import Outcome, Scope

_LARGEST = 1_000_000
"""How much of a file is read: no script is larger, but archives that unpack themselves are."""

WORDS: re.Pattern[bytes] = re.compile(
    rb"download|[Hh]ugging|hf(?:[.-]|[ \",']+download)|modelscope|https?://|(?:ftp|s3|gs)://|git@"
    rb"|--[\w.-]{0,40}?(?:model|pretrain|token|tower|encoder|backbone|vae|lora|adapter|checkpoint|dataset|config.name"
    rb"|processor|repo|hf)|model(?:_name_or_path|_id|_path|URL|_name|\.path)?[ \t]*=|models?(?:URL)?[\"']?:|MODEL|HF_"
    rb"|TOKENIZER|spacy|vllm|sglang|ramalama|text-(?:generation|embeddings)|infinity_emb|llama|mlx_|docker[ \",']+model"
    rb"|lms[ \",']+get|lmdeploy|trtllm|xinference|fastchat|lm[_-]eval|trl[ \",']|optimum-cli|ct2-|autotrain|whisper"
    rb"|yolo[ \",']|tts[ \",']|mteb[ \",']|aphrodite|mlc_llm|insanely|transformers|nltk|gensim|kaggle"
    rb"|python[\d.]*\"?,?[ ]+\"?-|python[^\n]*<<|FROM[ \t]|from[ ]+\w+:"
)
"""What stands in every file that can load a model; a file without it is not read."""


def reads(path: str) -> bool:
    """Whether this package reads a file of that name."""
    return reader_of(path) is not None


def outcomes_of(path: str, data: bytes, *, python: PythonReader | None = None) -> Iterator[Outcome]:
    """Yield what the commands of a file load, in the order of the file's lines.

    ``python`` reads Python code that stands in a command (``python -c``, here-documents). Nothing is ever raised:
    a file that is not what its name says has no outcomes.
    """
    reader = reader_of(path)
    if reader is None:
        return
    text = data[:_LARGEST].decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\0", "")
    script = Script(path=path, scope=scope_of(path), python=python, document=read_document)
    yield from _in_order(reader(script, text))


def outcomes_of_line(
    text: str, location: Location, scope: Scope, *, python: PythonReader | None = None
) -> Iterator[Outcome]:
    """Yield what one line of shell text loads: a ``!`` line of a notebook, a text given to ``os.system``."""
    script = Script(path=location.path, scope=scope, python=python, document=read_document)
    yield from _in_order(script.run(text[:_LARGEST], location.line))


def outcomes_of_arguments(
    arguments: Sequence[str | Value], location: Location, scope: Scope, *, python: PythonReader | None = None
) -> Iterator[Outcome]:
    """Yield what a command loads that is given as its words, as to ``subprocess.run``.

    A word may be a value: a text with the way it was found, or one that is not known.
    """
    script = Script(path=location.path, scope=scope, python=python, document=read_document)
    yield from _in_order(script.arguments([_as_argument(word, location) for word in arguments]))


def _as_argument(word: str | Value, location: Location) -> Argument:
    return plain(word, location) if isinstance(word, str) else Argument(values=(word,), location=location)


def _in_order(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """Drop repetitions, which loops and functions make, and sort by place."""
    return iter(sorted(dict.fromkeys(outcomes), key=lambda outcome: outcome.location))
