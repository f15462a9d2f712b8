"""SPDX 3.0.1 as JSON-LD, with its AI and dataset profiles: https://spdx.github.io/spdx-spec/v3.0.1/.

``document`` puts it together of what ``packages``, ``profiles``, ``licensing``, ``relations`` and ``notes`` make;
``mandatory`` says which facts the profiles demand and nobody knows.
"""

from ptmdeps.bom.spdx.document import graph, text_of, write
from ptmdeps.bom.spdx.mandatory import Unmet, unmet

__all__ = ["Unmet", "graph", "text_of", "unmet", "write"]
