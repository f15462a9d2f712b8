"""``[tool.ptmdeps]`` in ``pyproject.toml``, or ``ptm.toml``: what the project wishes beyond what its code says."""

from ptmdeps.manifest.bom import BomStatements, ComponentStatement, Party
from ptmdeps.manifest.document import LINK_MODES, PYPROJECT, STANDALONE, Manifest
from ptmdeps.manifest.hubs import HubSettings
from ptmdeps.manifest.ignoring import IgnoreRule
from ptmdeps.manifest.loaders import DeclaredLoader
from ptmdeps.manifest.options import SCOPES
from ptmdeps.manifest.policy import LicenseException, Policy
from ptmdeps.manifest.pull_requests import PullRequestSettings, UpgradeGroup, UpgradeRule
from ptmdeps.manifest.reading import parse, read, read_workspace
from ptmdeps.manifest.specifiers import parse_specifier, specifier
from ptmdeps.manifest.workspaces import Workspace

__all__ = [
    "LINK_MODES",
    "PYPROJECT",
    "SCOPES",
    "STANDALONE",
    "BomStatements",
    "ComponentStatement",
    "DeclaredLoader",
    "HubSettings",
    "IgnoreRule",
    "LicenseException",
    "Manifest",
    "Party",
    "Policy",
    "PullRequestSettings",
    "UpgradeGroup",
    "UpgradeRule",
    "Workspace",
    "parse",
    "parse_specifier",
    "read",
    "read_workspace",
    "specifier",
]
