"""The rows for text, speech and serving as a whole: each library is tried, and what it says can be relied on."""

from __future__ import annotations

from ptmdeps.scan.loaders import (
    Loader,
    audio_generation,
    chromadb,
    evaluation,
    fine_tuning,
    flair,
    haystack,
    interpretability,
    langchain,
    llama_index,
    local_inference,
    nlp_tools,
    ollama,
    optimum,
    prompting,
    proteins,
    quantization,
    retrieval,
    serving,
    spacy,
    speech,
    stanza,
    topics,
    txtai,
    whisper,
    word_vectors,
)
from ptmdeps.scan.loaders.spacy import PACKAGES
from tests.unit.scan import test_loaders_serving, test_loaders_speech, test_loaders_text
from tests.unit.scan.conftest import Scan
from tests.unit.scan.said import said

MODULES = (
    *(audio_generation, chromadb, evaluation, fine_tuning, flair, haystack, interpretability, langchain, llama_index),
    *(local_inference, nlp_tools, ollama, optimum, prompting, proteins, quantization, retrieval, serving, spacy),
    *(speech, stanza, topics, txtai, whisper, word_vectors),
)
ROWS: tuple[Loader, ...] = tuple(row for module in MODULES for row in module.LOADERS)
CASES = (
    *test_loaders_speech.WHISPER,
    *test_loaders_speech.TOOLKITS,
    *test_loaders_speech.SYNTHESIS,
    *test_loaders_text.PIPELINES,
    *test_loaders_text.ENCODERS,
    *test_loaders_text.METRICS,
    *test_loaders_serving.ENGINES,
    *test_loaders_serving.TRAINING,
    *test_loaders_serving.FRAMEWORKS,
)
SAME_ROWS_AS = {"langchain_classic": "langchain"}


def test_every_library_is_tried_and_found() -> None:
    libraries = {SAME_ROWS_AS.get(row.library, row.library) for row in ROWS} - {*PACKAGES}
    tried = " ".join(imports for imports, _, expected in CASES if expected)
    assert sorted(library for library in libraries if library not in tried) == []


def test_no_call_has_two_rows() -> None:
    calls = [row.call for row in ROWS]
    assert len(calls) == len(set(calls))


def bare_calls(rows: tuple[Loader, ...]) -> dict[str, str]:
    """A project that calls each row without arguments, in a file of its own."""
    names = [row.call.replace("*", "Any") for row in rows]
    return {f"call_{index}.py": f"import {name.rpartition('.')[0]}\n{name}()\n" for index, name in enumerate(names)}


def test_default_is_what_a_bare_call_loads(scan_files: Scan) -> None:
    rows = tuple(row for row in ROWS if row.default)
    references = scan_files(bare_calls(rows)).references
    assert {reference.resolution for reference in references} == {"default-model"}
    found = {(reference.location.path, str(reference.key)) for reference in references}
    for index, row in enumerate(rows):
        on_hugging_face = row.notation == "name" and "/" in row.default
        hub = "huggingface" if on_hugging_face else row.hub
        assert (f"call_{index}.py", f"{hub}:{row.default}") in found, row.call


def test_default_of_the_version_is_known_or_said_to_be_unknown(scan_files: Scan) -> None:
    rows = tuple(row for row in ROWS if row.has_default)
    result = scan_files(bare_calls(rows))
    assert all(reference.origin for reference in result.references)
    places = [found.location for found in result.references] + [found.location for found in result.unresolved]
    found = [place.path for place in places]
    assert sorted(found) == sorted(f"call_{index}.py" for index in range(len(rows)))


def test_call_that_names_nothing_may_load_nothing(scan_files: Scan) -> None:
    assert said(scan_files(bare_calls(tuple(row for row in ROWS if row.optional)))) == []
