"""Cards and texts of licences, as they end up in a lock."""

from __future__ import annotations

import hashlib

import pytest

from ptmdeps.inspect.card import model_card, told_card
from ptmdeps.inspect.license_files import license_file
from ptmdeps.inspect.provenance import (
    LONGEST_LICENSE,
    Files,
    Provenance,
    provenance,
    told,
    warn_of_left_out,
    worth_reading,
)
from ptmdeps.lockfile.model import License

NAMES = frozenset({"acme/model"})
MIT = b"""\
MIT License

Copyright (c) 2024 Acme

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def found(files: dict[str, bytes]) -> Provenance:
    sizes = {path: len(content) for path, content in files.items()}
    return provenance(Files(hub="huggingface", names=NAMES, sizes=sizes, read=files.__getitem__))


def test_card_and_text_stand_side_by_side_where_they_contradict_each_other() -> None:
    readme = b"---\nlicense: apache-2.0\nlicense_link: LICENSE\n---\n"
    said = found({"README.md": readme, "LICENSE": MIT})
    assert said.card == sha256(readme)
    assert said.license == License(
        declared="apache-2.0",
        concluded="Apache-2.0",
        evidence="README.md",
        link="LICENSE",
        text="LICENSE",
        sha256=sha256(MIT),
        recognized="MIT",
        likeness=100,
    )


def test_a_text_alone_is_its_own_evidence() -> None:
    assert found({"LICENSE.txt": MIT}).license == License(
        concluded="MIT",
        evidence="LICENSE.txt",
        text="LICENSE.txt",
        sha256=sha256(MIT),
        recognized="MIT",
        likeness=100,
    )


def test_a_text_of_its_own_is_recorded_and_means_nothing_known() -> None:
    license_ = found({"README.md": b"---\nlicense: other\n---\n", "LICENSE": b"Do what I say."}).license
    assert license_ is not None
    assert (license_.declared, license_.concluded, license_.recognized) == ("other", "", "")
    assert license_.sha256 == sha256(b"Do what I say.")


def test_nothing_is_nothing() -> None:
    assert found({"config.json": b"{}"}) == Provenance()
    assert found({"README.md": b"# card"}).license is None


def test_a_text_that_is_too_long_is_not_read() -> None:
    sizes = {"LICENSE": LONGEST_LICENSE + 1, "README.md": 10**9, "config.json": 10**9}
    files = Files(hub="huggingface", names=NAMES, sizes=sizes, read=lambda _: pytest.fail("read"))
    assert provenance(files) == Provenance()
    assert worth_reading(sizes) == ()


def test_what_will_be_read_is_known_before() -> None:
    sizes = dict.fromkeys(("LICENSE", "README.md", "config.json", "adapter_config.json", "model.safetensors"), 10)
    assert set(worth_reading(sizes)) == sizes.keys() - {"model.safetensors"}


@pytest.mark.parametrize(
    ("paths", "link", "expected"),
    [
        ((), "", ""),
        (("LICENSE",), "", "LICENSE"),
        (("Licence.md", "COPYING", "license.txt"), "", "license.txt"),
        (("LICENSE.txt", "LICENSE.md", "LICENSE"), "", "LICENSE"),
        (("LICENSE.txt", "LICENSE.md"), "", "LICENSE.txt"),
        (("LICENSE.pdf", "docs/LICENSE", "LICENSE-THIRD-PARTY"), "", ""),
        (("LICENSE", "LICENSE-MODEL"), "LICENSE-MODEL", "LICENSE-MODEL"),
        (("LICENSE", "legal/MODEL TERMS.txt"), "legal/MODEL%20TERMS.txt", "legal/MODEL TERMS.txt"),
        (("LICENSE", "TERMS.md"), "https://huggingface.co/acme/model/blob/main/TERMS.md", "TERMS.md"),
        (("LICENSE", "TERMS.md"), "https://huggingface.co/datasets/acme/d/resolve/v1/TERMS.md", "TERMS.md"),
        (("LICENSE", "TERMS.pdf"), "TERMS.pdf", "LICENSE"),
        (("LICENSE",), "https://acme.example/license", "LICENSE"),
        (("LICENSE",), "../LICENSE", "LICENSE"),
        (("LICENSE",), "LICENSE#part", "LICENSE"),
    ],
)
def test_which_file_holds_the_text(paths: tuple[str, ...], link: str, expected: str) -> None:
    assert license_file(paths, link) == expected


def test_what_a_hub_tells_counts_where_files_are_denied() -> None:
    values = {"license": "other", "license_name": "llama-x", "base_model": ["org/base"], "datasets": [1, "d"], "x": {}}
    said = told(told_card(values), "huggingface", NAMES)
    assert said.card == ""
    assert said.license is not None
    assert (said.license.declared, said.license.evidence, said.license.sha256) == ("llama-x", "README.md", "")
    assert [edge.target.name for edge in said.lineage.edges] == ["d", "org/base"]


@pytest.mark.parametrize("values", [{"license": {"a": 1}}, {"license": None}, {"license": ["\x1b", 3]}, {}])
def test_a_hub_can_tell_nonsense(values: dict[str, object]) -> None:
    assert told(told_card(values), "huggingface", NAMES).license is None


def test_the_hub_and_the_card_are_read_alike() -> None:
    readme = b"---\nlicense: mit\nbase_model: org/base\nlanguage: [en, de]\n---\n"
    assert told_card({"license": "mit", "base_model": "org/base", "language": ["en", "de"]}) == model_card(readme)


def test_what_is_left_out_is_said() -> None:
    names = b"".join(b"- org/m%d\n" % number for number in range(100))
    said = found({"README.md": b"---\nbase_model:\n" + names + b"---\n"})
    with pytest.warns(UserWarning, match="`acme/model` names more models .*: 68 of them are left out"):
        warn_of_left_out("acme/model", said)
