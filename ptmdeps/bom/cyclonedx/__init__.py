"""A bill of materials as CycloneDX (https://cyclonedx.org, ECMA-424) 1.5, 1.6 and 1.7, in JSON and XML.

The library writes what it has a model for; model cards, data sets, files and completeness, for which it has none, are
put in by ``bom-ref`` (``additions``). Nothing leaves this package that the official schema does not accept. Which fact
stands where is in ``sbom/PROFILE.md``.
"""

from ptmdeps.bom.cyclonedx.writing import FORMS, VERSIONS, Form, Version, write

__all__ = ["FORMS", "VERSIONS", "Form", "Version", "write"]
