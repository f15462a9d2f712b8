"""Needs against versions and ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ptmdeps.distributions.needs import Has, needs_of, overlap, satisfies, unreadable
from tests.locked import locked

LINUX = {"sys_platform": "linux", "python_version": "3.12"}


def test_firmness_evidence_and_alternatives() -> None:
    model = locked(
        "org/a",
        "transformers>=4.51.0",
        'transformers==4.57.1; extra == "saved-with"',
        'gptqmodel; extra == "one-of-gptq"',
        'auto-gptq; extra == "one-of-gptq"',
        'timm; extra == "library"',
        'nvidia-thing; sys_platform == "win32"',
        "peft",
        files=("sub/config.json", "adapter_config.json"),
    )
    assert [(str(need), need.firmness, need.evidence) for need in needs_of(model, LINUX)] == [
        ("peft", "needed", "adapter_config.json"),
        ("timm", "said", ""),
        ("transformers==4.57.1", "saved-with", "sub/config.json"),
        ("transformers>=4.51.0", "needed", "sub/config.json"),
        ("auto-gptq or gptqmodel", "needed", "sub/config.json"),
    ]


def test_what_is_no_requirement_is_named_and_left_out() -> None:
    model = locked("org/a", "no requirement!", "x @ https://example.invalid/x.whl", "fine")
    assert unreadable(model) == ("no requirement!", "x @ https://example.invalid/x.whl")
    assert [str(need) for need in needs_of(model, LINUX)] == ["fine", "x"]


@pytest.mark.parametrize(
    ("version", "specifier", "good"),
    [
        ("4.51.0", ">=4.51.0", True),
        ("4.50.9", ">=4.51.0", False),
        ("4.51.0.dev0", ">=4.51.0", True),
        ("4.51.0rc1", ">=4.51.0", False),
        ("4.52.0rc1", ">=4.51.0", True),
        ("2.5.1+cu121", "==2.5.1", True),
        ("5.0.0", ">=4.27.0,<5.0.0", False),
    ],
)
def test_versions(version: str, specifier: str, good: bool) -> None:
    has = Has(name="x", version=Version(version), specifier=SpecifierSet(f"=={version}"))
    assert satisfies(has, SpecifierSet(specifier)) is good


@pytest.mark.parametrize(
    ("one", "other", "good"),
    [
        ("", ">=4.51", True),
        (">=4.30", ">=4.51", True),
        ("<4.51", ">=4.51", False),
        ("<=4.51", ">=4.51", True),
        (">4.51,<4.52", ">=4.51,<4.51.9", True),
        ("~=4.40.0", ">=4.51", False),
        ("~=4.40", ">=4.51", True),
        ("==4.51.*", "<4.52,>=4.51.3", True),
        ("==4.50.*", ">=4.51", False),
        ("<5", ">=4.999", True),
        ("!=4.51.0", "==4.51.0", False),
        (">=5", "<5.0.0", False),
    ],
)
def test_ranges(one: str, other: str, good: bool) -> None:
    assert overlap(SpecifierSet(one), SpecifierSet(other)) is good
    assert overlap(SpecifierSet(other), SpecifierSet(one)) is good


VERSIONS = st.builds(lambda parts: ".".join(map(str, parts)), st.lists(st.integers(0, 12), min_size=1, max_size=3))
BOUNDS = st.builds("{}{}".format, st.sampled_from([">=", "<=", ">", "<", "==", "!="]), VERSIONS)
RANGES = st.builds(lambda bounds: SpecifierSet(",".join(bounds)), st.lists(BOUNDS, max_size=3))


@given(one=RANGES, other=RANGES, version=VERSIONS)
def test_a_version_in_both_ranges_is_never_overlooked(one: SpecifierSet, other: SpecifierSet, version: str) -> None:
    if one.contains(version) and other.contains(version):
        assert overlap(one, other)
