"""Which places of the project are in the graph, from a real scan."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.graph.uses import Use, counted, uses
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.manifest import read_workspace
from ptmdeps.scan import scan
from tests.unit.conftest import Write
from tests.unit.graph.made_up import model
from tests.worlds import key

APP = """
from datasets import load_dataset
from transformers import AutoModel

AutoModel.from_pretrained("acme/app")
for name in ("acme/a", "acme/b"):
    AutoModel.from_pretrained(name)
load_dataset("acme/app")
"""
TEST = 'from transformers import AutoModel\nAutoModel.from_pretrained("acme/tested")\n'
MANIFEST = '[tool.ptmdeps]\nmodels = ["acme/wished@main"]\n'


def test_every_load_and_every_wish_is_a_use(write: Write) -> None:
    root = write({"app.py": APP, "tests/test_app.py": TEST, "pyproject.toml": MANIFEST})
    manifest = read_workspace(root)
    references = scan(root).references
    found = uses(counted(references, manifest, Lockfile()), manifest)
    loader = "transformers.AutoModel.from_pretrained"
    assert [replace(use, loader="", confidence="declared") for use in found] == [
        Use(site="app.py:5", key=key("acme/app")),
        Use(site="app.py:7", key=key("acme/a"), alternative=True),
        Use(site="app.py:7", key=key("acme/b"), alternative=True),
        Use(site="app.py:8", key=key("acme/app"), kind="dataset"),
        Use(site="pyproject.toml", key=key("acme/wished")),
    ]
    assert {use.site: (use.loader, use.confidence) for use in found} == {
        "app.py:5": (loader, "declared"),
        "app.py:7": (loader, "inferred"),
        "app.py:8": ("datasets.load_dataset", "declared"),
        "pyproject.toml": ("", "declared"),
    }
    assert str(found[0]) == f"app.py:5 {loader}" and str(found[-1]) == "pyproject.toml"


def test_what_the_lock_leaves_out_counts_where_it_is_locked_all_the_same(write: Write) -> None:
    root = write({"app.py": APP, "tests/test_app.py": TEST})
    manifest = read_workspace(root)
    references = scan(root).references
    ignored = [one for one in references if one.key.name == "acme/a"]
    names = [one.key.name for one in counted(references, manifest, Lockfile(), ignored)]
    assert names == ["acme/app", "acme/b", "acme/app"]
    lock = Lockfile(models=(model("acme/a"), model("acme/tested")))
    assert [one.key.name for one in counted(references, manifest, lock, ignored)] == [
        "acme/app",
        "acme/a",
        "acme/b",
        "acme/app",
        "acme/tested",
    ]
