from __future__ import annotations

from dataclasses import replace

from ptmdeps.hubs.description import Facts
from ptmdeps.identity import ModelKey
from tests.unit.showing.models import at_hub, known, missing

CARD = b"""---
license: mit
---
Code at https://github.com/acme/tools.git and [here](https://gitlab.com/acme/x/-/tree/main), thanks to
https://github.com/sponsors/ada; see https://arxiv.org/abs/1810.04805v2, arXiv:2310.06825 and
doi:10.1000/xyz-1. Models: https://huggingface.co/acme/other.

```bibtex
@article{a, eprint={1907.11692}, doi = {10.5555/abc}, title={x}}
```
"""


def test_links_of_the_hub() -> None:
    assert known("issues", at_hub()).value == "https://hub.example/acme/model/discussions"
    assert known("repository", at_hub()).value == "https://hub.example/acme/model"
    elsewhere = replace(at_hub(), key=ModelKey("torchhub", "a/b"), page="")
    assert missing("issues", elsewhere) == "no place for them is known of the hub `torchhub`"
    assert missing("repository", elsewhere) == "the hub has no pages"


def test_source_code_is_what_the_card_links_to() -> None:
    assert known("source code", at_hub({"README.md": CARD})).value == (
        "https://github.com/acme/tools",
        "https://gitlab.com/acme/x",
    )
    assert missing("source code", at_hub({"README.md": b"text"})) == "`README.md` links to no repository of code"


def test_papers_are_numbers_in_the_card_and_in_tags() -> None:
    found = known("papers", at_hub({"README.md": CARD}, facts=Facts(tags=("arxiv:2005.14165", "doi:10.57967/hf/1"))))
    assert found.value == (
        "https://arxiv.org/abs/1810.04805",
        "https://arxiv.org/abs/2310.06825",
        "https://arxiv.org/abs/1907.11692",
        "https://doi.org/10.1000/xyz-1",
        "https://doi.org/10.5555/abc",
        "https://arxiv.org/abs/2005.14165",
        "https://doi.org/10.57967/hf/1",
    )
    assert found.source == "README.md, hub"
    assert missing("papers", at_hub()) == "there is no `README.md`"
    assert missing("papers", at_hub({"README.md": b"x"})) == "`README.md` names no arXiv number and no DOI"
