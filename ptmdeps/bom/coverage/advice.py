"""What to do about elements that are missing."""

from __future__ import annotations


def say(key: str, example: str) -> str:
    """Say it in the manifest, of the project."""
    return f"Say it in [tool.ptmdeps.bom]: {key} = {example}"


def say_of(key: str, example: str) -> str:
    """Say it in the manifest, of single models or data sets."""
    return f'Say it in [[tool.ptmdeps.bom.components]]: name = "org/name", {key} = {example}'


ASK = "Ask its authors to say it in the model card; ptmdeps does not make it up"
CARD = "Bring its files into the store (`ptmdeps sync`), or ask its authors to say it in the card"
LOCK_ALL = (
    "Lock what the code loads: `ptmdeps scan --unresolved` names the places that ptmdeps cannot follow; "
    "what is gone at its hub stays a gap"
)
SIGN = "Sign the file where you publish it, with a detached signature"
LICENSE = "`ptmdeps licenses` says what each model declares, and which text stands beside it"
AUTHOR = say("author", '{ name = "Acme GmbH", email = "sbom@acme.example" }')
SUPPLIER = say("supplier", '"Acme GmbH"')
VERSION = 'Give the project a version: `version` of [project], or in [tool.ptmdeps.bom]: version = "1.0"'
MAKER = say_of("supplier", '"Acme GmbH"')
MAKERS = f"{SUPPLIER}; of models and data sets, in its `components`"
EPOCH = "Set SOURCE_DATE_EPOCH to the time that shall stand in the document"
LOCK_HASH = "Only what is locked has hashes: `ptmdeps lock`"
PYTHON = 'Add the Python packages with `ptmdeps sbom --python`, or say in [tool.ptmdeps.bom]: software = "https://…"'
