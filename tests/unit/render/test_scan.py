"""Results of a scan as text, JSON, SARIF and Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ptmdeps.errors import PtmdepsError
from ptmdeps.findings import Rule
from ptmdeps.fixing import FixedFile, Skipped
from ptmdeps.identity import Location, ModelKey
from ptmdeps.lockfile.model import Edge, License, LockedModel, Lockfile
from ptmdeps.render.models import as_json
from ptmdeps.render.scan import ALL_SCOPES, SCAN_FORMATS, Sources, View
from ptmdeps.render.scan.difference import difference, skipped_lines
from ptmdeps.render.scan.markdown import BEGIN, END, with_block
from ptmdeps.render.scan.rules import AMBIGUOUS, MUTABLE_REF, NO_PIN, REMOTE_CODE, RULES, UNPINNED, broken
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.references import (
    LocalReference,
    Pinning,
    PinWay,
    Reference,
    ScanResult,
    Scope,
    UnresolvedReference,
)

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "scan.schema.json"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
MAIN = View(scopes=("main",))
LOADER = "transformers.AutoModel.from_pretrained"


def reference(name: str = "a/b", path: str = "app.py", line: int = 3, **more: Any) -> Reference:
    hub = more.pop("hub", "huggingface")
    fields: dict[str, Any] = {
        "loader": LOADER,
        "reads": "transformers",
        "location": Location(path, line),
        "resolution": "literal",
        "pinning": Pinning(way="argument", keyword="revision", column=0),
    }
    return Reference(key=ModelKey(hub, name), **(fields | more))


def unresolved(path: str = "cli.py", line: int = 5, **more: Any) -> UnresolvedReference:
    fields = {"loader": LOADER, "reason": "it is typed in", "expression": "input()"}
    return UnresolvedReference(location=Location(path, line), **(fields | more))


def local(path: str = "disk.py", line: int = 7, scope: Scope = "main") -> LocalReference:
    return LocalReference(loader=LOADER, location=Location(path, line), path="./x", scope=scope)


def text(*outcomes: Reference | UnresolvedReference | LocalReference, view: View = MAIN) -> str:
    return SCAN_FORMATS["text"](result(outcomes), view)


def result(outcomes: Iterable[Reference | UnresolvedReference | LocalReference]) -> ScanResult:
    found = tuple(outcomes)
    return ScanResult(
        references=tuple(one for one in found if isinstance(one, Reference)),
        unresolved=tuple(one for one in found if isinstance(one, UnresolvedReference)),
        local=tuple(one for one in found if isinstance(one, LocalReference)),
    )


def test_models_come_with_their_loads() -> None:
    shown = text(
        reference("b/z", line=9, ref="v1", resolution="constant", remote_code=True),
        reference("a/b", selection=FileSelection(files=("x.bin",))),
        reference("a/b", path="train.py", selection=FileSelection(files=("x.bin", "y.bin"))),
        reference("pytorch/vision", line=4, hub="torchhub", loader="torch.hub.load"),
        reference("a/data", line=5, kind="dataset"),
    )
    assert shown == (
        "a/b\n"
        "  app.py:3 transformers.AutoModel.from_pretrained (literal, x.bin)\n"
        "  train.py:3 transformers.AutoModel.from_pretrained (literal, 2 files)\n\n"
        "a/data (dataset)\n"
        "  app.py:5 transformers.AutoModel.from_pretrained (literal)\n\n"
        "b/z@v1\n"
        "  app.py:9 transformers.AutoModel.from_pretrained (constant, runs code of the model)\n\n"
        "torchhub:pytorch/vision\n"
        "  app.py:4 torch.hub.load (literal, runs code of the model)\n\n"
        "4 models in 5 loads\n"
    )


def test_a_registry_of_many_models_shows_its_load_once() -> None:
    names = [f"a/m{number:03}" for number in range(500)]
    found = [
        reference(name, resolution="registry", alternatives=tuple(other for other in names if other != name))
        for name in names
    ]
    lines = text(*found).splitlines()
    assert lines[:500] == names
    assert lines[500:] == [
        "  app.py:3 transformers.AutoModel.from_pretrained (registry, one of 500)",
        "",
        "500 models in 1 load",
    ]


def test_many_loads_of_a_model_are_cut_short_unless_all_are_asked_for() -> None:
    found = [reference(line=line) for line in range(1, 31)]
    assert "  … and 22 more loads; `--all` lists them\n" in text(*found)
    assert text(*found, view=replace(MAIN, quiet=True)).count("app.py:") == 30
    assert text(*found, view=replace(MAIN, explain=True)).count("  app.py:") == 60


def test_default_models_have_a_section_of_their_own() -> None:
    shown = text(reference(), reference("d/e", line=8, loader="transformers.pipeline", resolution="default-model"))
    assert "Default models, chosen by the version of the library\nhint: Name the model" in shown
    assert "d/e\n  app.py:8 transformers.pipeline (default of transformers)\n" in shown
    origin = "transformers 4.57.6 (uv.lock:9)"
    assert f"(default of {origin})" in text(reference(resolution="default-model", origin=origin))
    assert shown.index("a/b") < shown.index("Default models") < shown.index("d/e")


def test_soft_evidence_is_one_line_unless_it_is_asked_for() -> None:
    soft = [reference(f"s/{number}", path=f"conf{number}.yaml", soft=True) for number in range(5)]
    also_hard = reference("a/b", path="conf.yaml", soft=True)
    shown = text(reference(), *soft, also_hard)
    files = "conf0.yaml, conf1.yaml, conf2.yaml and 2 more files"
    line = f"5 possible models in places that only look like loads ({files}); `--soft` lists them"
    assert shown.endswith(f"{line}\n\n1 model in 1 load\n")
    listed = text(reference(), *soft, also_hard, view=replace(MAIN, soft=True))
    assert "Possible models, in places that only look like loads\nhint: " in listed
    assert listed.count("conf") == 5


def test_what_is_unresolved_says_the_expression_the_reason_and_what_to_do() -> None:
    shown = text(reference(), unresolved(), unresolved(line=6, passed_on=True))
    assert shown.endswith(
        "Unresolved: the code does not say which model\n"
        "  cli.py:5 transformers.AutoModel.from_pretrained\n"
        "    input(): it is typed in\n"
        "hint: Name the model in the code, or add what it will load with `ptmdeps install NAME`\n\n"
        "1 model in 1 load, 1 unresolved, 1 passed on\n"
    )
    assert "a/b" not in text(reference(), unresolved(), view=replace(MAIN, unresolved_only=True))


def test_quiet_outcomes_are_counted_and_listed_on_request() -> None:
    outcomes = (local(), unresolved(passed_on=True))
    assert text(*outcomes) == "0 models in 0 loads, 1 local, 1 passed on\n"
    shown = text(*outcomes, view=replace(MAIN, quiet=True))
    assert (
        "Local: files of the disk, nothing to pin\n  disk.py:7 transformers.AutoModel.from_pretrained (./x)\n" in shown
    )
    assert "Passed on: callers outside the project name the model\n  cli.py:5 " in shown
    assert text() == "No loads of models\n"


def test_other_scopes_are_counted_or_marked() -> None:
    outcomes = (reference(scope="test"), unresolved(scope="example"), local(scope="test"), reference("c/d"))
    assert text(*outcomes).endswith("Not shown: 2 in tests, 1 in examples; `--scope all` shows them\n")
    assert "a/b" not in text(*outcomes)
    shown = text(*outcomes, view=View())
    assert "app.py:3 transformers.AutoModel.from_pretrained [test] (literal)" in shown
    assert "Not shown" not in shown


def test_an_explanation_shows_each_place_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("\n\n\tmodel = load(NAME)\n")
    (tmp_path / "names.py").write_bytes(b"# coding: latin-1\nNAME = 'a/b'  # \xe9 \x1b[2J\n")
    (tmp_path / "broken.py").write_bytes(b"\xff NAME\n")
    (tmp_path / "link.py").symlink_to("names.py")
    view = replace(MAIN, explain=True, sources=Sources(tmp_path))
    places = (Location("app.py", 3), Location("names.py", 2))
    other = (Location("broken.py", 1), Location("link.py", 1), Location("gone.py", 9), Location("app.py", 99))
    shown = text(reference(evidence=places), reference(evidence=other), view=view)
    assert shown.split("\n")[1:9] == [
        "  app.py:3 transformers.AutoModel.from_pretrained (literal)",
        "    app.py:3  model = load(NAME)",
        "    → names.py:2  NAME = 'a/b' # é \\x1b[2J",
        "    or → broken.py:1  \ufffd NAME",
        "    → link.py:1",
        "    → gone.py:9",
        "    → app.py:99",
        "",
    ]


def test_a_folder_and_a_huge_file_have_no_lines(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    with (tmp_path / "huge.py").open("wb") as stream:
        stream.truncate(20_000_001)
    sources = Sources(tmp_path)
    assert sources.line(Location("folder.py", 1)) == sources.line(Location("huge.py", 1)) == ""
    assert sources.line(Location("x" * 5000, 1)) == ""


def test_many_files_can_be_explained(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"f{number}.py").write_text(f"line {number}\n")
    sources = Sources(tmp_path)
    for number in (*range(40), 0):
        assert sources.line(Location(f"f{number}.py", 1)) == f"line {number}"


def test_nothing_hostile_reaches_a_terminal() -> None:
    bad = "x\x1b[2J\u202e"
    shown = text(
        reference(bad, path=bad, loader=bad), unresolved(bad, expression=bad, reason=bad), view=View(quiet=True)
    )
    assert "\x1b" not in shown and "\u202e" not in shown
    assert "\x1b[1m" in text(reference(), view=replace(MAIN, color=True))


def contract(*outcomes: Reference | UnresolvedReference | LocalReference, view: View = View()) -> Any:  # noqa: B008
    return json.loads(SCAN_FORMATS["json"](result(outcomes), view))


def test_json_follows_its_schema() -> None:
    document = contract(
        reference(evidence=(Location("app.py", 3), Location("b.py", 1)), remote_code=True, alternatives=("c/d",)),
        reference("c/d", ref="main", entrypoint="x", selection=FileSelection(allow=("*.bin",)), soft=True, scope="doc"),
        unresolved(passed_on=True),
        local(),
    )
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    first, second = document["references"]
    assert first["evidence"] == [{"path": "app.py", "line": 3}, {"path": "b.py", "line": 1}]
    assert (first["remote_code"], first["soft"], first["alternatives"]) == (True, False, ["c/d"])
    assert first["pinning"] == {"way": "argument", "keyword": "revision"}
    assert (second["soft"], second["scope"], second["files"]) == (True, "doc", ["*.bin"])
    assert document["unresolved"][0]["passed_on"] is True
    for path in (("references", 0), ("unresolved", 0), ("local", 0)):
        broken_document = json.loads(json.dumps(document))
        del broken_document[path[0]][path[1]]["location"]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(broken_document)


def test_json_has_only_what_is_asked_for() -> None:
    outcomes = (reference(), reference(scope="test"), unresolved(), local())
    assert len(contract(*outcomes)["references"]) == 2
    assert len(contract(*outcomes, view=MAIN)["references"]) == 1
    only = contract(*outcomes, view=View(unresolved_only=True))
    assert (only["references"], len(only["unresolved"]), only["local"]) == ([], 1, [])


@pytest.mark.parametrize(
    ("ref", "way", "remote_code", "expected"),
    [
        (None, "argument", False, UNPINNED),
        (None, "notation", False, UNPINNED),
        ("main", "argument", False, MUTABLE_REF),
        ("0123456", "notation", False, MUTABLE_REF),
        (COMMIT.upper(), "argument", False, MUTABLE_REF),
        (COMMIT, "argument", True, None),
        (None, "argument", True, REMOTE_CODE),
        ("main", "argument", True, REMOTE_CODE),
        (None, "none", True, REMOTE_CODE),
        (None, "none", False, NO_PIN),
        (None, "version", False, None),
        (None, "hash", False, None),
    ],
)
def test_a_load_breaks_one_rule_about_its_revision(
    ref: str | None, way: PinWay, remote_code: bool, expected: Rule | None
) -> None:
    found = reference(ref=ref, pinning=Pinning(way=way), remote_code=remote_code)
    assert list(broken(found)) == ([expected] if expected else [])
    assert list(broken(replace(found, soft=True))) == []


def test_only_a_bare_id_of_the_hub_could_be_a_folder() -> None:
    assert AMBIGUOUS in broken(reference("gpt2", ref=COMMIT))
    assert AMBIGUOUS not in broken(reference("a/b"))
    assert AMBIGUOUS not in broken(reference("resnet50", hub="torchvision"))


def sarif(*references: Reference, view: View = View()) -> Any:  # noqa: B008
    return json.loads(SCAN_FORMATS["sarif"](result(references), view))["runs"][0]


def test_sarif_names_each_rule_and_what_bandit_says_of_it() -> None:
    run = sarif(reference(), reference("gpt2", ref=COMMIT, line=9))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [f"PTM00{number}" for number in range(1, 7)]
    severity = {rule["id"]: float(rule["properties"]["security-severity"]) for rule in rules}
    assert max(severity, key=lambda identifier: severity[identifier]) == "PTM002"
    for rule in rules:
        assert rule.keys() == {
            *("id", "name", "shortDescription", "fullDescription", "help"),
            *("defaultConfiguration", "relationships", "properties"),
        }
        for relation in rule["relationships"]:
            component = relation["target"]["toolComponent"]
            taxonomy = run["taxonomies"][component["index"]]
            assert taxonomy["name"] == component["name"]
            assert relation["target"]["id"] in {taxon["id"] for taxon in taxonomy["taxa"]}
            assert {"name": component["name"], "index": component["index"]} in run["tool"]["driver"][
                "supportedTaxonomies"
            ]
    related = {rule["id"] for rule in rules if "bandit/B615" in rule["properties"]["tags"]}
    assert related == {"PTM001", "PTM002", "PTM003"}
    for found in run["results"]:
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"]
    assert [found["ruleId"] for found in run["results"]] == ["PTM001", "PTM004"]
    assert len(RULES) == len(rules)


def test_a_place_in_sarif_is_a_relative_address_and_a_column_of_utf_16(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    (folder / "ü:x.py").write_text("😀 = load('a/b')\n", encoding="utf-8")
    found = reference(path="a b/ü:x.py", line=1, pinning=Pinning(way="argument", keyword="revision", column=7))
    (physical,) = [
        location["physicalLocation"]
        for location in sarif(found, view=View(sources=Sources(tmp_path)))["results"][0]["locations"]
    ]
    assert physical == {
        "artifactLocation": {"uri": "a%20b/%C3%BC%3Ax.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1, "startColumn": 6},
    }
    without = sarif(found)["results"][0]["locations"][0]["physicalLocation"]
    assert without["region"] == {"startLine": 1}


def test_a_fingerprint_does_not_depend_on_lines() -> None:
    def fingerprints(*references: Reference) -> list[str]:
        return [found["partialFingerprints"]["ptmdepsLoad/v1"] for found in sarif(*references)["results"]]

    assert fingerprints(reference(line=3), reference(line=9)) == fingerprints(reference(line=30), reference(line=90))
    assert (
        len(set(fingerprints(reference(line=3), reference(line=9), reference("c/d", line=4), reference(path="z.py"))))
        == 4
    )


def test_a_site_of_many_models_is_one_result() -> None:
    run = sarif(*(reference(f"a/{number}") for number in range(5)))
    (found,) = run["results"]
    assert found["message"]["text"].startswith(
        f"{LOADER} loads `huggingface:a/0`, `huggingface:a/1`, `huggingface:a/2` and 2 more. "
    )
    assert len(found["properties"]["models"]) == 5


def test_what_the_lock_pins_is_a_note() -> None:
    lockfile = Lockfile(models=(LockedModel(key=ModelKey("huggingface", "a/b"), revision=COMMIT),))
    view = View(lockfile=lockfile)
    run = sarif(reference(), reference("c/d", line=8), reference(line=9), reference("c/d", line=9), view=view)
    assert [found["level"] for found in run["results"]] == ["note", "warning", "warning"]
    assert "`ptm.lock` pins it (0123456789ab)" in run["results"][0]["message"]["text"]


def test_text_in_sarif_holds_no_links() -> None:
    (found,) = sarif(reference(loader="x[0](1)\x1b"))["results"]
    assert found["message"]["text"].startswith(r"x\[0\](1)\\x1b loads")


LOCK = Lockfile(
    models=(
        LockedModel(
            key=ModelKey("huggingface", "acme/lora"),
            revision=COMMIT,
            license=License(declared="mit", concluded="MIT"),
            edges=(Edge(kind="runtime", relation="adapter", target=ModelKey("huggingface", "base"), evidence="a"),),
        ),
        LockedModel(
            key=ModelKey("huggingface", "acme/base"),
            aliases=("base",),
            revision=COMMIT,
            license=License(declared="<b>\n| www.x.org"),
        ),
    )
)


def test_markdown_is_a_table_of_models_and_files() -> None:
    declared = "<code>&#60;b&#62;&#92;n&#124; www&#46;x&#46;org</code>"
    outcomes = (
        reference("acme/lora", line=3),
        reference("acme/lora", line=9),
        reference("acme/lora", path="b.py"),
        reference("c/d", ref="v1", kind="dataset"),
        reference("e/f", soft=True),
        reference("g/h", scope="test"),
        unresolved(),
        unresolved(path="lib.py", passed_on=True),
    )
    assert SCAN_FORMATS["markdown"](result(outcomes), replace(MAIN, lockfile=LOCK)) == (
        f"{BEGIN}\n"
        "| Model | Revision | Kind | Licence | Loaded by |\n"
        "| --- | --- | --- | --- | --- |\n"
        f"| `acme/base` | `0123456789ab` | model | {declared} | `acme/lora` |\n"
        "| `acme/lora` | `0123456789ab` | model | `MIT` | `app.py`, `b.py` |\n"
        "| `c/d` | `v1`, not locked | dataset | - | `app.py` |\n"
        "\n"
        "Models that only the running program knows are loaded by `cli.py`.\n"
        f"{END}\n"
    )


def test_markdown_does_not_change_when_code_moves() -> None:
    paths = [f"f{number}.py" for number in range(9)]
    first, second = (
        SCAN_FORMATS["markdown"](result(reference(path=path, line=line) for path in paths), MAIN) for line in (1, 99)
    )
    assert first == second
    assert "`f4.py` and 4 more |" in first
    assert (
        SCAN_FORMATS["markdown"](result(()), MAIN)
        == f"{BEGIN}\nThe code loads no model that ptmdeps knows of.\n{END}\n"
    )


@pytest.mark.parametrize("name", ["a|b", "<img src=x>", f"x\n{END}\n", "`a`", "@me `", "[a](b)", "https://x.org/w.bin"])
def test_names_are_no_markup(name: str) -> None:
    block = SCAN_FORMATS["markdown"](result([reference(name, hub="url")]), MAIN)
    row = block.splitlines()[3]
    assert block.count(END) == 1
    assert row.count("|") == 6
    assert re.fullmatch(r"\| (?:`[^`<>|]+`|<code>[A-Za-z0-9 &#;]+</code>) \| - \| model \| - \| `app.py` \|", row)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# x\n", "# x\n\nB\n2\nE\n"),
        ("a\nB\n1\nE\nz", "a\nB\n2\nE\nz"),
        ("a\nB\n1\nE", "a\nB\n2\nE"),
        ("a\n  B\nB  \nE\t\n`E`\n", "a\n  B\nB\n2\nE\n`E`\n"),
    ],
)
def test_the_block_of_a_document_is_replaced_or_appended(before: str, after: str, newline: str) -> None:
    def spelled(text: str) -> str:
        return text.replace("B", BEGIN).replace("E", END).replace("\n", newline)

    written = with_block(spelled(before), f"{BEGIN}\n2\n{END}\n")
    assert written == spelled(after)
    assert with_block(written, f"{BEGIN}\n2\n{END}\n") == written


@pytest.mark.parametrize("before", ["", "# x"])
def test_the_block_of_a_short_document_is_appended(before: str) -> None:
    written = with_block(before, f"{BEGIN}\n2\n{END}\n")
    assert written == (f"{before}\n\n" if before else "") + f"{BEGIN}\n2\n{END}\n"


@pytest.mark.parametrize("markers", [(BEGIN,), (END,), (END, BEGIN), (BEGIN, END, BEGIN, END), (BEGIN, BEGIN, END)])
def test_markers_that_are_no_pair_are_refused(markers: tuple[str, ...]) -> None:
    with pytest.raises(PtmdepsError, match="must hold one"):
        with_block("\n".join(markers), "")


def test_every_scope_has_its_place() -> None:
    outcomes = [reference(scope=scope) for scope in ALL_SCOPES]
    assert "1 in tests, 1 in examples, 1 in documents" in text(*outcomes)
    assert "1 in main code" in text(*outcomes, view=View(scopes=("doc",)))


def test_what_is_left_is_said_once_a_reason() -> None:
    left = [Skipped(location=Location("a.py", line), name="a/b", reason="why") for line in (2, 1)]
    other = Skipped(location=Location("b.py", 1), name="c/d", reason="no")
    assert list(skipped_lines([*left, other], each=False)) == [
        "left 2 loads, first a.py:1: why",
        "left 1 load, b.py:1 c/d: no",
    ]
    assert list(skipped_lines(left, each=True))[1:] == ["  a.py:1 a/b", "  a.py:2 a/b"]


def test_a_diff_shows_what_a_terminal_would_obey_and_missing_line_ends() -> None:
    file = FixedFile(path="a\x1b.py", before=b"x\t\x1b[2J\nold", after=b"x\t\x1b[2J\nnew", pinned=())
    assert difference([file], color=False) == (
        "--- a/a\\x1b.py\n+++ b/a\\x1b.py\n@@ -1,2 +1,2 @@\n"
        " x\t\\x1b[2J\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file\n"
    )
    assert "\x1b[32m" in difference([file], color=True)


def test_half_a_pair_of_surrogates_is_written_as_an_escape() -> None:
    assert as_json({"expression": "\ud800x"}) == '{\n  "expression": "\\ud800x"\n}\n'


def test_arguments_that_change_how_a_repository_is_fetched_are_shown() -> None:
    hub: dict[str, Any] = {"hub": "torchhub", "loader": "torch.hub.load", "pinning": Pinning(way="notation", column=0)}
    anew = reference(**hub, remarks=("force_reload=True", "skip_validation=True"))
    plain = reference(**hub, line=4, remarks=("trust_repo=True",))
    fixed = reference(**hub, line=5, ref=COMMIT, remarks=("force_reload=True",))
    assert text(anew, plain, fixed) == (
        "torchhub:a/b\n"
        "  app.py:3 torch.hub.load (literal, runs code of the model, force_reload=True, skip_validation=True)\n"
        "  app.py:4 torch.hub.load (literal, runs code of the model, trust_repo=True)\n\n"
        f"torchhub:a/b@{COMMIT}\n"
        "  app.py:5 torch.hub.load (literal, runs code of the model, force_reload=True)\n\n"
        "1 model in 3 loads\n"
    )
    broken = [
        (found["ruleId"], found["locations"][0]["physicalLocation"]["region"]["startLine"])
        for found in sarif(anew, plain, fixed)["results"]
    ]
    assert broken == [("PTM002", 3), ("PTM006", 3), ("PTM002", 4)]


def test_addresses_are_shown_as_they_are() -> None:
    found = reference("https://a.example/x@2.pth", hub="url", loader="torch.hub.load_state_dict_from_url")
    assert text(found).startswith("https://a.example/x@2.pth\n")
