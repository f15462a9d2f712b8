"""What lock and requirements files state, for a platform."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.distributions.locks import LOCKS, Reader
from ptmdeps.distributions.sources import PinFile, pin_files

LINUX = {"sys_platform": "linux", "python_version": "3.12", "python_full_version": "3.12.4"}
A, B = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"

UV = f"""\
version = 1
resolution-markers = [
    "sys_platform == 'win32'",
]

[[package]]
name = "acme-nlp"
version = "1.0"
source = {{ registry = "https://example.invalid/simple" }}
resolution-markers = [
    "sys_platform == 'win32'",
    "python_full_version < '3.10'",
]
dependencies = [
    {{ name = "other", marker = "sys_platform == 'win32'" }},
]
sdist = {{ url = "https://example.invalid/a.tar.gz", hash = "{A}", size = 1 }}

[[package]]
name = "acme-nlp"
version = "2.0"
source = {{ registry = "https://example.invalid/simple" }}
resolution-markers = [
    "sys_platform == 'linux'",
]
sdist = {{ url = "https://example.invalid/a.tar.gz", hash = "{A}", size = 1 }}
wheels = [
    {{ url = "https://example.invalid/a.whl", hash = "{B}", size = 1 }},
]

[package.metadata]
requires-dist = [{{ name = "zzz", specifier = ">=9" }}]
"""
POETRY = f"""\
[[package]]
name = "acme-nlp"
version = "2.0"
optional = false
groups = ["main", "dev"]
markers = {{main = "sys_platform == \\"win32\\"", dev = "sys_platform == \\"linux\\""}}
files = [
    {{file = "a.tar.gz", hash = "{A}"}},
    {{file = "a.whl", hash = "{B}"}},
]

[package.dependencies]
version = "3"

[[package]]
name = "elsewhere"
version = "1"
markers = "sys_platform == \\"win32\\""

[metadata]
lock-version = "2.1"
content-hash = "{"c" * 64}"
"""
PYLOCK = f"""\
lock-version = "1.0"
created-by = "tests"

[[packages]]
name = "acme-nlp"
version = "2.0"
marker = "python_version >= '3.9'"

[[packages.wheels]]
name = "a.whl"
url = "https://example.invalid/a.whl"

[packages.wheels.hashes]
sha256 = "{"a" * 64}"

[[packages.wheels]]
hashes = {{sha256 = "{"b" * 64}"}}

[[packages]]
name = "elsewhere"
version = "1"
marker = "python_version < '3.9'"

[tool.x]
name = "acme-nlp"
version = "9"
"""
PIPFILE = f"""\
{{
    "default": {{
        "Acme.NLP": {{
            "hashes": ["{A}", "{B}"],
            "markers": "python_version >= '3.9'",
            "version": "==2.0"
        }},
        "elsewhere": {{"markers": "sys_platform == 'win32'", "version": "==1"}}
    }}
}}
"""
HASHED = f"""\
--index-url https://user:secret@example.invalid/simple
acme_nlp==2.0 \\
    --hash={A} \\
    --hash={B}  # a comment
elsewhere==1 ; sys_platform == "win32" --hash={A}
"""


def only(root: Path) -> PinFile:
    (found,) = pin_files(root, LINUX)
    return found


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("uv.lock", UV, 21),
        ("poetry.lock", POETRY, 3),
        ("pdm.lock", PYLOCK.replace("packages", "package"), 6),
        ("pylock.toml", PYLOCK, 6),
        ("Pipfile.lock", PIPFILE, 6),
        ("requirements.txt", HASHED, 2),
    ],
)
def test_versions_hashes_and_markers(tmp_path: Path, name: str, text: str, line: int) -> None:
    (tmp_path / name).write_text(text)
    found = only(tmp_path)
    assert list(found.stated) == ["acme-nlp"]
    (stated,) = found.stated["acme-nlp"]
    assert (str(stated.version), stated.line, set(stated.hashes)) == ("2.0", line, {A, B})
    assert (found.path, found.whole) == (name, True)


def test_a_list_is_whole_only_where_every_line_has_a_hash(tmp_path: Path) -> None:
    for text in ("acme-nlp==2.0\n", f"{HASHED}other>=1\n", "# nothing\n", "-r other.txt\n"):
        (tmp_path / "requirements.txt").write_text(text)
        assert not only(tmp_path).whole


def test_ranges_stand_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "requirements-dev.txt").write_text("acme-nlp[x] >=1, <3 ; python_version > '3'\nother\n")
    (ranged,), (free,) = only(tmp_path).stated["acme-nlp"], only(tmp_path).stated["other"]
    assert (set(str(ranged.specifier).split(",")), ranged.version, str(free.specifier)) == ({">=1", "<3"}, None, "")


def test_the_lock_of_a_workspace_counts_for_its_members(tmp_path: Path) -> None:
    member = tmp_path / "packages" / "member"
    member.mkdir(parents=True)
    (tmp_path / "uv.lock").write_text(UV)
    (member / "requirements.txt").write_text("other\n")
    assert [one.path for one in pin_files(member, LINUX)] == ["../../uv.lock", "requirements.txt"]
    (member / ".git").mkdir()
    assert [one.path for one in pin_files(member, LINUX)] == ["requirements.txt"]
    (member / "poetry.lock").write_text(POETRY)
    (member / ".git").rmdir()
    assert [one.path for one in pin_files(member, LINUX)] == ["poetry.lock", "requirements.txt"]


def test_what_cannot_be_read_states_nothing(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").mkdir()
    (tmp_path / "poetry.lock").symlink_to(tmp_path / "gone")
    (tmp_path / "pylock.toml").write_bytes(b'\xff\x00[[packages]]\nname = "a"\nversion = "not a version"\n')
    (tmp_path / "requirements.txt").write_text("a==1 ; nonsense\n" + "(" * 3_000)
    assert [(one.path, dict(one.stated)) for one in pin_files(tmp_path, LINUX)] == [
        ("pylock.toml", {}),
        ("requirements.txt", {}),
    ]


@pytest.mark.parametrize("reader", [reader for _, reader in LOCKS[:8]], ids=[pattern for pattern, _ in LOCKS[:8]])
@given(
    lines=st.lists(
        st.sampled_from([*UV.splitlines(), *POETRY.splitlines(), *PYLOCK.splitlines(), *HASHED.splitlines(), "]", "\\"])
        | st.text(max_size=30)
    )
)
def test_no_mixture_of_lines_makes_a_reader_fail(reader: Reader, lines: list[str]) -> None:
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    every = list(reader(data, None))
    assert all(one.name and one.line >= 1 for one in every)
    assert [one for one in every if one.name == "acme-nlp"] == list(reader(data, "acme-nlp"))
