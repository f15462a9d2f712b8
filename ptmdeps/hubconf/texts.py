"""Texts: put together, formatted, taken apart. Nothing here grows beyond ``MAX_TEXT`` or takes long."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from string import Formatter

from ptmdeps.hubconf import attributes, containers
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_BITS, MAX_TEXT, RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Arguments, Value

_SPEC = re.compile(r"(?:[^{}]?[<>=^])?[-+ ]?#?0?\d{0,3}[,_]?(?:\.\d{1,2})?[a-zA-Z%]?")
_PERCENT = re.compile(r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[-+ #0]{0,5}\d{0,3}(?:\.\d{1,2})?)(?P<kind>.)", re.DOTALL)
_NUMBERED = re.compile(r"\d{1,4}")


def plain(value: Value) -> str | None:  # noqa: PLR0911 - one result a case
    """Return ``str(value)``; nothing if that is not known."""
    match value:
        case str():
            return value
        case v.PathText(text=text):
            return text
        case v.Instance(of=v.Class(kind="enum", name=name), payload=payload, attributes=known):
            return payload if isinstance(payload, str) else f"{name}.{known.get('name')}"
        case v.Instance(payload=str() as payload):
            return payload
        case int() if value.bit_length() > MAX_BITS:
            return None
        case bool() | int() | float() | None:
            return str(value)
    return None


def path_join(first: str, *others: str) -> str:
    """Join paths; what stands for a folder of the machine is absolute."""
    joined = first
    for other in others:
        joined = other if other.startswith(("$", "~")) else posixpath.join(joined, other)
    return joined[:MAX_TEXT]


def concatenated(machine: Machine, parts: Iterable[Value]) -> Value:
    """Return the parts one after the other; a choice of texts if a part is one."""
    whole: Value = ""
    for part in parts:
        whole = machine.each(whole, lambda one, other=part: machine.each(other, lambda last: _two(one, last)))  # type: ignore[misc]
    return whole


def _two(first: Value, second: Value) -> Value:
    one, other = plain(first), plain(second)
    if one is None or other is None:
        if isinstance(first, v.Reply) or isinstance(second, v.Reply):
            return v.Opaque("it depends on what a server answers")
        return next((part for part in (first, second) if isinstance(part, v.Opaque)), v.UNKNOWN)
    return one + other if len(one) + len(other) <= MAX_TEXT else v.Opaque("it is a very long text")


def repeated(text: str, count: int) -> Value:
    """Return ``text * count``."""
    return text * count if len(text) * max(count, 0) <= MAX_TEXT else v.Opaque("it is a very long text")


def formatted(machine: Machine, value: Value, conversion: str, spec: Value) -> Value:
    """Return ``format(value, spec)`` after ``!s`` or ``!r``."""
    if isinstance(value, v.Opaque | v.Reply) or not isinstance(spec, str) or not _SPEC.fullmatch(spec):
        return value if isinstance(value, v.Opaque | v.Reply) else v.UNKNOWN
    if conversion == "r" and isinstance(value, str | int | float | None):
        return repr(value)
    if spec and isinstance(value, str | int | float) and not conversion:
        try:
            return format(value, spec)
        except (ValueError, TypeError):
            raise RaisedError("ValueError", machine.place) from None
    text = plain(value)
    return v.UNKNOWN if text is None else format(text, spec if conversion else "")


def percent(machine: Machine, template: str, value: Value) -> Value:
    """Return ``template % value``."""
    given = list(value.values) if isinstance(value, v.Items) and value.kind == "tuple" else [value]
    parts: list[Value] = []
    end = count = 0
    for found in _PERCENT.finditer(template):
        parts.append(template[end : found.start()])
        end = found.end()
        if found["kind"] == "%":
            parts.append("%")
            continue
        if found["key"] is not None:
            one = containers.item(machine, value, found["key"])
        else:
            one = given[count] if count < len(given) else v.UNKNOWN
            count += 1
        parts.append(machine.each(one, lambda part, how=found: _percent(part, how)))  # type: ignore[misc]
    return concatenated(machine, [*parts, template[end:]])


def _percent(value: Value, found: re.Match[str]) -> Value:
    known = plain(value) if found["kind"] in "sr" else value
    if not isinstance(known, str | int | float):
        return value if isinstance(value, v.Opaque) else v.UNKNOWN
    try:
        return f"%{found['flags']}{found['kind']}" % known
    except (ValueError, TypeError, OverflowError):
        return v.UNKNOWN


def filled(machine: Machine, template: str, arguments: Arguments) -> Value:
    """Return ``template.format(…)``."""
    parts: list[Value] = []
    count = 0
    try:
        fields = list(Formatter().parse(template))
    except ValueError:
        raise RaisedError("ValueError", machine.place) from None
    for literal, name, spec, conversion in fields:
        parts.append(literal)
        if name is None:
            continue
        head, rest = re.match(r"([^.\[]*)(.*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
        if not head:
            head, count = str(count), count + 1
        value = _field(arguments, head)
        if rest:
            value = _inside(machine, value, rest)
        how = spec or ""
        parts.append(machine.each(value, lambda one, c=conversion or "", s=how: formatted(machine, one, c, s)))  # type: ignore[misc]
    return concatenated(machine, parts)


def _field(arguments: Arguments, head: str) -> Value:
    if _NUMBERED.fullmatch(head):
        position = int(head)
        return arguments.positional[position] if position < len(arguments.positional) else v.UNKNOWN
    return arguments.keywords.get(head, v.UNKNOWN)


def _inside(machine: Machine, value: Value, rest: str) -> Value:
    for name, key in re.findall(r"\.([^.\[\]]+)|\[([^\[\]]+)\]", rest)[:8]:
        known = int(key) if _NUMBERED.fullmatch(key) else key
        value = attributes.attribute(machine, value, name) if name else containers.item(machine, value, known)
    return value


def method(name: str) -> Callable[[Machine, str, Arguments], Value] | None:
    """Return what a method of ``str`` does."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    if name not in _PLAIN:
        return None

    def plainly(machine: Machine, text: str, arguments: Arguments) -> Value:
        return with_known(machine, arguments, lambda *given: _wrapped(machine, getattr(text, name)(*given)))

    return plainly


def with_known(machine: Machine, arguments: Arguments, function: Callable[..., Value]) -> Value:
    """Call a function of Python with arguments that are constants, for all that they can be."""

    def rest(done: tuple[Value, ...], left: tuple[Value, ...]) -> Value:
        if left:
            return machine.each(left[0], lambda one: rest((*done, one), left[1:]))
        known = [_constant(one) for one in done]
        unknown = next((one for one in done if isinstance(one, v.Opaque)), None)
        if unknown is not None or any(one is _NOT for one in known):
            return unknown or v.UNKNOWN
        try:
            return function(*known)
        except (TypeError, AttributeError):
            return v.UNKNOWN
        except (ValueError, OverflowError, IndexError) as error:
            raise RaisedError(type(error).__name__, machine.place) from None

    if arguments.open:
        return v.UNKNOWN
    return rest((), (*arguments.positional, *arguments.keywords.values()))


_NOT = object()


def _constant(value: Value) -> object:
    if isinstance(value, v.Items) and value.kind == "tuple" and not value.open:
        parts = tuple(_constant(one) for one in value.values)
        return _NOT if any(part is _NOT for part in parts) else parts
    if isinstance(value, str | int | float | bytes | None):
        return value
    return plain(value) if isinstance(value, v.PathText | v.Instance) and plain(value) is not None else _NOT


def _wrapped(machine: Machine, result: object) -> Value:
    if isinstance(result, list | tuple):
        return machine.items(result, "list" if isinstance(result, list) else "tuple")
    return result


def _replaced(machine: Machine, text: str, arguments: Arguments) -> Value:
    def replace(old: str, new: str, count: int = -1) -> Value:
        if (text.count(old) if old else len(text) + 1) * len(new) > MAX_TEXT:
            return v.Opaque("it is a very long text")
        return text.replace(old, new, count)

    return with_known(machine, arguments, replace)


def _joined(machine: Machine, text: str, arguments: Arguments) -> Value:
    def join(parts: Value) -> Value:
        found = containers.elements(machine, parts)
        if found is None or found.open:
            return v.UNKNOWN
        between: list[Value] = []
        for part in found.values:
            between += [text, part] if between else [part]
        return concatenated(machine, between)

    return machine.each(arguments.get(0, "iterable"), join)


def _padded(name: str) -> Callable[[Machine, str, Arguments], Value]:
    def pad(machine: Machine, text: str, arguments: Arguments) -> Value:
        width = arguments.get(0, "width")
        if not isinstance(width, int) or width > MAX_TEXT:
            return v.UNKNOWN
        return with_known(machine, arguments, getattr(text, name))

    return pad


_SPECIAL: Mapping[str, Callable[[Machine, str, Arguments], Value]] = {
    "format": filled,
    "join": _joined,
    "replace": _replaced,
    "center": _padded("center"),
    "ljust": _padded("ljust"),
    "rjust": _padded("rjust"),
    "zfill": _padded("zfill"),
}
_PLAIN = frozenset(
    {
        *("capitalize", "casefold", "count", "encode", "endswith", "find", "index", "isalnum", "isalpha", "isdecimal"),
        *("isdigit", "isidentifier", "islower", "isnumeric", "isspace", "istitle", "isupper", "lower", "lstrip"),
        *("partition", "removeprefix", "removesuffix", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split"),
        *("splitlines", "startswith", "strip", "swapcase", "title", "upper"),
    }
)


def substituted(pattern: str, replacement: str, text: str) -> str | None:
    """Return ``re.sub(…)`` for patterns that cannot take long: characters and classes; nothing for others."""
    if len(text) > 1000 or len(pattern) > 200 or not _SIMPLE.fullmatch(pattern) or "\\" in replacement:  # noqa: PLR2004
        return None
    try:
        result = re.sub(pattern, replacement, text)
    except re.error:
        return None
    return result if len(result) <= MAX_TEXT else None


_SIMPLE = re.compile(r"(?:\^?\[(?:[^\]\\]|\\.)+\]\+?|[^\\.^$*+?{}\[\]|()]|\\[^0-9a-zA-Z]|\\[dws]\+?)+\$?")
