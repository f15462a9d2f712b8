"""Frozen dataclasses that cost no more than others, for values that are made by the ten thousand.

At run time nothing guards such a value: a frozen dataclass sets each of its fields by a call of its own, which takes
three times as long. That nobody changes one is checked where it costs nothing, by the type checker, for which these
are ``dataclass`` and ``replace`` of the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as unguarded
    from dataclasses import replace
else:
    from dataclasses import dataclass
    from functools import cache

    def unguarded(**options):  # noqa: ANN003, ANN201 - the type checker sees the standard library's
        """Make a slotted dataclass that is compared and hashed like a frozen one."""
        return dataclass(**{**options, "frozen": False, "unsafe_hash": True})

    def replace(value, /, **changes):  # noqa: ANN001, ANN003, ANN201 - as above
        """Return a copy of a slotted dataclass with some fields changed."""
        made = _copier(type(value))(value)
        for name, change in changes.items():
            setattr(made, name, change)
        return made

    @cache
    def _copier(kind):  # noqa: ANN001, ANN202 - as above
        """Return what copies a value of a class, written out like the constructor that a dataclass gets."""
        lines = (f"    made.{name} = value.{name}" for name in kind.__slots__)
        code = "\n".join(("def copied(value):", "    made = new(kind)", *lines, "    return made"))
        names = {"new": object.__new__, "kind": kind}
        exec(code, names)  # noqa: S102 - the names of fields of our own classes
        return names["copied"]


__all__ = ["replace", "unguarded"]
