from __future__ import annotations

from dataclasses import replace

import pytest

from ptmdeps.hubs.description import Description
from ptmdeps.lockfile.model import License
from ptmdeps.showing.values import Access, LicenseClaim
from tests.unit.showing.models import KEY, REVISION, at_hub, card, known, locked, missing, offline


@pytest.mark.parametrize(
    ("files", "value", "source"),
    [
        (card(license="mit"), LicenseClaim(declared="mit", concluded="MIT"), "README.md"),
        (
            card(license=["mit", "apache-2.0"]),
            LicenseClaim(declared="mit AND apache-2.0", concluded="MIT AND Apache-2.0"),
            "README.md",
        ),
        (
            card(license="other", license_name="falcon-llm", license_link="LICENSE.txt") | {"LICENSE.txt": b"x"},
            LicenseClaim(
                declared="falcon-llm",
                concluded="LicenseRef-falcon-llm-2.0",
                texts=("LICENSE.txt",),
                link="LICENSE.txt",
            ),
            "README.md",
        ),
        (
            card(license="other", license_name="a licence of our own"),
            LicenseClaim(declared="a licence of our own"),
            "README.md",
        ),
        ({"LICENSE": b"x", "NOTICE": b"y"}, LicenseClaim(texts=("LICENSE", "NOTICE")), "LICENSE, NOTICE"),
    ],
)
def test_licence(files: dict[str, bytes], value: LicenseClaim, source: str) -> None:
    found = known("licence", at_hub(files))
    assert (found.value, found.source) == (value, source)


def test_licence_of_the_lock_counts_first() -> None:
    license_ = License(declared="gemma", concluded="LicenseRef-gemma", evidence="README.md")
    found = known("licence", at_hub(card(license="mit"), locked=locked(license=license_)))
    assert found.value == LicenseClaim(declared="gemma", concluded="LicenseRef-gemma")
    assert found.source == "ptm.lock, README.md"


def test_licence_that_is_nowhere() -> None:
    assert missing("licence", at_hub(card(tags=["a"]))) == "`README.md` has no `license`, and there is no `LICENSE`"
    reason = missing("licence", at_hub({"README.md": b"---\nlicense: [\x1b\n---\n"}))
    assert "`README.md` has no `license`: front matter cannot be read to its end" in reason


def test_copyright_is_read_from_licence_and_notice() -> None:
    files = {"LICENSE": b"Copyright (c) 2024 Acme\n", "NOTICE.txt": b"Copyright (c) 2024 Acme\nCopyright 2023 B\n"}
    found = known("copyright", at_hub(files))
    assert found.value == ("Copyright (c) 2024 Acme", "Copyright 2023 B")
    assert found.source == "LICENSE, NOTICE.txt"
    assert missing("copyright", at_hub({"LICENSE": b"Apache"})) == "no copyright line in `LICENSE`"
    assert missing("copyright", at_hub()) == "there is no `LICENSE`"
    assert missing("copyright", offline(locked())) == "offline, and the store has no `LICENSE`"


def test_access() -> None:
    gated = replace(Description(key=KEY, revision=REVISION, gated="manual", private=True, disabled=True))
    found = known("access", replace(at_hub(card(extra_gated_prompt="You agree")), described=gated))
    assert found.value == Access(gated="manual", private=True, disabled=True, terms="You agree")
    assert found.source == "hub, README.md"
    assert known("access", offline(locked(gated="auto"))).value == Access(gated="auto")
