"""Every row of the catalogue is found in a snippet that is made from it; rows that cannot work are refused."""

from __future__ import annotations

import pytest

from ptmdeps.scan import ScanOptions
from ptmdeps.scan.loaders import LOADERS, Also, Argument, Arguments, Catalogue, Condition, Loader
from tests.unit.scan.conftest import Scan


def dotted(loader: Loader) -> str:
    """A name that the row's pattern means."""
    return loader.call.replace("*", "Any")


def arguments(model: Argument, text: str, *more: str) -> str:
    given = f'{model.keyword}="{text}"' if model.position is None else f'{"None, " * model.position}"{text}"'
    return ", ".join((given, *more))


def identifier(notation: str, name: str) -> str:
    return f"https://huggingface.co/{name}/resolve/v2/f.bin" if notation == "file" else name


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.call)
def test_row_is_found(loader: Loader, scan_files: Scan) -> None:
    library = loader.library
    text = identifier(loader.notation, "acme/model")
    ref = loader.arguments.ref
    keyword = [f'{ref.keyword}="v1"'] if ref is not None and "." not in ref.keyword else []
    code = f"import {library}\n{dotted(loader)}({arguments(loader.model, text, *keyword)})\n"
    (reference,) = scan_files(code).references
    assert reference.key.name == "acme/model"
    assert reference.loader == dotted(loader)
    assert reference.ref == ("v2" if loader.notation == "file" else "v1" if keyword else None)
    assert reference.kind == loader.kind
    assert reference.reads == ("snapshot" if loader.reads == "file" and loader.notation != "file" else loader.reads)


@pytest.mark.parametrize(
    ("loader", "also"), [(row, also) for row in LOADERS for also in row.also], ids=lambda value: repr(value)[:60]
)
def test_second_model_of_a_row_is_found(loader: Loader, also: Also, scan_files: Scan) -> None:
    first = identifier(loader.notation, "acme/first")
    code = (
        f"import {loader.library}\n"
        f"{dotted(loader)}({arguments(loader.model, first, f'{also.model.keyword}=' + repr('acme/second'))})\n"
    )
    found = {reference.key.name: reference for reference in scan_files(code).references}
    assert set(found) == {"acme/first", "acme/second"}
    assert found["acme/second"].reads == also.reads
    assert found["acme/second"].alternatives == ()


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.call)
def test_older_spellings_of_the_id_are_found(loader: Loader, scan_files: Scan) -> None:
    for keyword in loader.model.keywords:
        text = identifier(loader.notation, "acme/model")
        code = f'import {loader.library}\n{dotted(loader)}({keyword}="{text}")\n'
        assert [reference.key.name for reference in scan_files(code).references] == ["acme/model"], keyword


ID = Argument(0, "name")


@pytest.mark.parametrize("call", ["load", "Library.load", "library.*", "*.load", "library.load()", "a-b.load"])
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


def test_rows_of_users_are_found(scan_files: Scan) -> None:
    row = Loader(
        call="acme_models.load",
        model=Argument(0, "name"),
        reads="snapshot",
        notation="id@revision",
        pin="notation",
        conditions=(
            Condition(argument=Argument(None, "pretrained"), equals=True),
            Condition(argument=Argument(None, "kind"), equals="x"),
        ),
    )
    code = """
    import acme_models
    acme_models.load("acme/a@v1", pretrained=True, kind="x")
    acme_models.load("acme/x", pretrained=False, kind="x")
    acme_models.load("acme/y", kind="x")
    """
    (reference,) = scan_files(code, ScanOptions(loaders=(row,))).references
    assert (reference.key.name, reference.ref) == ("acme/a", "v1")


def test_arguments_default_to_nothing() -> None:
    assert Arguments().ref is None
