"""Showing a model: whatever card, configurations and hub say, every element has a value or a reason."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptmdeps.hubs.description import Description, Facts, Ref, RemoteFile, Revision
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import model_card
from ptmdeps.inspect.copyrights import copyright_lines
from ptmdeps.inspect.evaluations import card_results, file_results
from ptmdeps.inspect.prose import description, labelled, links
from ptmdeps.lockfile.model import PickleRecord
from ptmdeps.render.models import Style
from ptmdeps.render.show import SHOW_FORMATS
from ptmdeps.showing.element import Known
from ptmdeps.showing.elements import ELEMENTS, show
from ptmdeps.showing.evidence import CARD, Evidence, History
from ptmdeps.showing.selecting import CONFIGURATIONS, one_copy

KEY = ModelKey("huggingface", "acme/model")
COMMITS = st.sampled_from(["a" * 40, "b" * 40, "c" * 40])
TEXT = st.text(max_size=20)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
KEYS = (
    "__version__",
    "_class_name",
    "architecture",
    "architectures",
    "auto_map",
    "base_model_name_or_path",
    "bits",
    "chat_template",
    "compression_config",
    "image_processor_type",
    "max_position_embeddings",
    "model_max_length",
    "model_type",
    "peft_type",
    "processor_class",
    "quant_method",
    "quantization_config",
    "text_config",
    "tokenizer_class",
    "transformers_version",
    "unet",
)
CONFIGURATION = st.one_of(
    st.binary(max_size=40),
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5).map(lambda value: json.dumps(value).encode()),
    JSON.map(lambda value: json.dumps(value).encode()),
)
FIELDS = ("license", "tags", "datasets", "language", "base_model", "model-index", "new_version", "extra_gated_prompt")
CARDS = st.one_of(
    st.binary(max_size=200),
    st.tuples(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4), TEXT).map(
        lambda parts: f"---\n{json.dumps(parts[0])}\n---\n{parts[1]}".encode(errors="replace")
    ),
    st.lists(
        st.sampled_from(
            ["---\n", "# ", "a b c d e ", "\n\n", "<div>", "![", "](", "**", "`", "https://github.com/a/b ", "\x1b[2J"]
        )
    ).map(lambda parts: "".join(parts).encode()),
)
NAMES = (
    *CONFIGURATIONS,
    "requirements.txt",
    "LICENSE",
    "NOTICE",
    ".eval_results/a.yaml",
    "m.py",
    "a.gguf",
    "model.sig",
)
REVISIONS = st.builds(
    Revision,
    commit=COMMITS,
    committed=st.sampled_from(["", "2024-01-01T00:00:00Z"]),
    title=TEXT,
    authors=st.tuples(TEXT),
)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    contents = draw(st.dictionaries(st.sampled_from(NAMES), CONFIGURATION, max_size=6))
    if draw(st.booleans()):
        contents[CARD] = draw(CARDS)
    listed = sorted({*contents, *draw(st.lists(TEXT, max_size=4))})
    facts = Facts(author=draw(TEXT), tags=tuple(draw(st.lists(TEXT, max_size=3))), flagged=((draw(TEXT), draw(TEXT)),))
    files = tuple(RemoteFile(path=path, size=draw(st.integers(0, 2**50)), git="d" * 40) for path in listed)
    history = st.builds(
        History,
        branch=TEXT,
        newer=st.lists(REVISIONS, max_size=3).map(tuple),
        more=st.booleans(),
        holds=st.booleans(),
        past=st.lists(REVISIONS, max_size=2).map(tuple),
    )
    return Evidence(
        key=KEY,
        ref=draw(TEXT),
        revision="a" * 40,
        described=Description(key=KEY, revision="a" * 40, gated=draw(TEXT), files=files, facts=facts),
        page="https://hub.example/acme/model",
        contents=contents,
        unread=draw(st.dictionaries(st.sampled_from(NAMES), TEXT.filter(bool), max_size=2)),
        refs=draw(
            st.one_of(st.none(), st.lists(st.builds(Ref, kind=st.just("tag"), name=TEXT, revision=COMMITS)).map(tuple))
        ),
        history=draw(st.one_of(st.none(), history)),
        card=model_card(contents[CARD]) if CARD in contents else None,
        pickles=draw(st.dictionaries(TEXT, st.builds(PickleRecord, globals=st.tuples(TEXT)), max_size=2)),
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(evidences())
def test_whatever_a_model_holds_is_shown(evidence: Evidence) -> None:
    shown = show(evidence)
    assert len(shown.answers) == len(ELEMENTS)
    for element, answer in shown.answers:
        assert answer.source if isinstance(answer, Known) else answer.reason, element.name
    text = SHOW_FORMATS["text"](shown, Style(), everything=True)
    assert all(char.isprintable() or char == "\n" for char in text)
    document = SHOW_FORMATS["json"](shown, Style(), everything=True)
    assert not {unicodedata.category(char) for char in document if char != "\n"} & {"Cc", "Cs", "Zl", "Zp"}
    assert len(json.loads(document.encode())["elements"]) == len(ELEMENTS)


@settings(max_examples=300, deadline=None)
@given(CARDS)
def test_every_card_has_a_description_or_none(card: bytes) -> None:
    assert "\n" not in description(card)
    assert all(link.startswith("http") for link in links(card))
    labelled(card, "Developed by")
    assert all(result.value for result in (*card_results(card), *file_results(card)))


@given(st.binary(max_size=300))
def test_every_licence_text_has_copyright_lines_or_none(text: bytes) -> None:
    assert all(line.strip() and "\n" not in line for line in copyright_lines(text))


@given(st.lists(TEXT.map(lambda text: f"{text}.safetensors"), unique=True, max_size=8))
def test_one_copy_is_a_part_of_what_is_there(paths: list[str]) -> None:
    chosen = one_copy(paths)
    assert set(chosen) <= set(paths) and bool(chosen) == bool(paths)
