"""Rules about licences along the graph: one rule a file, all of them in one list."""

from __future__ import annotations

from ptmdeps.licenses.answers import LicenseRule
from ptmdeps.licenses.rules.base_differs import BASE_DIFFERS
from ptmdeps.licenses.rules.denied import DENIED
from ptmdeps.licenses.rules.duties import DUTIES
from ptmdeps.licenses.rules.gated import GATED
from ptmdeps.licenses.rules.gates import GATES
from ptmdeps.licenses.rules.naming import NAMING
from ptmdeps.licenses.rules.no_derivatives import NO_DERIVATIVES
from ptmdeps.licenses.rules.non_commercial import NON_COMMERCIAL
from ptmdeps.licenses.rules.omitted import OMITTED
from ptmdeps.licenses.rules.outputs import OUTPUTS
from ptmdeps.licenses.rules.project import PROJECT
from ptmdeps.licenses.rules.relicensed import RELICENSED
from ptmdeps.licenses.rules.share_alike import SHARE_ALIKE
from ptmdeps.licenses.rules.territory import TERRITORY
from ptmdeps.licenses.rules.text_differs import TEXT_DIFFERS
from ptmdeps.licenses.rules.training_data import TRAINING_DATA
from ptmdeps.licenses.rules.unknown import UNKNOWN_LICENSE

RULES: tuple[LicenseRule, ...] = (
    DENIED,
    UNKNOWN_LICENSE,
    NON_COMMERCIAL,
    NO_DERIVATIVES,
    SHARE_ALIKE,
    RELICENSED,
    OMITTED,
    TEXT_DIFFERS,
    BASE_DIFFERS,
    NAMING,
    GATES,
    TERRITORY,
    OUTPUTS,
    TRAINING_DATA,
    PROJECT,
    DUTIES,
    GATED,
)
"""Every rule, by identifier."""
