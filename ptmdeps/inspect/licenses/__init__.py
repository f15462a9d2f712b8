"""Which licence it is: what a model declares, and what the text beside it is, as SPDX expressions.

``identifiers`` reads what stands in ``license:``, ``names`` and ``links`` what stands beside ``other``, ``texts`` a
``LICENSE`` file word by word and ``likeness`` one that differs a little. ``concluding`` puts them in order. A licence
that SPDX does not list is a ``LicenseRef-…`` (docs/decisions/0029).
"""

from ptmdeps.inspect.licenses.concluding import Conclusion, conclude
from ptmdeps.inspect.licenses.identifiers import spdx_expression

__all__ = ["Conclusion", "conclude", "spdx_expression"]
