"""Licences by name, tables of compatibility, and the project's own licence."""

from __future__ import annotations

import pytest

from ptmdeps.licenses.compatibility import COMPATIBLE, compatible
from ptmdeps.licenses.situation import concluded
from ptmdeps.licenses.terms import canonical, license_of


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("MIT", "permissive"),
        ("mit", "permissive"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "copyleft"),
        ("Beerware", "permissive"),
        ("Sleepycat", "copyleft"),
        ("LicenseRef-llama2", "llama"),
        ("gpl", ""),
        ("cc", ""),
        ("LicenseRef-acme", ""),
        ("Acme Licence", ""),
        ("", ""),
    ],
)
def test_what_is_known_of_a_name(name: str, family: str) -> None:
    facts = license_of(name).facts
    assert (facts.family if facts else "") == family


def test_facts_by_kind_alone_say_that_no_text_was_read() -> None:
    facts = license_of("Sleepycat").facts
    assert facts is not None and not facts.checked and facts.note == "only its kind is known: copyleft"
    assert license_of("Sleepycat").binding and not license_of("MIT").binding


def test_addresses_are_those_of_the_licence() -> None:
    assert license_of("MIT").url == "https://spdx.org/licenses/MIT.html"
    assert license_of("Sleepycat").url == "https://spdx.org/licenses/Sleepycat.html"


def test_compatibility_names_real_licences_and_goes_one_way() -> None:
    for origin, others in COMPATIBLE.items():
        assert [name for name in (origin, *others) if license_of(name).facts is None] == []
        assert compatible(origin, origin.lower())
    assert compatible("CC-BY-SA-4.0", "GPL-3.0-only") and not compatible("GPL-3.0-only", "CC-BY-SA-4.0")
    assert not compatible("GPL-3.0-only", "MIT")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("MIT", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache-2.0 OR MIT", "Apache-2.0 OR MIT"),
        ("Acme Licence", "Acme Licence"),
        ("", ""),
    ],
)
def test_the_licence_of_a_project(declared: str, expected: str) -> None:
    assert concluded(declared) == expected


def test_spellings_are_one() -> None:
    assert canonical("apache-2.0") == canonical("Apache-2.0") and canonical("Acme") == "acme"
