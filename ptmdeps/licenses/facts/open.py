"""Licences of software, content and data, by what they ask for."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.licenses.facts.model import LicenseFacts, where

_LICENSEDB = "ScanCode LicenseDB"
_CC_VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")


def _versions(name: str, *versions: str) -> tuple[str, ...]:
    return tuple(f"{name}-{version}" for version in versions)


def _gnu(name: str, *versions: str) -> tuple[str, ...]:
    return tuple(f"{name}-{version}-{suffix}" for version in versions for suffix in ("only", "or-later"))


def _cc(terms: str) -> tuple[str, ...]:
    return _versions(f"CC-{terms}", *_CC_VERSIONS)


_PERMISSIVE = LicenseFacts(
    identifiers=(
        *("MIT", "X11", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "ISC", "Zlib", "BSL-1.0", "NCSA"),
        *("PostgreSQL", "Python-2.0", "PSF-2.0", "ECL-2.0", "AFL-3.0", "MulanPSL-2.0", "BlueOak-1.0.0"),
    ),
    title="Permissive licences",
    family="permissive",
    commercial="yes",
    copy_required=True,
    url="https://spdx.org/licenses/",
    source=_LICENSEDB,
    note="Copyright lines and the text stay, of some (Zlib, BSL) with sources alone. Some ask that changes be marked.",
)

PERMISSIVE: tuple[LicenseFacts, ...] = (
    _PERMISSIVE,
    replace(
        _PERMISSIVE,
        identifiers=("Apache-2.0",),
        title="Apache License 2.0",
        mark_changes=True,
        url="https://www.apache.org/licenses/LICENSE-2.0",
        version="2.0",
        source=f"{_LICENSEDB} apache-2.0",
        clauses=where(copy_required="4.a", mark_changes="4.b"),
        note="A NOTICE file of the work goes with every copy (4.d).",
    ),
    replace(
        _PERMISSIVE,
        identifiers=("OpenMDW-1.0",),
        title="OpenMDW License Agreement, version 1.0",
        family="openmdw",
        url="https://openmdw.ai/license/1-0/",
        version="1.0",
        source=f"{_LICENSEDB} openmdw-1.0",
        clauses=where(copy_required="fourth paragraph", outputs="sixth paragraph"),
        note="Ends for who sues over patents on it.",
    ),
    replace(
        _PERMISSIVE,
        identifiers=("LicenseRef-openmdw-1.1",),
        title="OpenMDW License Agreement, version 1.1",
        family="openmdw",
        url="https://openmdw.ai/license/1-1/",
        version="1.1",
        source="",
        checked=False,
        note="No text was read: taken to be like that of version 1.0.",
    ),
    replace(
        _PERMISSIVE,
        identifiers=("LicenseRef-scancode-apple-ml-ferret-2023",),
        title="Apple software licence of machine learning research (Ferret)",
        family="apple",
        url="https://github.com/apple/ml-ferret/blob/main/LICENSE",
        source=f"{_LICENSEDB} apple-ml-ferret-2023",
        clauses=where(copy_required="second paragraph"),
        note="A personal licence under Apple's copyrights alone; no patent licence.",
    ),
    replace(
        _PERMISSIVE,
        identifiers=("LicenseRef-apple-ascl",),
        title="Apple Sample Code License",
        family="apple",
        url="https://developer.apple.com/support/downloads/terms/apple-sample-code/Apple-Sample-Code-License.pdf",
        source="",
        checked=False,
        note="No text was read: taken to be like Apple's other licences of sample code.",
    ),
    LicenseFacts(
        identifiers=("CC0-1.0", "Unlicense", "0BSD", "MIT-0", "WTFPL", "PDDL-1.0", "CC-PDDC"),
        title="Public domain and licences that ask for nothing",
        family="public-domain",
        commercial="yes",
        url="https://spdx.org/licenses/",
        source=_LICENSEDB,
    ),
)

_COPYLEFT = LicenseFacts(
    identifiers=(*_gnu("GPL", "2.0", "3.0"), "OSL-3.0", "EUPL-1.1", "EUPL-1.2", "CECILL-2.1"),
    title="Copyleft licences",
    family="copyleft",
    commercial="yes",
    flow_down="agreement",
    share_alike="derivatives",
    copy_required=True,
    mark_changes=True,
    url="https://spdx.org/licenses/",
    source=f"{_LICENSEDB} gpl-2.0, gpl-3.0, osl-3.0, eupl-1.1, eupl-1.2",
    note="The source goes with what is given away. OSL and EUPL count use over a network as giving away.",
)

COPYLEFT: tuple[LicenseFacts, ...] = (
    _COPYLEFT,
    replace(
        _COPYLEFT,
        identifiers=_gnu("AGPL", "3.0"),
        title="GNU Affero General Public License v3.0",
        share_alike="network",
        url="https://www.gnu.org/licenses/agpl-3.0.html",
        version="3.0",
        source=f"{_LICENSEDB} agpl-3.0",
        clauses=where(copy_required="4", mark_changes="5.a", share_alike="5.c, 13"),
        note="Who changes it and serves it over a network offers the source to its users.",
    ),
    replace(
        _COPYLEFT,
        identifiers=(
            *(*_gnu("LGPL", "2.0", "2.1", "3.0"), *_gnu("GFDL", "1.1", "1.2", "1.3")),
            *("LGPLLR", "LPPL-1.3c", "Artistic-2.0", "OFL-1.1"),
        ),
        title="Weak copyleft: GNU Lesser and Free Documentation, LGPLLR, LPPL, Artistic, OFL",
        family="weak-copyleft",
        source=f"{_LICENSEDB} lgpl-2.1, lgpl-3.0, lgpllr, gfdl-1.3, lppl-1.3c, artistic-2.0, ofl-1.1",
        note="What only uses it may be under other terms; changed copies may not. Fonts of OFL are not sold alone.",
    ),
    replace(
        _COPYLEFT,
        identifiers=("MPL-2.0", "MPL-1.1", "CDDL-1.0", "CDDL-1.1", "EPL-1.0", "EPL-2.0", "MS-PL", "MS-RL"),
        title="Copyleft by file: Mozilla, Eclipse, CDDL, Microsoft",
        family="weak-copyleft",
        share_alike="files",
        source=f"{_LICENSEDB} mpl-2.0, cddl-1.0, epl-2.0, ms-pl",
        note="Changed files stay under the licence; what stands beside them may be under others.",
    ),
)

_CC = LicenseFacts(
    identifiers=(*_cc("BY"), "CC-BY-3.0-IGO"),
    title="Creative Commons Attribution",
    family="creative-commons",
    commercial="yes",
    mark_changes=True,
    url="https://creativecommons.org/licenses/by/4.0/legalcode",
    version="4.0",
    source=f"{_LICENSEDB} cc-by-4.0",
    clauses=where(mark_changes="3.a.1.B"),
    note="Author, notices and the address of the licence are named. Versions before 3.0 ask less about changes.",
)
_NO_COMMERCE = where(commercial="2.a.1, 1 NonCommercial", mark_changes="3.a.1.B")
_ALIKE = where(share_alike="3.b", mark_changes="3.a.1.B")
_UNCHANGED = where(no_derivatives="2.a.1.B", mark_changes="3.a.1.B")


CONTENT: tuple[LicenseFacts, ...] = (
    _CC,
    replace(
        _CC,
        identifiers=(*_cc("BY-SA"), "CC-BY-SA-3.0-IGO"),
        title="Creative Commons Attribution-ShareAlike",
        flow_down="agreement",
        share_alike="derivatives",
        url="https://creativecommons.org/licenses/by-sa/4.0/legalcode",
        source=f"{_LICENSEDB} cc-by-sa-4.0",
        clauses=_ALIKE,
    ),
    replace(
        _CC,
        identifiers=_cc("BY-NC"),
        title="Creative Commons Attribution-NonCommercial",
        commercial="no",
        url="https://creativecommons.org/licenses/by-nc/4.0/legalcode",
        source=f"{_LICENSEDB} cc-by-nc-4.0",
        clauses=_NO_COMMERCE,
        note="Not primarily intended for commercial advantage or payment; changed copies stay bound by this.",
    ),
    replace(
        _CC,
        identifiers=(*_cc("BY-NC-SA"), "CC-BY-NC-SA-3.0-IGO"),
        title="Creative Commons Attribution-NonCommercial-ShareAlike",
        commercial="no",
        flow_down="agreement",
        share_alike="derivatives",
        url="https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode",
        source=f"{_LICENSEDB} cc-by-nc-sa-4.0",
        clauses=(*_NO_COMMERCE, *where(share_alike="3.b")),
    ),
    replace(
        _CC,
        identifiers=_cc("BY-ND"),
        title="Creative Commons Attribution-NoDerivatives",
        no_derivatives=True,
        url="https://creativecommons.org/licenses/by-nd/4.0/legalcode",
        source=f"{_LICENSEDB} cc-by-nd-4.0",
        clauses=_UNCHANGED,
    ),
    replace(
        _CC,
        identifiers=(*_cc("BY-NC-ND"), "CC-BY-NC-ND-3.0-IGO"),
        title="Creative Commons Attribution-NonCommercial-NoDerivatives",
        commercial="no",
        no_derivatives=True,
        url="https://creativecommons.org/licenses/by-nc-nd/4.0/legalcode",
        source=f"{_LICENSEDB} cc-by-nc-nd-4.0",
        clauses=(*_NO_COMMERCE, *where(no_derivatives="2.a.1.B")),
    ),
)

DATA: tuple[LicenseFacts, ...] = (
    LicenseFacts(
        identifiers=("ODC-By-1.0", "CDLA-Permissive-1.0", "etalab-2.0"),
        title="Attribution for data",
        family="data",
        commercial="yes",
        copy_required=True,
        url="https://spdx.org/licenses/",
        source=f"{_LICENSEDB} odc-by-1.0, cdla-permissive-1.0, etalab-2.0",
        note="Sources are named. What is computed from the data is free (CDLA: Results).",
    ),
    LicenseFacts(
        identifiers=("CDLA-Permissive-2.0",),
        title="Community Data License Agreement - Permissive 2.0",
        family="data",
        commercial="yes",
        copy_required=True,
        url="https://cdla.dev/permissive-2-0/",
        version="2.0",
        source=f"{_LICENSEDB} cdla-permissive-2.0",
        clauses=where(copy_required="2.1", outputs="3.1"),
    ),
    LicenseFacts(
        identifiers=("CDLA-Sharing-1.0",),
        title="Community Data License Agreement - Sharing 1.0",
        family="data",
        commercial="yes",
        flow_down="agreement",
        share_alike="derivatives",
        copy_required=True,
        mark_changes=True,
        url="https://cdla.dev/sharing-1-0/",
        version="1.0",
        source=f"{_LICENSEDB} cdla-sharing-1.0",
        clauses=where(share_alike="3.1.a, 3.3", mark_changes="3.1.b", copy_required="3.3", outputs="1.11"),
        note="Enhanced data is shared alike; results of computation are free.",
    ),
    LicenseFacts(
        identifiers=("ODbL-1.0",),
        title="Open Data Commons Open Database License",
        family="data",
        commercial="yes",
        flow_down="agreement",
        share_alike="derivatives",
        copy_required=True,
        url="https://opendatacommons.org/licenses/odbl/1-0/",
        version="1.0",
        source=f"{_LICENSEDB} odbl-1.0",
        clauses=where(copy_required="4.2", share_alike="4.4"),
        note="Databases derived from it are shared alike; works produced from it name it (4.3).",
    ),
    LicenseFacts(
        identifiers=("C-UDA-1.0",),
        title="Computational Use of Data Agreement 1.0",
        family="data",
        commercial="yes",
        flow_down="agreement",
        url="https://github.com/microsoft/Computational-Use-of-Data-Agreement",
        version="1.0",
        source=f"{_LICENSEDB} c-uda-1.0",
        clauses=where(commercial="1.1", flow_down="3.1"),
        note="For computational use alone; results are free; credit goes with the data and binds who gets it next.",
    ),
)
