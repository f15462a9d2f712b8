"""GitLab and Gitea as the tests know them, against what those publish. Not part of the test suite: run by hand.

    python tests/external/validate_forges.py gitea=FILE gitlab=FILE

Each file is a description of the API, and is not copied here:

- Gitea: ``templates/swagger/v1_json.tmpl`` of its sources, or ``/swagger.v1.json`` of a server; Forgejo likewise,
- GitLab: ``doc/api/openapi/openapi_v2.yaml`` or ``openapi_v3.yaml`` of its sources; any OpenAPI 3 will do.

The contract of ``tests/contract/test_forges.py`` is run, and every request of our client and every answer of the
embedded servers is held against the description: paths, parameters, bodies, statuses. Nothing is downloaded. What the
description does not tell (``null`` for what is not required: no server of those says so) is not asked for.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml
from jsonschema import Draft202012Validator

from embedded_forge.gitea import EmbeddedForgeGitea
from embedded_forge.gitlab import EmbeddedForgeGitLab
from embedded_hub.exchange import Answer, Request

SERVERS: dict[str, tuple[type[EmbeddedForgeGitea | EmbeddedForgeGitLab], str]] = {
    "gitea": (EmbeddedForgeGitea, "/api/v1"),
    "gitlab": (EmbeddedForgeGitLab, "/api/v4"),
}
DEEP = re.compile(r"\\\{(?:filepath|branch|ref|sha|basehead)\\\}")
"""Parts of a path that may have slashes at Gitea; GitLab quotes them."""


class Description:
    """A description in Swagger 2 or OpenAPI 3; ``seen`` counts what was looked at, ``problems`` what was not right."""

    def __init__(self, path: Path, root: str) -> None:
        text = re.sub(r"\{\{[^{}]*\}\}", "", path.read_text())
        self.document: Any = yaml.safe_load(text) if path.suffix in {".yaml", ".yml"} else json.loads(text)
        self.root = root
        self.seen: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        paths = sorted(self.document["paths"], key=lambda one: (one.count("{"), -len(one)))
        self.patterns = [(re.compile(self._pattern(one)), one) for one in paths]
        kinds = ("definitions", "components")
        self.schemas = {kind: _loose(self.document[kind]) for kind in kinds if kind in self.document}

    def _pattern(self, path: str) -> str:
        escaped = DEEP.sub(".+", re.escape(path.removeprefix(self.root)))
        return re.sub(r"\\\{\w+\\\}", "[^/]+", escaped)

    def look_at(self, request: Request, answer: Answer) -> None:
        """Note what is not as described."""
        path = request.path.removeprefix(self.root)
        if path == request.path:
            return  # Git itself
        method = request.method.lower()
        found = [
            (told, self.document["paths"][told][method])
            for pattern, told in self.patterns
            if pattern.fullmatch(path) and method in self.document["paths"][told]
        ]
        if not found:
            self.unknown[f"{request.method} {re.sub('[0-9a-f]{40}', '{sha}', path)}"] += 1
            return
        told, operation = found[0]
        key = f"{request.method} {told} {int(answer.status)}"
        self.seen[key] += 1
        asked = self._asked(request, operation) if answer.status < 400 else ()
        for problem in (*asked, *self._answered(answer, operation)):
            self.problems[f"{key}: {problem}"] += 1

    def _asked(self, request: Request, operation: Mapping[str, Any]) -> Iterator[str]:
        parameters = [self._followed(one) for one in operation.get("parameters", [])]
        names = {one["name"].removesuffix("[]"): one for one in parameters if one["in"] == "query"}
        for name, value in parse_qsl(request.query, keep_blank_values=True):
            if name not in names:
                yield f"the parameter `{name}` is not described"
            elif (allowed := _enumerated(names[name])) and value not in allowed:
                yield f"the parameter `{name}` is not one of {allowed}"
        body = json.loads(request.body) if request.body else None
        schema = next((one["schema"] for one in parameters if one["in"] == "body"), None)
        content = self._followed(operation.get("requestBody", {})).get("content", {})
        schema = content.get("application/json", {}).get("schema", schema)
        if schema is None:
            yield from ["it has a body"] if body is not None else []
            return
        yield from self._violations(body, schema, "request")
        known = self._followed(schema).get("properties", {})
        yield from (f"the property `{name}` is not described" for name in body or () if known and name not in known)

    def _answered(self, answer: Answer, operation: Mapping[str, Any]) -> Iterator[str]:
        told = operation["responses"].get(str(int(answer.status)))
        if told is None:
            yield from [] if answer.status >= 400 else ["the status is not described"]
            return
        told = self._followed(told)
        schema = told.get("schema") or told.get("content", {}).get("application/json", {}).get("schema")
        content = answer.body.content()
        if schema and schema.get("type") not in {"file", "string"} and answer.document is not None:
            yield from self._violations(json.loads(content), schema, "answer")

    def _violations(self, value: object, schema: Mapping[str, Any], what: str) -> Iterator[str]:
        validator = Draft202012Validator({**self.schemas, "allOf": [_loose(schema)]})
        for error in validator.iter_errors(value):
            yield f"{what}: {re.sub(r'[0-9]+', 'N', error.json_path)}: {error.message[:120]}"

    def _followed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in item:
            found: Any = self.document
            for part in item["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            item = found
        return item


def _enumerated(parameter: Mapping[str, Any]) -> list[str]:
    """The values that a parameter may have; none where any will do."""
    schema = parameter.get("schema", parameter)
    return [str(value) for value in schema.get("enum", [])]


def _loose(node: Any, *, named: bool = False) -> Any:
    """A schema in which what is not required may be ``null``; ``named``: its keys are names of properties."""
    if isinstance(node, list):
        return [_loose(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _loose(value, named=key == "properties" and not named)
        for key, value in node.items()
        if named or key not in {"example", "nullable", "format", "discriminator", "enum"}
    }
    return {key: {"anyOf": [value, {"type": "null"}]} for key, value in kept.items()} if named else kept


def main(arguments: list[str]) -> int:
    """Run the contract, print what was looked at, and return how much was not right."""
    descriptions: dict[str, Description] = {}
    for argument in arguments:
        name, _, path = argument.partition("=")
        server, root = SERVERS[name]
        descriptions[name] = _watched(server, Description(Path(path), root))
    contract = Path(__file__).parents[1] / "contract" / "test_forges.py"
    chosen = " or ".join(descriptions)
    failed = pytest.main(["-q", "-p", "no:cacheprovider", "-k", chosen, str(contract)])
    for name, description in descriptions.items():
        print(f"\n{name}: {sum(description.seen.values())} exchanges of {len(description.seen)} kinds")
        for title, counted in (("", description.seen), ("NOT RIGHT ", description.problems)):
            print("\n".join(f"  {title}{count:4} {what}" for what, count in sorted(counted.items())))
        print("\n".join(f"  not described {count:4} {what}" for what, count in sorted(description.unknown.items())))
    return int(failed) + sum(len(description.problems) for description in descriptions.values())


def _watched(server: type[EmbeddedForgeGitea | EmbeddedForgeGitLab], description: Description) -> Description:
    answering = server.respond

    def respond(self: Any, request: Request) -> Answer:
        answer = answering(self, request)
        description.look_at(request, answer)
        return answer

    setattr(server, "respond", respond)  # noqa: B010 - every server of the tests is watched
    return description


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
