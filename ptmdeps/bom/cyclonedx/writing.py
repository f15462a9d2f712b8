"""The bill as text, valid or not at all."""

from __future__ import annotations

import warnings
from typing import Literal

from ptmdeps.bom.cyclonedx import as_json, as_xml
from ptmdeps.bom.cyclonedx.additions import additions
from ptmdeps.bom.cyclonedx.validation import refuse_invalid
from ptmdeps.bom.model import Bom

Form = Literal["json", "xml"]
FORMS: tuple[Form, ...] = ("json", "xml")

Version = Literal["1.5", "1.6", "1.7"]
VERSIONS: tuple[Version, ...] = ("1.6", "1.7", "1.5")
"""Versions of the specification that can be written, the usual one first."""


def write(bom: Bom, *, form: Form = "json", version: Version = "1.6", files: bool = True) -> str:
    """The bill as CycloneDX; without ``files``, models are there without the files that they are made of.

    Raises:
        PtmdepsError: the official schema would refuse it.
    """
    text = unchecked(bom, form=form, version=version, files=files)
    refuse_invalid(text, form, version)
    return text


def unchecked(bom: Bom, *, form: Form, version: Version, files: bool) -> str:
    """The same, before anybody compared it with the schema."""
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    from ptmdeps.bom.cyclonedx.library import library_bom

    schema = SchemaVersion.from_version(version)
    with warnings.catch_warnings():
        # that a field is for older versions only is no news for who writes one
        warnings.simplefilter("ignore")
        made = library_bom(bom, version)
        text = make_outputter(made, OutputFormat[form.upper()], schema).output_as_string()
    finish = as_json.completed if form == "json" else as_xml.completed
    return finish(text, additions(bom, version, files=files))
