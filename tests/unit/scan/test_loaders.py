"""What rows mean, which of them matter in a file, and which cannot work. The contract tests try each row."""

from __future__ import annotations

import pytest

from ptmdeps.scan import ScanOptions
from ptmdeps.scan.loaders import LOADERS, Argument, Arguments, Catalogue, Condition, Loader
from tests.unit.scan.conftest import Scan

ID = Argument(0, "name")


@pytest.mark.parametrize("call", ["load", "library.*", "*.load", "library.load()", "a-b.load"])
def test_name_that_cannot_be_called_is_refused(call: str) -> None:
    with pytest.raises(ValueError, match=r"is not `library.name` or"):
        Loader(call=call, model=ID, reads="snapshot", pin="none")


def test_row_without_a_place_for_the_id_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say where the model is named"):
        Loader(call="library.load", model=Argument(None, ""), reads="snapshot", pin="none")


def test_row_that_is_pinned_by_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no argument is given for the ref"):
        Loader(call="library.load", model=ID, reads="snapshot")


def test_star_stands_inside_one_part_and_submodules_need_none() -> None:
    row = Loader(call="lib.*Thing.load", model=ID, reads="snapshot", pin="none")
    catalogue = Catalogue((row,))
    assert catalogue.find("lib.AnyThing.load") is row
    assert catalogue.find("lib.sub.module.Thing.load") is row
    assert catalogue.find("lib.Things.load") is None
    assert catalogue.find("other.Thing.load") is None


def test_first_row_wins() -> None:
    rows = tuple(Loader(call="lib.*.load", model=ID, reads=reads, pin="none") for reads in ("first", "second"))
    found = Catalogue(rows).find("lib.Any.load")
    assert found is rows[0]


def test_file_without_a_library_has_only_the_words_of_methods() -> None:
    catalogue = Catalogue(LOADERS)
    assert "pipeline" not in catalogue.words_in(b"x = pipeline()")
    assert "pipeline" in catalogue.words_in(b"from transformers import *")
    assert "from_pretrained" in catalogue.words_in(b"")
    assert not catalogue.is_candidate(b"pipeline(1)")
    assert catalogue.is_candidate(b"x.from_pretrained(1)")


def test_row_that_names_nothing_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="no star that could stand for it"):
        Loader(call="library.load", named_by="call", reads="snapshot", pin="none")


def test_submodules_may_stand_after_every_module_but_not_after_a_class() -> None:
    row = Loader(call="lib.zoo.Model.load", model=ID, reads="snapshot", pin="none")
    catalogue = Catalogue((row,))
    assert catalogue.find("lib.zoo.Model.load") is row
    assert catalogue.find("lib.sub.zoo.deep.Model.load") is row
    assert catalogue.find("lib.zoo.Model.Inner.load") is None
    assert catalogue.find("lib.other.Model.load") is None


def test_endless_name_is_none() -> None:
    row = Loader(call="lib.a.b.load", model=ID, reads="snapshot", pin="none")
    assert Catalogue((row,)).find(f"lib.{'a.' * 1000}b.load") is None


NAMED = Loader(call="zoo.models.*", names=("small", "large"), hub="zoo", notation="entry", reads="file", pin="none")


def test_call_that_names_its_model(scan_files: Scan) -> None:
    code = """
    import zoo.models
    from zoo.models import large as big
    zoo.models.small()
    zoo.models.tiny.small()
    big()
    zoo.models.other()
    getattr(zoo.models, "large")()
    for name in ("small", "large"):
        zoo.models.__dict__[name]()
    """
    references = scan_files(code, ScanOptions(loaders=(NAMED,))).references
    assert [(one.location.line, one.key.name) for one in references] == [
        (4, "small"),
        (5, "small"),
        (6, "large"),
        (8, "large"),
        (10, "large"),
        (10, "small"),
    ]
    assert references[-1].alternatives == ("large",)


def test_receiver_that_names_the_model(scan_files: Scan) -> None:
    row = Loader(call="zoo.*.get", named_by="call", hub="zoo", notation="entry", reads="file", pin="none")
    code = "import zoo\nbundle = zoo.SMALL\nbundle.get()\n"
    assert [one.key.name for one in scan_files(code, ScanOptions(loaders=(row,))).references] == ["SMALL"]


CONDITIONED = Loader(
    call="zoo.load",
    model=ID,
    reads="snapshot",
    notation="id@revision",
    pin="notation",
    conditions=(
        Condition(argument=Argument(None, "pretrained")),
        Condition(argument=Argument(None, "weights"), equals="imagenet"),
        Condition(argument=Argument(0, "name"), starts="hub:"),
    ),
)


@pytest.mark.parametrize(
    ("arguments", "loads"),
    [
        ("", False),
        ("pretrained=True", True),
        ("pretrained=False", False),
        ("pretrained=None", False),
        ("pretrained=''", False),
        ("pretrained='v1'", True),
        ("pretrained=[1]", True),
        ("pretrained=unknown", True),
        ("weights='imagenet'", True),
        ("weights='other'", False),
        ("weights=['imagenet']", False),
        ("weights=1", False),
    ],
)
def test_one_condition_that_holds_is_enough(arguments: str, loads: bool, scan_files: Scan) -> None:
    code = f"import zoo\nzoo.load('acme/a@v1', {arguments})\n"
    references = scan_files(code, ScanOptions(loaders=(CONDITIONED,))).references
    assert [(one.key.name, one.ref) for one in references] == ([("acme/a", "v1")] if loads else [])


def test_default_of_a_condition_where_the_argument_is_not_given(scan_files: Scan) -> None:
    row = Loader(
        call="zoo.load",
        model=ID,
        reads="snapshot",
        pin="none",
        conditions=(Condition(argument=Argument(None, "weights"), equals=True, otherwise=True),),
    )
    code = "import zoo\nzoo.load('acme/a')\nzoo.load('acme/b', weights=False)\nzoo.load('acme/c', weights=1)\n"
    assert [one.key.name for one in scan_files(code, ScanOptions(loaders=(row,))).references] == ["acme/a"]


def test_parameter_whose_default_says_no_does_not_load(scan_files: Scan) -> None:
    code = "import zoo\ndef f(p=False):\n    zoo.load('acme/a', pretrained=p)\n"
    assert scan_files(code, ScanOptions(loaders=(CONDITIONED,))).references == ()


def test_parts_of_a_name(scan_files: Scan) -> None:
    row = Loader(
        call="zoo.load", model=ID, parts=(Argument(1, "tag"),), hub="zoo", notation="timm", reads="file", pin="none"
    )
    code = """
    import zoo
    for name, tag in (("a", "p"), ("b", "q")):
        zoo.load(name, tag=tag)
    zoo.load("c")
    zoo.load("d", None)
    zoo.load("hf-hub:acme/e", "z")
    zoo.load("f", "./weights.pt")
    zoo.load("g", unknown)
    """
    result = scan_files(code, ScanOptions(loaders=(row,)))
    assert [one.key.name for one in result.references] == ["a/p", "b/q", "c", "d", "acme/e"]
    assert [one.path for one in result.local] == ["./weights.pt"]
    assert [one.reason for one in result.unresolved] == ["a part of the model's name is not known"]


def test_words_matter_only_in_files_that_speak_of_the_library_and_its_modules() -> None:
    catalogue = Catalogue((NAMED, Loader(call="zoo.hub.load", model=ID, reads="snapshot", pin="none")))
    assert catalogue.words_in(b"small()") == frozenset()
    assert "small" in catalogue.words_in(b"from zoo import models")
    assert "load" not in catalogue.words_in(b"import zoo.models")
    assert "load" in catalogue.words_in(b"from zoo import hub")
    assert "load" in catalogue.words_in(b'importlib.import_module("zoo").hub')
    assert "load" in catalogue.words_in(b'{"source": ["import os\\n", "import zoo\\n", "zoo.hub"]}')
    assert not catalogue.is_candidate(b"import zoo.models\nx = 1")


def test_names_like_no_other_matter_where_they_come_from_another_file() -> None:
    row = Loader(call="zoo.BigModel", model=ID, reads="snapshot", pin="none")
    catalogue = Catalogue((row,))
    assert catalogue.words_in(b"BigModel('a')") == frozenset()
    assert "BigModel" in catalogue.words_in(b"from .utilities import BigModel")
    assert "BigModel" in catalogue.words_in(b"from .utilities import *")


def test_common_words_do_not_matter_everywhere() -> None:
    common = {"load", "get", "generate", "Pipeline", "LLM", "resnet50", "pipeline", "download"}
    assert not common & Catalogue(LOADERS).words_in(b"from .utilities import *")


def test_arguments_default_to_nothing() -> None:
    assert Arguments().ref is None
