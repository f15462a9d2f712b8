"""Changing a manifest in place: what changes, what stays, and that nothing is half done."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.manifest import parse
from ptmdeps.manifest.editing import ignoring, with_entries, with_ref, without
from ptmdeps.manifest.entries import Entry
from ptmdeps.manifest.specifiers import parse_specifier, specifier

WHOLE = """\
[project]  # mine
name = "x"

[tool.ptmdeps]
# what we need
models = [
    "org/a",  # the first
    # about b
    { name = "org/b", ref = "v1", group = "training", role = "teacher" },  # kept
    "org/c@v1",
    "org/c@v2",
]
files = "all"  # everything

[tool.other]
y = 2
"""


def _key(name: str) -> ModelKey:
    return ModelKey("huggingface", name)


def _lines(before: str, after: bytes) -> tuple[list[str], list[str]]:
    """Lines that are gone, and lines that are new."""
    old, new = before.splitlines(), after.decode().splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def _record(*entries: Entry, before: str = WHOLE, source: str = "pyproject.toml") -> bytes:
    return with_entries(before.encode(), source, entries)


def test_an_entry_with_facts_is_an_inline_table() -> None:
    after = _record(
        Entry(
            specifier="org/new@v1", groups=("serving",), optional=True, role="query rewriter", files=("*.json", "x.bin")
        ),
        Entry(specifier="timm:resnet", groups=("a", "b")),
        Entry(specifier="org/plain", optional=False),
    )
    gone, new = _lines(WHOLE, after)
    assert gone == []
    assert new == [
        (
            '    { name = "org/new", ref = "v1", group = "serving", optional = true, role = "query rewriter", '
            'files = ["*.json", "x.bin"] },'
        ),
        '    { name = "timm:resnet", groups = ["a", "b"] },',
        '    "org/plain",',
    ]


def test_an_entry_that_is_there_is_changed_where_it_stands() -> None:
    gone, new = _lines(WHOLE, _record(Entry(specifier="org/b@v2", role="student")))
    assert gone == ['    { name = "org/b", ref = "v1", group = "training", role = "teacher" },  # kept']
    assert new == ['    { name = "org/b", ref = "v2", group = "training", role = "student" },  # kept']
    gone, new = _lines(WHOLE, _record(Entry(specifier="org/a", groups=("serving",))))
    assert gone == ['    "org/a",  # the first']
    assert new == ['    { name = "org/a", group = "serving" },  # the first']
    gone, new = _lines(WHOLE, _record(Entry(specifier="org/b", groups=("x", "y"))))
    assert new == ['    { name = "org/b", role = "teacher", groups = ["x", "y"] },  # kept']


def test_an_optional_model_can_become_one_that_is_not() -> None:
    before = 'models = [{ name = "org/a", optional = true }]\n'
    after = _record(Entry(specifier="org/a", optional=False), before=before, source="ptm.toml")
    assert tomllib.loads(after.decode()) == {"models": [{"name": "org/a"}]}
    same = _record(Entry(specifier="org/a"), before=before, source="ptm.toml")
    assert same.decode() == before


def test_models_are_taken_out_and_the_rest_stays() -> None:
    gone, new = _lines(WHOLE, without(WHOLE.encode(), "pyproject.toml", ["org/b", "huggingface:org/a"]))
    assert gone == [
        '    "org/a",  # the first',
        '    { name = "org/b", ref = "v1", group = "training", role = "teacher" },  # kept',
    ]
    assert new == []


def test_a_ref_takes_out_only_the_entry_of_that_ref() -> None:
    gone, _ = _lines(WHOLE, without(WHOLE.encode(), "pyproject.toml", ["org/c@v2", "org/b@v9"]))
    assert gone == ['    "org/c@v2",']
    gone, _ = _lines(WHOLE, without(WHOLE.encode(), "pyproject.toml", ["org/c"]))
    assert gone == ['    "org/c@v1",', '    "org/c@v2",']


def test_what_is_not_there_is_not_missed() -> None:
    assert without(WHOLE.encode(), "pyproject.toml", ["org/other", "timm:org/a", "org/c@v3"]) == WHOLE.encode()
    assert without(b"", "ptm.toml", ["org/a"]) == b""


def test_tables_of_an_array_of_tables_are_taken_out_and_changed() -> None:
    before = '[[models]] # a\nname = "org/a"\n\n[[models]] # b\nname = "org/b@v1"\n'
    assert without(before.encode(), "ptm.toml", ["org/a"]).decode() == '\n[[models]] # b\nname = "org/b@v1"\n'
    noted = before.replace("\n\n[[", '\nrole = "x"\n\n# about b\n[[')
    assert without(noted.encode(), "ptm.toml", ["org/a"]).decode() == '\n# about b\n[[models]] # b\nname = "org/b@v1"\n'
    assert without(noted.encode(), "ptm.toml", ["org/b"]).decode() == noted[: noted.index("[[models]] # b")]
    after = with_ref(before.encode(), "ptm.toml", _key("org/b"), "v2").decode()
    assert after == before.replace("@v1", "@v2")
    assert with_ref(before.encode(), "ptm.toml", _key("org/a"), "v2").decode() == (
        '[[models]] # a\nname = "org/a"\nref = "v2"\n\n[[models]] # b\nname = "org/b@v1"\n'
    )


@pytest.mark.parametrize(
    ("name", "ref", "old", "new"),
    [
        ("org/a", "v2", '"org/a",', '"org/a@v2",'),
        ("org/b", "refs/pr/1", 'ref = "v1"', 'ref = "refs/pr/1"'),
        ("org/b", "", ', ref = "v1"', ""),
    ],
)
def test_a_ref_is_changed_where_it_stands(name: str, ref: str, old: str, new: str) -> None:
    after = with_ref(WHOLE.encode(), "pyproject.toml", _key(name), ref)
    assert after.decode() == WHOLE.replace(old, new, 1)


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ('"torchhub:org/a:v1"', '"torchhub:org/a@v2"'),
        ('{ name = "torchhub:org/a:v1", role = "x" }', '{ name = "torchhub:org/a@v2", role = "x" }'),
        ('{ name = "torchhub:org/a", ref = "v1" }', '{ name = "torchhub:org/a", ref = "v2" }'),
        ('{ name = "torchhub:org/a", role = "x" }', '{ name = "torchhub:org/a", role = "x", ref = "v2" }'),
    ],
)
def test_a_ref_is_changed_where_the_hub_has_a_way_of_its_own_to_write_it(written: str, after: str) -> None:
    before = f"models = [{written}]\n".encode()
    assert with_ref(before, "ptm.toml", ModelKey("torchhub", "org/a"), "v2").decode() == f"models = [{after}]\n"


def test_an_address_with_an_at_sign_is_a_name_without_a_ref() -> None:
    url = "https://a.example/x@2.pth"
    before = with_entries(b"", "ptm.toml", [Entry(specifier=url), Entry(specifier="https://a.example/x")])
    assert without(before, "ptm.toml", ["https://a.example/x"]).decode() == f'models = [\n    "{url}",\n]\n'
    assert with_entries(before, "ptm.toml", [Entry(specifier=url, groups=("training",))]).decode() == (
        f'models = [\n    {{ name = "{url}", group = "training" }},\n    "https://a.example/x",\n]\n'
    )


def test_an_entry_point_is_recorded() -> None:
    entry = Entry(specifier="torchhub:org/a:v1", entrypoint="net(pretrained=True)")
    assert with_entries(b"", "ptm.toml", [entry]).decode() == (
        'models = [\n    { name = "torchhub:org/a", ref = "v1", entrypoint = "net(pretrained=True)" },\n]\n'
    )


def test_a_ref_of_a_model_that_stands_there_twice_must_be_named() -> None:
    with pytest.raises(ManifestError, match=r"`org/c` stands 2 times in `pyproject.toml`"):
        with_ref(WHOLE.encode(), "pyproject.toml", _key("org/c"), "v3")
    after = with_ref(WHOLE.encode(), "pyproject.toml", _key("org/c"), "v3", instead_of="v2")
    assert after.decode() == WHOLE.replace("c@v2", "c@v3")
    with pytest.raises(ManifestError, match=r"`huggingface:org/new` is not recorded"):
        with_ref(WHOLE.encode(), "pyproject.toml", _key("org/new"), "v3")


def test_a_rule_is_added_with_its_reason_and_takes_the_place_of_an_old_one() -> None:
    after = ignoring(WHOLE.encode(), "pyproject.toml", "org/d", reason='no "need"', until="2026-12-31")
    assert (
        _lines(WHOLE, after)[1]
        == [
            "ignore = [",
            '    { model = "org/d", reason = "no \\"need\\"", until = "2026-12-31" },',
            "]",
        ][:2]
    )
    again = ignoring(after, "pyproject.toml", "org/d")
    assert tomllib.loads(again.decode())["tool"]["ptmdeps"]["ignore"] == ["org/d"]
    assert ignoring(b"", "ptm.toml", "org/*") == b'ignore = [\n    "org/*",\n]\n'
    tables = ignoring(b'[[ignore]]\nmodel = "x"\n', "ptm.toml", "org/a")
    assert tomllib.loads(tables.decode()) == {"ignore": [{"model": "x"}, {"model": "org/a"}]}


def test_what_would_be_no_manifest_is_not_written() -> None:
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: _record(Entry(specifier="org/a", groups=("two words",))),
        lambda: _record(Entry(specifier="org/a", role="x" * 65)),
        lambda: ignoring(WHOLE.encode(), "pyproject.toml", "a b"),
        lambda: ignoring(WHOLE.encode(), "pyproject.toml", "a", until="soon"),
        lambda: _record(Entry(specifier="../x")),
        lambda: without(WHOLE.encode(), "pyproject.toml", ["../x"]),
        lambda: without(b"models = 3", "ptm.toml", ["x"]),
        lambda: without(b"models = [", "ptm.toml", ["x"]),
    )
    for change in changes:
        with pytest.raises(ManifestError):
            change()


def test_line_ends_of_windows_stay() -> None:
    before = WHOLE.replace("\n", "\r\n")
    after = without(before.encode(), "pyproject.toml", ["org/b"])
    assert after.count(b"\n") == after.count(b"\r\n") > 0
    assert after.replace(b"\r\n", b"\n") == without(WHOLE.encode(), "pyproject.toml", ["org/b"])


_NAMES = st.sampled_from(["org/a", "org/b", "timm:c"])
_REFS = st.sampled_from(["", "v1", "v2"])
_ENTRIES = st.builds(
    lambda name, ref, **facts: Entry(specifier=f"{name}@{ref}" if ref else name, **facts),
    _NAMES,
    _REFS,
    groups=st.sampled_from([(), ("x",), ("x", "y")]),
    optional=st.sampled_from([None, True, False]),
    role=st.sampled_from(["", "reads β"]),
    files=st.sampled_from([(), ("*.json",)]),
)
_LAYOUTS = st.sampled_from(
    [
        ("ptm.toml", ""),
        ("ptm.toml", "models = []  # none yet\n"),
        ("ptm.toml", 'models = ["org/a", "org/a@v1", { name = "org/b@v2", optional = true }] # c\n[policy]\n'),
        ("ptm.toml", '# c\n[[models]]\nname = "org/b"\nref = "v1"\n[[models]]\nname = "timm:c"\n'),
        ("pyproject.toml", WHOLE),
        ("pyproject.toml", '[tool]\nptmdeps = { models = ["org/a"] }\n'),
        ("pyproject.toml", '[tool.ptmdeps]\n\n[[tool.ptmdeps.models]]\nname = "org/a"\n\n[x]\n'),
    ]
)


@given(
    _LAYOUTS,
    st.lists(st.lists(_ENTRIES, min_size=1, max_size=2) | st.lists(_NAMES, min_size=1, max_size=2), max_size=4),
)
def test_any_sequence_of_changes_does_what_it_says_and_keeps_comments(
    layout: tuple[str, str], steps: list[Any]
) -> None:
    source, text = layout
    content = text.encode()
    for step in steps:
        if isinstance(step[0], str):
            content = without(content, source, step)
            gone = {parse_specifier(name)[0] for name in step}
            assert not gone & {wish.key for wish in parse(content, source).requirements}
        else:
            content = with_entries(content, source, step)
            found = parse(content, source).requirements
            for entry in step:
                key, ref = parse_specifier(entry.specifier)
                wishes = [wish for wish in found if wish.key == key]
                assert ref in {wish.ref for wish in wishes}
                assert entry.role in {wish.role for wish in wishes} or not entry.role
                assert set(entry.groups) <= {wish.group for wish in wishes}
                others = {parse_specifier(other.specifier)[1] for other in step if other.key == key}
                assert {wish.ref for wish in wishes} == others
        untouched = [
            line
            for line in text.splitlines()
            if line.startswith("#") or line.strip() in ("# what we need", "[project]  # mine")
        ]
        assert all(line in content.decode() for line in untouched)


@given(_NAMES, _REFS)
def test_the_shortest_spelling_means_the_same(name: str, ref: str) -> None:
    key, _ = parse_specifier(name)
    assert parse_specifier(specifier(key, ref)) == (key, ref)
