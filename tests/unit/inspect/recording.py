"""The oracle of the extractor: real unpicklers whose every global is an object that does nothing."""

from __future__ import annotations

import io
import pickle
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

MAGIC = 0x1950A86A20F9469CFC6C


class Inert:
    """Stands for every class, function and object."""

    def __new__(cls, *_arguments: Any, **_named: Any) -> Any:
        return object.__new__(cls)

    def __init__(self, *_arguments: Any, **_named: Any) -> None:
        pass

    def __call__(self, *_arguments: Any, **_named: Any) -> Any:
        return Inert()

    def __setstate__(self, _state: object) -> None:
        pass

    def __setitem__(self, _key: object, _value: object) -> None:
        pass

    def __eq__(self, _other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def append(self, _value: object) -> None:
        pass

    def extend(self, _values: object) -> None:
        pass

    def add(self, _value: object) -> None:
        pass


def written(module: str, name: str) -> str:
    """A global as the extractor writes it."""
    return f"{module}{':' if '.' in name else '.'}{name}"


class _PythonUnpickler(pickle._Unpickler):
    """The unpickler in Python."""


def recorded(data: bytes, *, python: bool = False) -> tuple[frozenset[str], bool]:
    """Globals that unpickling the first pickle in ``data`` looks for, and whether it comes to its end."""
    found: set[str] = set()

    def find(_self: object, module: str, name: str) -> type[Inert]:
        found.add(written(module, name))
        return Inert

    def refuse(_self: object, _code: int) -> NoReturn:
        raise pickle.UnpicklingError("extension")

    methods: dict[str, Callable[..., object]] = {
        "find_class": find,
        "persistent_load": lambda _self, _identity: Inert(),
        "get_extension": refuse,
    }
    recorder: Any = type("Recorder", (_PythonUnpickler if python else pickle.Unpickler,), methods)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # escapes that are none, in texts made at random
            recorder(io.BytesIO(data), buffers=[b"x"] * 100).load()
    except Exception:  # noqa: BLE001 (whatever random bytes make an unpickler raise)
        return frozenset(found), False
    return frozenset(found), True
