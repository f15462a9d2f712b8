"""Model cards, configurations, licences and paths: no input raises anything but the errors for people."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.card import model_card
from ptmdeps.inspect.configuration import (
    adapter_base,
    pipeline_components,
    remote_code,
    sentence_modules,
    weight_map_files,
)
from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.inspect.safetensors_header import read_header
from ptmdeps.paths import printable, safe_path

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)),
    max_leaves=10,
)
KEYS = ("auto_map", "weight_map", "base_model_name_or_path", "revision", "custom_pipelines", "a", "path", "type")
CONFIGURATIONS = st.one_of(JSON, st.dictionaries(st.sampled_from(KEYS), JSON))
YAML_PARTS = (
    "license: ",
    "base_model:",
    "tags:",
    "\n",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "mit",
    "'",
    '"',
    "!!x ",
    ": ",
    "  ",
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(YAML_PARTS)).map(lambda parts: "".join(parts).encode()))
)
def test_every_model_card_is_read(front_matter: bytes) -> None:
    card = model_card(b"---\n" + front_matter + b"\n---\n")
    texts = (*card.license, *card.base_models, *card.tags, card.library_name, *card.problems)
    assert all(text.isprintable() for text in texts)


@settings(max_examples=200, deadline=None)
@given(CONFIGURATIONS)
def test_configurations_give_facts_or_an_error_for_people(value: object) -> None:
    data = json.dumps(value).encode()
    for reader in (adapter_base, pipeline_components, sentence_modules, weight_map_files):
        with contextlib.suppress(UnsafeContent):
            reader(data)
    with contextlib.suppress(UnsafeContent):
        remote_code({"config.json": data})
    with contextlib.suppress(UnsafeContent):
        read_header(io.BytesIO(len(data).to_bytes(8, "little") + data), path="model.safetensors")


@given(st.text(max_size=50))
def test_a_path_that_is_believed_stays_inside_everywhere(text: str) -> None:
    try:
        path, message = safe_path(text), ""
    except UnsafeContent as error:
        path, message = "refused", error.message
    assert message.isprintable()
    for kind in (PurePosixPath, PureWindowsPath):
        parts = kind(path).parts
        assert "/".join(parts) == path
        assert not kind(path).is_absolute()
        assert ".." not in parts


@given(st.text())
def test_printable_text_is_printable(text: str) -> None:
    assert printable(text).isprintable()


@given(
    st.one_of(
        st.text(max_size=210), st.lists(st.sampled_from(["mit", "OR", "(", ")", "gpl-2.0+", "with", " "])).map(" ".join)
    )
)
def test_every_licence_is_answered(declared: str) -> None:
    found = spdx_expression(declared)
    assert found is None or spdx_expression(found) == found
