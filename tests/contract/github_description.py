"""GitHub's published OpenAPI description, and whether requests and answers are as it says.

``github_description.json`` beside this file is a slice of ``api.github.com.json`` of the npm package
``@octokit/openapi`` (MIT; its notice is in the file): the operations of ``OPERATIONS`` and the schemas that they lead
to, without examples and descriptions, otherwise as published. ``tests/external/validate_github.py`` makes it anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator

from embedded_forge.github import EmbeddedForgeGitHub
from embedded_hub.exchange import Answer, Request

SLICE = Path(__file__).with_suffix(".json")
_REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "": ("get",),
    "/git/ref/{ref}": ("get",),
    "/git/refs": ("post",),
    "/git/refs/{ref}": ("patch", "delete"),
    "/git/blobs": ("post",),
    "/git/blobs/{file_sha}": ("get",),
    "/git/trees": ("post",),
    "/git/trees/{tree_sha}": ("get",),
    "/git/commits": ("post",),
    "/git/commits/{commit_sha}": ("get",),
    "/contents/{path}": ("get",),
    "/compare/{basehead}": ("get",),
    "/commits": ("get",),
    "/commits/{ref}/check-runs": ("get",),
    "/commits/{ref}/status": ("get",),
    "/pulls": ("get", "post"),
    "/pulls/{pull_number}": ("get", "patch"),
    "/pulls/{pull_number}/merge": ("put",),
    "/pulls/{pull_number}/requested_reviewers": ("post",),
    "/issues": ("get", "post"),
    "/issues/{issue_number}": ("get", "patch"),
    "/issues/{issue_number}/labels": ("post",),
    "/issues/{issue_number}/assignees": ("post",),
    "/issues/{issue_number}/comments": ("get", "post"),
    "/labels": ("get", "post"),
}
"""What is spoken of a repository, by the path below it."""
_PROSE = frozenset({"description", "summary", "example", "examples", "externalDocs", "x-github", "tags", "title"})
_UNTOLD = frozenset({301, 401, 403, 404, 409, 422, 429})
"""Errors that GitHub answers with anywhere, whether or not an operation lists them: they are ``basic-error`` then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer; ``path`` is below the root of the API, as sent."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    status: int
    answer: bytes = b""


@dataclass(kw_only=True)
class Description:
    """A whole description, or a slice of it; ``validated`` counts what was looked at, by operation and status."""

    document: Mapping[str, Any] = field(repr=False)
    validated: dict[str, int] = field(default_factory=dict)
    _validators: dict[int, Draft202012Validator] = field(default_factory=dict, repr=False)
    """By the identity of the part of ``document`` that they are for."""

    @classmethod
    def read(cls, path: Path = SLICE) -> Description:
        return cls(document=json.loads(path.read_bytes()))

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """The most exact one first; ``path``, ``ref`` and ``basehead`` may have slashes."""
        deep = r"\{(path|ref|basehead)\}"
        paths = sorted(self.document["paths"], key=lambda path: (path.count("{"), -len(path)))
        return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", re.sub(deep, ".+", path))), path) for path in paths]

    @cached_property
    def _root(self) -> dict[str, Any]:
        """All schemas in the words of JSON Schema, where ``null`` is a type."""
        return {"components": {"schemas": _plain(self.document["components"]["schemas"])}}

    def problems(self, exchange: Exchange) -> Iterator[str]:
        """What is not as described, in the request and in the answer."""
        found = next((path for pattern, path in self._patterns if pattern.fullmatch(unquote(exchange.path))), None)
        operation = self.document["paths"][found].get(exchange.method.lower()) if found else None
        if operation is None:
            yield f"{exchange.method} {exchange.path}: no such operation is described"
            return
        key = f"{exchange.method} {found} {exchange.status}"
        self.validated[key] = self.validated.get(key, 0) + 1
        refused = exchange.status in range(400, 500)
        if not refused:
            yield from (f"{key}: request: {problem}" for problem in self._request(exchange, operation))
        yield from (f"{key}: answer: {problem}" for problem in self._answer(exchange, operation))

    def _request(self, exchange: Exchange, operation: Mapping[str, Any]) -> Iterator[str]:
        parameters = [self._followed(one) for one in operation.get("parameters", [])]
        queries = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
        for name, value in parse_qsl(exchange.query, keep_blank_values=True):
            if name not in queries:
                yield f"the parameter `{name}` is not described"
            else:
                number = value.isdecimal() and _plain(self._followed(queries[name])).get("type") == "integer"
                yield from self._violations(int(value) if number else value, queries[name])
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        body = json.loads(exchange.body) if exchange.body else None
        if schema is None:
            yield from ["it has a body"] if body is not None else []
            return
        yield from self._violations(body, schema)
        known = self._properties(schema)
        yield from (f"the property `{name}` is not described" for name in body or () if name not in known)

    def _answer(self, exchange: Exchange, operation: Mapping[str, Any]) -> Iterator[str]:
        if exchange.status == 304:  # RFC 9110, 15.4.5: any GET may be answered so, and has no body then
            yield from ["it has a body"] if exchange.answer else []
            return
        responses = operation["responses"]
        told = responses.get(str(exchange.status))
        if told is None and exchange.status not in _UNTOLD:
            yield f"the status {exchange.status} is not described"
            return
        content = {} if told is None else self._followed(told).get("content", {})
        if told is not None and not content:
            yield from ["it has a body"] if exchange.answer and exchange.status < 300 else []
            return
        error = self.document["components"]["schemas"]["basic-error"]
        schema = error if told is None else content.get("application/json", {}).get("schema")
        yield from self._violations(json.loads(exchange.answer), schema or error)

    def _violations(self, value: object, schema: Mapping[str, Any]) -> Iterator[str]:
        validator = self._validators.get(id(schema))
        if validator is None:
            validator = Draft202012Validator({**self._root, "allOf": [_plain(schema)]})
            self._validators[id(schema)] = validator
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {_deepest(error).message[:300]}"

    def _properties(self, schema: Mapping[str, Any]) -> set[str]:
        schema = self._followed(schema)
        parts = [part for name in ("oneOf", "anyOf", "allOf") for part in schema.get(name, [])]
        return set(schema.get("properties", {})).union(*(self._properties(part) for part in parts))

    def _followed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        return item if "$ref" not in item else self._followed(_at(self.document, item["$ref"]))


class CheckedGitHub(EmbeddedForgeGitHub):
    """The embedded GitHub, whose every request and answer is held against the description.

    ``problems`` are those found so far; a test has none when it ends. GraphQL is not in the description, and faults
    that a test asks for are not looked at.
    """

    def __init__(self, root: Path, *, enterprise: bool = False, description: Description | None = None) -> None:
        super().__init__(root, enterprise=enterprise)
        self.description = description or Description.read()
        self.problems: list[str] = []

    def respond(self, request: Request) -> Answer:
        answer = super().respond(request)
        if not request.path.endswith("/graphql"):
            path = request.path.removeprefix("".join(f"/{part}" for part in self.prefix))
            exchange = Exchange(
                method=request.method,
                path=path,
                query=request.query,
                body=request.body,
                status=int(answer.status),
                answer=answer.body.content(),
            )
            self.problems += self.description.problems(exchange)
        return answer


def sliced(document: Mapping[str, Any], notice: str) -> dict[str, Any]:
    """What ``OPERATIONS`` need of the whole description, without prose; ``notice`` is that of its licence."""
    paths = {
        _REPOSITORY + path: {method: _bare(document["paths"][_REPOSITORY + path][method]) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    made: dict[str, Any] = {
        "openapi": document["openapi"],
        "info": _info(document, notice),
        "paths": paths,
        "components": {},
    }
    waiting = [*_references(paths), "#/components/schemas/basic-error"]
    while waiting:
        reference = waiting.pop()
        _, kind, name = reference.removeprefix("#/").split("/")
        group = made["components"].setdefault(kind, {})
        if name not in group:
            group[name] = _bare(_at(document, reference))
            waiting += _references(group[name])
    made["components"].setdefault("schemas", {})
    return made


def _info(document: Mapping[str, Any], notice: str) -> dict[str, Any]:
    return {name: document["info"][name] for name in ("title", "version", "license")} | {
        "x-origin": "a slice of api.github.com.json of the npm package @octokit/openapi",
        "x-notice": notice,
    }


def _bare(node: Any, *, named: bool = False) -> Any:
    """A part of a description without prose; ``named``: its keys are names of properties, whatever they are called."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if named or key not in _PROSE}
    return {key: _bare(value, named=key == "properties" and not named) for key, value in kept.items()}


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for value in node.values() for found in _references(value)]


def _at(document: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def _plain(node: Any) -> Any:
    """OpenAPI 3.0 in the words of JSON Schema: ``nullable`` is a choice between the schema and ``null``."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _plain(value) for key, value in node.items() if key not in {"nullable", "discriminator"}}
    return {"anyOf": [kept, {"type": "null"}]} if node.get("nullable") is True else kept


def _deepest(error: Any) -> Any:
    """Of a choice that does not hold, the reason in the branch that came furthest."""
    while error.context:
        error = max(error.context, key=lambda one: len(one.absolute_path))
    return error
