"""The models that libraries load where the code names none, by the version that a project uses.

How it is found out, and what is shipped, is explained in ``docs/explanation/default-models.md``.
"""

from ptmdeps.libraries.folder import state_of
from ptmdeps.scan.defaults.lookup import Default, Defaults, Missing, Origin

__all__ = ["Default", "Defaults", "Missing", "Origin", "state_of"]
