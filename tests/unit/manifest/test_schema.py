"""The schema for editors and the parser agree, as far as a schema can."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ptmdeps import manifest
from ptmdeps.errors import ManifestError
from ptmdeps.manifest.bom import COMPONENT_KEYS, CONTENTS, PHASES, PRESENCES
from ptmdeps.manifest.bom import KEYS as BOM_KEYS
from ptmdeps.manifest.document import KEYS, LINK_MODES
from ptmdeps.manifest.loaders import KINDS, NOTATIONS
from ptmdeps.manifest.models import KEYS as MODEL_KEYS
from ptmdeps.manifest.options import FILES, SCOPES
from ptmdeps.manifest.policy import LEVELS, STRICTNESS, VERDICTS
from ptmdeps.manifest.pull_requests import AUTOMERGE, MERGE_METHODS, REBASES
from ptmdeps.manifest.pull_requests import KEYS as PR_KEYS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
SCHEMA: dict[str, Any] = json.loads((REFERENCE / "manifest.schema.json").read_bytes())
VALIDATOR = Draft202012Validator(SCHEMA)
PAGE = (REFERENCE / "manifest.md").read_text(encoding="utf-8")

GOOD: dict[str, list[Any]] = {
    "required-version": [">=0.0.1", "<99"],
    "models": [
        [],
        ["org/a", "org/b@v1", "torchhub:pytorch/vision@v0.10"],
        [{"name": "org/a", "ref": "refs/pr/1", "files": ["*.json"], "group": "training"}],
        [{"name": "org/a", "groups": ["a", "b"], "optional": True, "role": "query rewriter", "reads": "peft"}],
    ],
    "default-groups": ["all", [], ["default", "training"]],
    "ignore": [["org/a", "org/*", "torchhub:*"], [{"model": "org/a", "reason": "gone", "until": "2026-12-31"}]],
    "files": ["auto", "all"],
    "scopes": [["main", "test"], []],
    "include": [["src/**"]],
    "exclude": [["vendor/**"]],
    "link-mode": list(LINK_MODES),
    "exclude-newer": ["2026-10-01", "2026-10-01T12:00:00Z", "7 days", "P7D", "1 week 2 days"],
    "exclude-newer-model": [{}, {"org/a": False, "huggingface:org/b": "P1W"}],
    "lineage": [True, False],
    "hubs": [{}, {"huggingface": {}}, {"huggingface": {"endpoint": "https://mirror.example:8443/hf/"}}],
    "policy": [
        {},
        {"licenses": {"allow": ["MIT"], "deny": ["GPL-3.0-only"], "exceptions": [{"model": "org/a"}]}},
        {"licenses": {"exceptions": [{"model": "org/*", "license": "MIT", "reason": "bought"}]}},
        {"remote-code": "deny", "pickle": "allow", "commercial": True, "distributes": False},
        {"saas": True, "territory": ["EU", "KR"], "users": 0, "revenue": 10**15, "severity": {}},
        *({"licenses": {"strict": True, "datasets": value}} for value in STRICTNESS),
        *({"severity": {"PTM201": value}} for value in LEVELS),
    ],
    "bom": [
        {},
        {"author": "Acme GmbH", "supplier": {"name": "Ada", "email": "a@b", "person": True}},
        {"supplier": {"name": "Acme GmbH", "url": "https://acme.example"}},
        {"name": "shop", "version": "1.0", "revision": 2, "released": "2026-12-31", "domains": ["retail"]},
        {"components": [{"name": "acme/*", "kind": "dataset", "content": ["text"], "personal-data": "no"}]},
        *({"contact": value} for value in ("security@acme.example", "https://acme.example/security")),
        *({"lifecycle": value} for value in PHASES),
        *({key: "https://acme.example/bom.json?x=1"} for key in ("software", "hardware", "acceptable-use")),
    ],
    "pr": [
        {},
        {"base": "main", "branch-prefix": "bots/models-", "title-prefix": "", "limit": 0, "limit-per-run": 1000},
        {"labels": ["models"], "reviewers": ["@ada", "acme/nlp"], "assignees": [], "draft": True},
        {"groups": {"encoders": ["acme/*", "torchhub:*"]}, "cooldown": "3 days", "security-only": True},
        {"ignore": ["acme/*", {"model": "acme/a", "revision": "6d2f3c1", "until": "2026-12-31", "reason": "slow"}]},
        {"card-only": True, "dashboard": True, "automerge": list(AUTOMERGE)},
        *({"rebase": value} for value in REBASES),
        *({"merge-method": value} for value in MERGE_METHODS),
    ],
    "workspace": [{}, {"members": ["packages/*", "tools/one/"], "exclude": ["packages/old"]}],
    "loaders": [
        [{"call": "acme.load", "model": 0}],
        [{"call": "a.*Model.b", "model": {"position": 0, "keyword": "x"}, "ref": "rev", "kind": "dataset"}],
        [{"call": "a.b", "model": "m", "notation": notation, "optional": True} for notation in NOTATIONS],
    ],
}
BAD: dict[str, list[Any]] = {
    "required-version": ["", 1],
    "models": [3, [3], [""], ["org/a b"], ["org/a@"], [{}], [{"name": "org/a", "rev": "x"}], [{"name": 1}]]
    + [[{"name": "org/a", key: value}] for key in ("ref", "role", "reads", "group") for value in ("", 1)]
    + [[{"name": "org/a", "group": "a", "groups": ["b"]}], [{"name": "org/a", "groups": []}]]
    + [[{"name": "org/a", "group": "two words"}], [{"name": "org/a", "group": "x" * 65}]]
    + [[{"name": "org/a", "optional": "yes"}], [{"name": "org/a", "role": "x" * 65}], [{"name": "a", "files": "*"}]],
    "default-groups": ["default", "", [1], [""], {}],
    "ignore": [
        "org/a",
        [1],
        [""],
        ["a b"],
        [{}],
        [{"model": 1}],
        [{"model": "a", "reason": ""}],
        [{"model": "a", "x": 1}],
    ]
    + [[{"model": "a", "until": value}] for value in ("soon", 1, "2026-1-1")],
    "files": ["some", True],
    "scopes": ["main", ["prod"]],
    "include": ["src", [1]],
    "exclude": ["src", [1]],
    "link-mode": ["magic", 1],
    "exclude-newer": ["", 7, False],
    "exclude-newer-model": [[], {"org/a": True}, {"org/a": ""}, {"org/a@v1": "P7D"}, {"": "P7D"}],
    "lineage": ["no", 0, [], {}],
    "hubs": [[], {"other": {}}, {"huggingface": {"url": "x"}}]
    + [
        {"huggingface": {"endpoint": value}}
        for value in ("ftp://x", "mirror", "https://user:pass@host", "https://host?x=1", "https://", "https://ho st")
    ],
    "policy": [
        [],
        {"licences": {}},
        {"licenses": {"allowed": []}},
        {"licenses": {"allow": "MIT"}},
        {"licenses": {"exceptions": [{}]}},
        {"licenses": {"exceptions": [{"model": "a", "x": 1}]}},
        {"remote-code": "maybe"},
        {"pickle": True},
        {"commercial": "no"},
        {"saas": 1},
        {"territory": "EU"},
        {"territory": ["Europe"]},
        {"users": -1},
        {"users": True},
        {"revenue": 1.5},
        {"revenue": 10**15 + 1},
        {"severity": {"license": "error"}},
        {"severity": {"PTM201": "fatal"}},
        {"licenses": {"datasets": "deny"}},
        {"licenses": {"strict": "yes"}},
    ],
    "bom": [
        [],
        {"autor": "x"},
        {"author": ""},
        {"author": {"email": "a@b"}},
        {"author": {"name": "x", "email": "nobody"}},
        {"author": {"name": "x", "person": "yes"}},
        {"contact": "nobody"},
        {"lifecycle": "born"},
        {"revision": 0},
        {"revision": True},
        {"released": "soon"},
        {"hardware": "rack 7"},
        {"security-policy": "https://user:word@host/"},
        {"description": "x" * 2001},
        {"domains": "retail"},
        {"components": [{}]},
        {"components": [{"name": "a b"}]},
        {"components": [{"name": "a", "content": ["smell"]}]},
        {"components": [{"name": "a", "personal-data": "perhaps"}]},
    ],
    "pr": [
        [],
        {"labels": "models"},
        {"labels": [""]},
        {"reviewers": [" "]},
        {"limit": -1},
        {"limit": True},
        {"limit-per-run": 1001},
        {"base": "a..b"},
        {"base": ""},
        {"branch-prefix": "models"},
        {"branch-prefix": "../"},
        {"branch-prefix": ""},
        {"title-prefix": "x" * 101},
        {"groups": {"two words": []}},
        {"groups": {"a": "acme/*"}},
        {"groups": {"a": ["a b"]}},
        {"ignore": [{}]},
        {"ignore": [{"model": "a", "revision": "HEAD"}]},
        {"ignore": [{"model": "a", "reason": ""}]},
        {"cooldown": ""},
        {"rebase": "always"},
        {"automerge": ["everything"]},
        {"merge-method": "octopus"},
        {"dashboard": "yes"},
        {"automerge": True},
        {"auto-merge": []},
    ],
    "workspace": [
        [],
        {"member": []},
        {"members": "a"},
        {"members": ["../a"]},
        {"members": ["/a"]},
        {"members": [""]},
        {"members": ["a/../b"]},
        {"exclude": ["."]},
        {"exclude": ["a\\b"]},
    ],
    "loaders": [
        [{}],
        [1],
        [{"call": "load", "model": 0}],
        [{"call": "a.b", "model": -1}],
        [{"call": "a.b", "model": True}],
        [{"call": "a.b", "model": {"position": 0}}],
        [{"call": "a.b", "model": 0, "kind": "x"}],
        [{"call": "a.b", "model": 0, "quiet": 1}],
        [{"call": "a.b", "model": 0, "x": 1}],
    ],
}


def _cases(table: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(key, value) for key, values in table.items() for value in values]


def _parser_takes(document: dict[str, Any]) -> bool:
    try:
        manifest.parse(tomlkit.dumps(document).encode(), "ptm.toml")
    except ManifestError:
        return False
    return True


def test_the_schema_is_one_and_knows_the_keys_of_the_parser() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == KEYS == GOOD.keys() == BAD.keys()
    assert set(SCHEMA["$defs"]["model"]["properties"]) == MODEL_KEYS
    assert tuple(SCHEMA["properties"]["files"]["enum"]) == FILES
    assert tuple(SCHEMA["properties"]["scopes"]["items"]["enum"]) == SCOPES
    assert tuple(SCHEMA["properties"]["link-mode"]["enum"]) == LINK_MODES
    assert tuple(SCHEMA["$defs"]["verdict"]["enum"]) == VERDICTS
    assert tuple(SCHEMA["$defs"]["loader"]["properties"]["notation"]["enum"]) == NOTATIONS
    assert tuple(SCHEMA["$defs"]["loader"]["properties"]["kind"]["enum"]) == KINDS
    assert set(bom := SCHEMA["$defs"]["bom"]["properties"]) == BOM_KEYS
    assert set(pr := SCHEMA["$defs"]["pr"]["properties"]) == PR_KEYS
    assert tuple(pr["automerge"]["items"]["enum"]) == AUTOMERGE
    assert (tuple(pr["rebase"]["enum"]), tuple(pr["merge-method"]["enum"])) == (REBASES, MERGE_METHODS)
    assert tuple(bom["lifecycle"]["enum"]) == PHASES
    assert set(component := bom["components"]["items"]["properties"]) == COMPONENT_KEYS
    assert tuple(component["content"]["items"]["enum"]) == CONTENTS
    assert tuple(component["personal-data"]["enum"]) == PRESENCES


@pytest.mark.parametrize(("key", "value"), _cases(GOOD))
def test_what_is_right_is_right_for_both(key: str, value: object) -> None:
    assert _parser_takes({key: value})
    VALIDATOR.validate({key: value})


@pytest.mark.parametrize(("key", "value"), _cases(BAD))
def test_what_is_wrong_is_wrong_for_both(key: str, value: object) -> None:
    assert not _parser_takes({key: value})
    assert not VALIDATOR.is_valid({key: value})


_LEAVES = st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "org/a", "all", "P7D", "default", "a b", "allow"])
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from([*sorted(MODEL_KEYS), "model", "licenses", "members", "x"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), _VALUES, max_size=3))
def test_the_parser_takes_nothing_that_the_schema_refuses(document: dict[str, Any]) -> None:
    # the other way round the parser may know better: versions, times, names that no system can hold
    if _parser_takes(document):
        VALIDATOR.validate(document)


@given(st.data())
def test_right_values_go_together(data: st.DataObject) -> None:
    keys = data.draw(st.sets(st.sampled_from(sorted(GOOD)), max_size=5))
    document = {key: data.draw(st.sampled_from(GOOD[key])) for key in sorted(keys)}
    VALIDATOR.validate(document)
    assert _parser_takes(document)


def test_the_example_of_the_page_is_right_and_uses_every_key() -> None:
    example = next(block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "required-version" in block)
    table = tomllib.loads(example)["tool"]["ptmdeps"]
    assert table.keys() == KEYS - {"workspace"}
    assert manifest.parse(example.encode(), "pyproject.toml").source == "pyproject.toml"
    VALIDATOR.validate(json.loads(json.dumps(table, default=str)))


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_every_example_of_the_page_is_right(block: str) -> None:
    manifest.parse(block.encode(), "pyproject.toml")


def test_the_page_has_a_row_for_every_key_of_a_model_and_of_pull_requests() -> None:
    assert [key for key in sorted(MODEL_KEYS | PR_KEYS) if f"| `{key}` |" not in PAGE] == []
