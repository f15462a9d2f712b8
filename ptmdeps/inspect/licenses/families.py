"""Licences by the words that they begin and end with, and digests of the words between: see ``texts``.

The digests are those that :func:`ptmdeps.inspect.licenses.texts.digest` gives of the texts which their authors publish,
and of what they have before and after them. A second digest of one licence is another version of its text that is in
use: without a list of contents, or with an address of the Free Software Foundation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Licences that begin and end alike.

    Attributes:
        opening: first words, in lower case and without those of one letter.
        closing: last words, likewise.
        title: words that may stand before and after in any number and order: nothing can be demanded with them.
        bodies: digest of all words from the first to the last → identifier.
        before: digests of what else may stand before.
        after: likewise.
    """

    opening: str
    closing: str
    title: str
    bodies: Mapping[str, str]
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


FAMILIES = (
    Family(
        opening="permission is hereby granted free of charge to any person obtaining copy",
        closing="or the use or other dealings in the software",
        title=("expat license licenses mit software the"),
        bodies={"62dd68d654ac74a0": "MIT"},
    ),
    Family(
        opening="permission is hereby granted free of charge to any person or organization obtaining",
        closing="or the use or other dealings in the software",
        title=("17th 2003 august boost bsl license licenses software the version"),
        bodies={"839c941702f0e0c2": "BSL-1.0"},
    ),
    Family(
        opening="redistribution and use in source and binary forms with or without modification",
        closing="even if advised of the possibility of such damage",
        title=("bsd clause http license licenses modified new opensource org revised simplified software the www"),
        bodies={"21ff165dba28c790": "BSD-3-Clause", "586d75257f03e9f5": "BSD-2-Clause"},
    ),
    Family(
        opening="permission to use copy modify and or distribute this software for any purpose",
        closing="with the use or performance of this software",
        title=("isc license licenses software the"),
        bodies={"f49e87623d7d6784": "ISC"},
    ),
    Family(
        opening="this software is provided as is without any express or implied warranty",
        closing="removed or altered from any source distribution",
        title=("license licenses software the zlib"),
        bodies={"2be3f579d854c7ce": "Zlib"},
    ),
    Family(
        opening="this is free and unencumbered software released into the public domain",
        closing="for more information please refer to http unlicense org",
        title=("license licenses software the unlicense"),
        bodies={"ab4de67fe705717c": "Unlicense"},
    ),
    Family(
        opening="license shall mean the terms and conditions for use reproduction and distribution",
        closing="any such warranty or additional liability",
        title=(
            "2004 and apache conditions definitions distribution end for http january "
            "license licenses of org reproduction software terms the use version www"
        ),
        bodies={"6b8e0d3b928abfcb": "Apache-2.0"},
        after=frozenset({"26ca2b310b3f72d8"}),
    ),
    Family(
        opening="the licenses for most software are designed to take away your freedom",
        closing="advised of the possibility of such damages",
        title=("1991 general gnu june license licenses public software the version"),
        bodies={"5d4a72598daab74e": "GPL-2.0-only", "031b15894f4c503b": "LGPL-2.1-only"},
        before=frozenset({"8bda379d1d21ad80", "a05c50a083a78675"}),
        after=frozenset({"ba5c324cb197588e", "c54daa6c26babff0"}),
    ),
    Family(
        opening="the gnu general public license is free copyleft license for software",
        closing="in return for fee",
        title=("2007 29 general gnu june license licenses public software the version"),
        bodies={"803e1e1e5f5fb8ce": "GPL-3.0-only"},
        before=frozenset({"e879054e268ff828"}),
        after=frozenset({"53f0acbcf3b9f23d"}),
    ),
    Family(
        opening="the gnu affero general public license is free copyleft license for software",
        closing="in return for fee",
        title=("19 2007 affero general gnu license licenses november public software the version"),
        bodies={"8f9fce72b6f71f68": "AGPL-3.0-only"},
        before=frozenset({"642f3a91633b6bbe"}),
        after=frozenset({"6b087baa8be1259a"}),
    ),
    Family(
        opening="this version of the gnu lesser general public license incorporates the terms",
        closing="to choose that version for the library",
        title=("2007 29 general gnu june lesser license licenses public software the version"),
        bodies={"ac58241104c8d841": "LGPL-3.0-only"},
        before=frozenset({"5279fa2b86412900"}),
    ),
    Family(
        opening="contributor means each individual or legal entity that creates contributes to",
        closing="as defined by the mozilla public license",
        title=("definitions license licenses mozilla mpl public software the v2 version"),
        bodies={"2516643517f6a22a": "MPL-2.0"},
    ),
    Family(
        opening="the accompanying program is provided under the terms of this eclipse public",
        closing="you may add additional accurate notices of copyright ownership",
        title=("eclipse epl license licenses public software the v2 version"),
        bodies={"7bbceec0c3e4b87b": "EPL-2.0"},
    ),
    Family(
        opening="statement of purpose the laws of most jurisdictions throughout the world automatically",
        closing="with respect to this cc0 or use of the work",
        title=("cc0 code commons creative legal license licenses software the universal"),
        bodies={"888f5a8ca3001ed6": "CC0-1.0"},
        before=frozenset({"192b10cb002306d2"}),
    ),
    Family(
        opening="by exercising the licensed rights defined below you accept and agree",
        closing="legal processes of any jurisdiction or authority",
        title=("attribution commons creative international license licenses public software the"),
        bodies={
            "81db0d34befc8996": "CC-BY-4.0",
            "d0f9918fb6d533e9": "CC-BY-SA-4.0",
            "9be3e8d92e35dd0a": "CC-BY-NC-4.0",
            "665bc345aa105811": "CC-BY-NC-SA-4.0",
            "42d2cd002657a856": "CC-BY-NC-ND-4.0",
        },
        before=frozenset(
            {"a553b276a263564c", "a799b2d7fd20eb7d", "bf57c44995e008f1", "ef7587309b997cb9", "fd1525697fdf701c"}
        ),
        after=frozenset({"97e26ca2584e081a"}),
    ),
)
"""Licences of software and content that are known in any layout.

Licences of models are not here: their versions differ in digits and titles, which these digests leave out.
"""
