"""How much work is done for one repository, and the three ways in which following code can end early."""

from __future__ import annotations

MAX_FILE = 2_000_000
"""Longest file that is read, in bytes."""

MAX_SOURCE = 30_000_000
"""Most Python that is parsed for one repository, in bytes."""

MAX_IMPORT_STEPS = 2_500_000
"""Statements and expressions that are followed to import ``hubconf.py``; one takes five to ten microseconds."""

MAX_CALL_STEPS = 1_000_000
"""The same for one call of an entry point."""

MAX_PATIENCE = 100_000
"""Steps of one call after which functions that cannot reach a download are not followed any more."""

MAX_SHARE = 0.8
"""Part of the remaining steps that one call inside another may take …"""

MIN_SHARE = 100_000
"""… but at least as many as these, if there are."""

MAX_DEPTH = 50
"""Calls inside calls."""

MAX_TEXT = 100_000
"""Longest text that is computed, in characters."""

MAX_ITEMS = 20_000
"""Longest list that is computed."""

MAX_TURNS = 5_000
"""Turns of one loop."""

MAX_ALTERNATIVES = 256
"""Values that one expression may have at once."""

MAX_CALLEES = 8
"""Functions of which a call may be one that is not known, and all of which are followed."""

MAX_BITS = 2_048
"""Longest integer that is computed."""


class ExhaustedError(Exception):
    """Following the code took more than its share of steps; the message says what was followed."""


class RaisedError(Exception):
    """The code raises an exception, on every way that leads through here.

    Attributes:
        name: of the exception's class.
        place: where it is raised, as ``path:line``.
    """

    def __init__(self, name: str, place: str = "", detail: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.place = place
        self.detail = detail
