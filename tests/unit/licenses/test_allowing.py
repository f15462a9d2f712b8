"""Licences against the lists of the policy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.licenses.allowing import allowed
from ptmdeps.manifest.policy import Policy


@pytest.mark.parametrize(
    ("license_", "good"),
    [
        ("MIT", True),
        ("mit", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT AND BSD-2-Clause", False),
        ("(GPL-3.0-only OR MIT) AND MIT", True),
        ("((MIT))", True),
        ("MIT WITH LLVM-exception", True),
        ("GPL-3.0-only WITH Classpath-exception-2.0", False),
        ("Acme Model License", True),
        ("MIT AND", False),
        ("(MIT", False),
        ("MIT)", False),
        ("()", False),
        ("OR", False),
        ("(" * 30 + "MIT" + ")" * 30, True),
        ("MIT OR \0true", False),
    ],
)
def test_expressions(license_: str, good: bool) -> None:
    assert allowed(license_, Policy(allow=("MIT", "Acme Model License"))) is good


@settings(deadline=None)  # the first expression loads the library
@given(st.text(alphabet="()ANDOR MIT\0", max_size=40))
def test_no_expression_makes_the_policy_fail(license_: str) -> None:
    assert allowed(license_, Policy(allow=("MIT",))) in {True, False}
    assert not allowed("GPL-2.0-only", Policy(deny=("GPL-2.0-only", license_)))


@pytest.mark.parametrize(("named", "declared"), [("apache-2.0", "Apache-2.0"), ("llama2", "LicenseRef-llama2")])
def test_the_spelling_of_the_hub_is_understood(named: str, declared: str) -> None:
    assert allowed(declared, Policy(allow=(named,)))
    assert not allowed(declared, Policy(deny=(named,)))
