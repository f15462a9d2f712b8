"""The community licences of Tencent Hunyuan."""

from __future__ import annotations

from ptmdeps.licenses.facts.model import Attribution, Gate, LicenseFacts, Territory, where

_LICENSEDB = "ScanCode LicenseDB"


def _notice(words: str) -> Attribution:
    return Attribution(words=words, place="notice")


_OUTSIDE = ("EU", "GB", "KR")


def _hunyuan(
    identifier: str, name: str, *, users: int, outside: tuple[str, ...], version: str, source: str, of: str = ""
) -> LicenseFacts:
    return LicenseFacts(
        identifiers=(identifier,),
        title=f"{name} Community License Agreement{of}",
        family="hunyuan",
        commercial="yes",
        gates=(Gate(measure="monthly-active-users", above=users, beyond="ask", on_release=True),),
        attribution=(
            _notice(
                f"{name} is licensed under the {name} Community License Agreement, Copyright © {version[:4]} Tencent. "
                "All Rights Reserved. The trademark rights of “Tencent Hunyuan” are owned by Tencent or its affiliate."
            ),
            Attribution(
                words="Powered by Tencent Hunyuan", place="display", occasion="distribute-or-serve", required=False
            ),
        ),
        use_policy="flows-down",
        flow_down="restrictions",
        outputs="own-family",
        distillation=True,
        territory=(Territory(excluded=outside),),
        copy_required=True,
        mark_changes=True,
        url="https://github.com/Tencent-Hunyuan",
        version=version,
        source=source,
        clauses=where(
            distillation="1.g",
            territory="1.l, 2, 5.c",
            copy_required="3.a",
            mark_changes="3.b",
            attribution="3.c, 3.d",
            gates="4",
            flow_down="5.a",
            use_policy="5.a, Exhibit A",
            outputs="5.b",
        ),
        note="Outputs may not be used outside the territory, too. Texts of 3D models are called alike, and have their "
        "gate at a million users.",
    )


HUNYUAN: tuple[LicenseFacts, ...] = (
    _hunyuan(
        "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla",
        "Tencent Hunyuan 3D 2.0",
        users=1_000_000,
        outside=_OUTSIDE,
        version="2025-01-21",
        source=f"{_LICENSEDB} tencent-hunyuan-3d-2.0-cla",
    ),
    _hunyuan(
        "LicenseRef-tencent-hunyuan-community",
        "Tencent Hunyuan",
        users=100_000_000,
        outside=_OUTSIDE,
        version="2024-12-03",
        source="Tencent-Hunyuan/HunyuanVideo, LICENSE.txt",
    ),
    _hunyuan(
        "LicenseRef-tencent-hunyuan-large-community",
        "Tencent Hunyuan",
        users=100_000_000,
        outside=("EU",),
        version="2024-11-05",
        source="Tencent/Tencent-Hunyuan-Large, LICENSE.txt",
        of=" (Hunyuan-Large)",
    ),
)
