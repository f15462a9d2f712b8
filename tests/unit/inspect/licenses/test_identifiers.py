from __future__ import annotations

import pytest
from packaging.licenses import canonicalize_license_expression

from ptmdeps.inspect.licenses import spdx_expression

# https://huggingface.co/docs/hub/repositories-licenses, all identifiers but those of the tests below
SAME_BUT_FOR_CASE = [
    "apache-2.0",
    "mit",
    "afl-3.0",
    "artistic-2.0",
    "bsl-1.0",
    "bsd-2-clause",
    "bsd-3-clause",
    "bsd-3-clause-clear",
    "cc0-1.0",
    "cc-by-2.0",
    "cc-by-2.5",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc-by-nc-2.0",
    "cc-by-nc-3.0",
    "cc-by-nc-4.0",
    "cc-by-nd-4.0",
    "cc-by-nc-nd-3.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0",
    "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0",
    "cdla-sharing-1.0",
    "cdla-permissive-1.0",
    "cdla-permissive-2.0",
    "wtfpl",
    "ecl-2.0",
    "epl-1.0",
    "epl-2.0",
    "etalab-2.0",
    "eupl-1.1",
    "eupl-1.2",
    "isc",
    "lppl-1.3c",
    "ms-pl",
    "mpl-2.0",
    "osl-3.0",
    "postgresql",
    "ofl-1.1",
    "ncsa",
    "unlicense",
    "zlib",
]

NOT_IN_SPDX = [
    "openrail",
    "bigscience-openrail-m",
    "creativeml-openrail-m",
    "bigscience-bloom-rail-1.0",
    "bigcode-openrail-m",
    "h-research",
    "intel-research",
    "apple-ascl",
    "apple-amlr",
    "openmdw-1.1",
    "deepfloyd-if-license",
    "fair-noncommercial-research-license",
    "llama2",
    "llama3",
    "llama3.1",
    "llama3.2",
    "llama3.3",
    "llama4",
    "grok2-community",
    "gemma",
]


@pytest.mark.parametrize("declared", SAME_BUT_FOR_CASE)
def test_identifiers_that_spdx_knows(declared: str) -> None:
    found = spdx_expression(declared)
    assert found is not None
    assert found.lower() == declared
    assert spdx_expression(declared.upper()) == found


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("c-uda", "C-UDA-1.0"),
        ("lgpl-lr", "LGPLLR"),
        ("odbl", "ODbL-1.0"),
        ("odc-by", "ODC-By-1.0"),
        ("openmdw-1.0", "OpenMDW-1.0"),
        ("pddl", "PDDL-1.0"),
        ("agpl-3.0", "AGPL-3.0-only"),
        ("gpl-2.0", "GPL-2.0-only"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("gpl-3.0+", "GPL-3.0-or-later"),
        ("lgpl-2.1", "LGPL-2.1-only"),
        ("lgpl-3.0", "LGPL-3.0-only"),
        ("gpl-3.0-or-later", "GPL-3.0-or-later"),
    ],
)
def test_identifiers_that_spdx_spells_otherwise(declared: str, expected: str) -> None:
    assert spdx_expression(declared) == expected


@pytest.mark.parametrize("declared", NOT_IN_SPDX)
def test_licences_of_the_hub_are_references(declared: str) -> None:
    assert spdx_expression(declared) == f"LicenseRef-{declared}"


def test_references_are_sound_spdx() -> None:
    found = spdx_expression("openrail++")
    assert found == "LicenseRef-openrail-plus-plus"
    assert canonicalize_license_expression(found) == found


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("mit OR gpl-2.0", "MIT OR GPL-2.0-only"),
        ("(mit or cc0-1.0) and lgpl-lr", "(MIT OR CC0-1.0) AND LGPLLR"),
        ("apache-2.0 WITH llvm-exception", "Apache-2.0 WITH LLVM-exception"),
        ("MIT OR LicenseRef-Own", "MIT OR LicenseRef-Own"),
    ],
)
def test_expressions(declared: str, expected: str) -> None:
    assert spdx_expression(declared) == expected


@pytest.mark.parametrize(
    "declared",
    [
        "",
        " ",
        "other",
        "Unknown",
        "bsd",
        "cc",
        "gpl",
        "lgpl",
        "gfdl",
        "my own licence",
        "mit mit",
        "(mit",
        "mit OR",
        "mit OR other",
        "LicenseRef-a_b",
        "x" * 201,
        "(" * 90,
        "\x1b[31m",
        "mit; rm -rf",
    ],
)
def test_no_answer(declared: str) -> None:
    assert spdx_expression(declared) is None


SPELLED_OTHERWISE = [
    *("c-uda", "lgpl-lr", "odbl", "odc-by", "openmdw-1.0", "pddl"),
    *("agpl-3.0", "gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0"),
]
NOTHING_SAID = ["unknown", "other", "bsd", "cc", "gfdl", "gpl", "lgpl"]


def test_every_identifier_of_the_hub_is_answered() -> None:
    """The 83 of the list; seven say no licence: two name none, five are families without a version."""
    answered = [*SAME_BUT_FOR_CASE, *SPELLED_OTHERWISE, *NOT_IN_SPDX, "openrail++"]
    assert len({*answered, *NOTHING_SAID}) == 83
    assert all(spdx_expression(identifier) for identifier in answered)
    assert not any(spdx_expression(identifier) for identifier in NOTHING_SAID)
