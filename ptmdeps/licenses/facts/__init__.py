"""What licences allow and ask for, as data: one record a licence, read in its text (docs/reference/licenses.md)."""

from ptmdeps.licenses.facts.model import Attribution, Clause, Gate, LicenseFacts, Territory
from ptmdeps.licenses.facts.table import FACTS, facts_of

__all__ = ["FACTS", "Attribution", "Clause", "Gate", "LicenseFacts", "Territory", "facts_of"]
