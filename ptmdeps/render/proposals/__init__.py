"""What a pull request says: title, body and the dashboard, as Markdown within the limits of a forge.

``quoting`` is how texts of others stand in it, ``heads`` what is read first, ``tables`` what was and what is,
``details`` what is folded, ``advice`` what to do about it, ``fitting`` what is left out where it does not fit.
"""

from ptmdeps.render.proposals.bodies import body
from ptmdeps.render.proposals.dashboards import dashboard
from ptmdeps.render.proposals.titles import title

__all__ = ["body", "dashboard", "title"]
