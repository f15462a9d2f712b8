"""Lines of requirements that lead to a wheel pin the version that its name has."""

from __future__ import annotations

import pytest
from packaging.version import Version

from ptmdeps.distributions.locks import Stated, requirements

FILE = "en_core_web_sm-3.8.0-py3-none-any.whl"
ADDRESS = f"https://x.org/releases/en_core_web_sm-3.8.0/{FILE}"
DIGEST = "a" * 64


def stated(text: str, name: str | None = "en-core-web-sm") -> list[Stated]:
    return list(requirements(text.encode(), name))


@pytest.mark.parametrize(
    ("line", "hashes"),
    [
        (f"en_core_web_sm @ {ADDRESS}", ()),
        (f"en-core-web-sm @ {ADDRESS}", ()),
        (f"en-core-web-sm@{ADDRESS}", ()),
        (ADDRESS, ()),
        (f"./wheels/{FILE}", ()),
        (f"{ADDRESS}?download=1", ()),
        (f"en-core-web-sm @ {ADDRESS}#sha256={DIGEST}", (f"sha256:{DIGEST}",)),
        (f"{ADDRESS}#egg=x&sha256={DIGEST}", (f"sha256:{DIGEST}",)),
        (f"en-core-web-sm @ {ADDRESS} --hash=sha256:{DIGEST}", (f"sha256:{DIGEST}",)),
        (f"{ADDRESS}#egg=x", ()),
    ],
)
def test_the_version_is_in_the_name(line: str, hashes: tuple[str, ...]) -> None:
    (found,) = stated(f"# models\n{line}\nspacy==3.8.1\n")
    assert (found.name, found.version, found.line, found.hashes) == ("en-core-web-sm", Version("3.8.0"), 2, hashes)


def test_markers_stay() -> None:
    (found,) = stated(f'en-core-web-sm @ {ADDRESS} ; python_version < "3.9"\n')
    assert found.markers == ('python_version < "3.9"',)


@pytest.mark.parametrize(
    "line",
    ["https://x.org/en_core_web_sm.whl", "https://x.org/en-core-web-sm-latest-py3-none-any.whl", "x.whl", ".whl"],
)
def test_a_name_without_a_version_pins_nothing(line: str) -> None:
    assert [one for one in stated(line, None) if one.version] == []


def test_of_others_nothing_is_said() -> None:
    assert stated(f"{ADDRESS}\n", "en-core-web-md") == []
    assert [one.name for one in stated(f"{ADDRESS}\nspacy==3.8.1\n", None)] == ["en-core-web-sm", "spacy"]
