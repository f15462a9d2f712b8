"""``a + b`` and its kin, for what is known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from ptmdeps.hubconf import attributes, containers, texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_BITS, MAX_ITEMS, RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Value

_OPERATORS: Mapping[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("add", operator.add),
    ast.Sub: ("sub", operator.sub),
    ast.Mult: ("mul", operator.mul),
    ast.Div: ("truediv", operator.truediv),
    ast.FloorDiv: ("floordiv", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
    ast.Pow: ("pow", operator.pow),
    ast.BitOr: ("or", operator.or_),
    ast.BitAnd: ("and", operator.and_),
    ast.BitXor: ("xor", operator.xor),
    ast.LShift: ("lshift", operator.lshift),
    ast.RShift: ("rshift", operator.rshift),
}
_GROWING = (ast.Pow, ast.LShift)
_LARGEST_EXPONENT = 64


def signed(sign: ast.unaryop, value: Value) -> Value:
    """Return ``-value``, ``+value``, ``~value`` of a number."""
    if isinstance(value, int | float):
        if isinstance(sign, ast.USub):
            return -value
        if isinstance(sign, ast.UAdd):
            return +value
        if isinstance(value, int):
            return ~value
    return value if isinstance(value, v.Opaque) else v.UNKNOWN


def binary(machine: Machine, sign: ast.operator, left: Value, right: Value) -> Value:  # noqa: C901, PLR0911 - one result a case
    """Return ``left sign right``; neither is a choice."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _numbers(machine, sign, left, right)
    match sign, left, right:
        case ast.Add(), str() | v.Opaque(), str() | v.Opaque() if isinstance(left, str) or isinstance(right, str):
            return texts.concatenated(machine, [left, right])
        case ast.Mod(), str(), _:
            return texts.percent(machine, left, right)
        case ast.Mult(), str(), int() | bool():
            return texts.repeated(left, int(right))
        case ast.Div(), v.PathText(text=text), str() | v.PathText():
            return v.PathText(texts.path_join(text, texts.plain(right) or ""))
        case ast.Div(), str(), v.PathText(text=text):
            return v.PathText(texts.path_join(left, text))
        case ast.Add(), v.Items(), v.Items():
            return machine.items([*left.values, *right.values][:MAX_ITEMS], left.kind, more=left.open or right.open)
        case ast.Mult(), v.Items(), int():
            count = max(0, min(int(right), MAX_ITEMS // max(1, len(left.values))))
            return machine.items(left.values * count, left.kind, more=left.open or count < right)
        case ((ast.BitOr() | ast.Sub() | ast.BitAnd()), v.Items(), v.Items()):
            return containers.set_algebra(machine, sign, left, right)
        case ast.BitOr(), v.Table(), v.Table():
            merged = machine.table(dict(left.entries), left.rest)
            containers.update(machine, merged, right)
            return merged
    textual = all(isinstance(one, str | v.Instance) and texts.plain(one) is not None for one in (left, right))
    if isinstance(sign, ast.Add) and textual:
        return texts.concatenated(machine, [left, right])
    return _overloaded(machine, sign, left, right)


def _overloaded(machine: Machine, sign: ast.operator, left: Value, right: Value) -> Value:
    if isinstance(left, v.Instance) and type(sign) in _OPERATORS:
        method = attributes.of_class(machine, left.of, f"__{_OPERATORS[type(sign)][0]}__")
        if isinstance(method, v.Function):
            return machine.call(method, v.Arguments((left, right)))
    return next((one for one in (left, right) if isinstance(one, v.Opaque)), v.UNKNOWN)


def _numbers(machine: Machine, sign: ast.operator, left: float, right: float) -> Value:
    if type(sign) not in _OPERATORS:
        return v.UNKNOWN
    if isinstance(left, int) and isinstance(right, int):
        if max(left.bit_length(), right.bit_length()) > MAX_BITS:
            return v.UNKNOWN
        if isinstance(sign, _GROWING) and abs(right) > _LARGEST_EXPONENT:
            return v.UNKNOWN
    try:
        result: Value = _OPERATORS[type(sign)][1](left, right)
    except ZeroDivisionError:
        raise RaisedError("ZeroDivisionError", machine.place) from None
    except (TypeError, ValueError, OverflowError):
        return v.UNKNOWN
    return result
