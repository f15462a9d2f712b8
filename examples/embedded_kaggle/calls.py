"""Requests as calls: JSON to `models.ModelApiService`, or a path that says the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from embedded_hub.exchange import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_hub.exchange import Request

_SERVICE = "models.ModelApiService"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call by its name, with the fields of its request message in their JSON names."""

    name: str
    fields: Mapping[str, Any]

    def text(self, field: str) -> str:
        """Return a field, empty where it is not given."""
        value = self.fields.get(field)
        return value if isinstance(value, str) else ""

    def number(self, field: str) -> int:
        """Return a number, 0 where none is given."""
        value = self.fields.get(field)
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        return value if isinstance(value, int) else 0


def parse(request: Request) -> Call:
    """Return the call that a request makes.

    Raises:
        Refused: 404 for what is no call, 400 for a body that is no JSON object.
    """
    match request.segments:
        case ("api", "v1", *parts) | ("v1", *parts):
            return _posted(request, parts) if request.method == "POST" else _named_by_path(request, parts)
    raise Refused(HTTPStatus.NOT_FOUND, "Not found")


def _posted(request: Request, parts: list[str]) -> Call:
    if parts == ["api.v1.DiagnosticsService", "Hello"]:
        return Call(name="Hello", fields={})
    if len(parts) != len(("service", "call")) or parts[0] != _SERVICE:
        raise Refused(HTTPStatus.NOT_FOUND, "Not found")
    try:
        fields = json.loads(request.body or b"{}")
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "The request body is not valid JSON")
    return Call(name=parts[1], fields=fields)


def _named_by_path(request: Request, parts: list[str]) -> Call:
    match parts:
        case ("models", owner, model, "get"):
            return _call("GetModel", request, ownerSlug=owner, modelSlug=model)
        case ("models", owner, model, "list"):
            return _call("ListModelInstances", request, ownerSlug=owner, modelSlug=model)
        case ("models", owner, model, framework, variation, *rest):
            name, more = _of_instance(rest)
            given = {"ownerSlug": owner, "modelSlug": model, "framework": framework, "instanceSlug": variation}
            return _call(name, request, **given, **more)
    raise Refused(HTTPStatus.NOT_FOUND, "Not found")


def _of_instance(rest: list[str]) -> tuple[str, dict[str, str]]:
    match rest:
        case ("get",):
            return "GetModelInstance", {}
        case ("list",):
            return "ListModelInstanceVersions", {}
        case ("files",):
            return "ListModelInstanceVersionFiles", {}
        case (version, "files"):
            return "ListModelInstanceVersionFiles", {"versionNumber": version}
        case (version, "download"):
            return "DownloadModelInstanceVersion", {"versionNumber": version}
        case (version, "download", *path):
            return "DownloadModelInstanceVersion", {"versionNumber": version, "path": "/".join(path)}
    raise Refused(HTTPStatus.NOT_FOUND, "Not found")


def _call(name: str, request: Request, **fields: str) -> Call:
    # The gateway takes either spelling of a parameter, as is usual for messages of this kind.
    query = dict(request.parameters)
    paging = {
        "pageSize": query.get("pageSize") or query.get("page_size"),
        "pageToken": query.get("pageToken") or query.get("page_token"),
    }
    return Call(name=name, fields=fields | {field: value for field, value in paging.items() if value})
