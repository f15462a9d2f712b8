"""The licences of Qwen, and of Tongyi Qianwen before."""

from __future__ import annotations

from ptmdeps.licenses.facts.model import Attribution, Gate, LicenseFacts, where

_LICENSEDB = "ScanCode LicenseDB"


def _notice(words: str) -> Attribution:
    return Attribution(words=words, place="notice")


_USERS = Gate(measure="monthly-active-users", above=100_000_000, beyond="ask")

QWEN: tuple[LicenseFacts, ...] = (
    LicenseFacts(
        identifiers=("LicenseRef-scancode-qwen-2024",),
        title="Qwen License Agreement",
        family="qwen",
        commercial="yes",
        gates=(_USERS,),
        attribution=(
            Attribution(words="Built with Qwen", place="documentation", occasion="train"),
            _notice(
                "Qwen is licensed under the Qwen LICENSE AGREEMENT, Copyright (c) Alibaba Cloud. All Rights Reserved."
            ),
        ),
        flow_down="agreement",
        outputs="with-display",
        copy_required=True,
        mark_changes=True,
        url="https://huggingface.co/Qwen/Qwen2.5-72B-Instruct/blob/main/LICENSE",
        version="2024-09-19",
        source=f"{_LICENSEDB} qwen-2024",
        clauses=where(copy_required="3.a", mark_changes="3.b", attribution="3.c, 5.b", gates="4", outputs="5.b"),
        note="“Improved using Qwen” may be displayed instead of “Built with Qwen”.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-scancode-tongyi-qianwen-2023",),
        title="Tongyi Qianwen License Agreement",
        family="qwen",
        commercial="yes",
        gates=(_USERS,),
        attribution=(
            _notice(
                "Tongyi Qianwen is licensed under the Tongyi Qianwen LICENSE AGREEMENT, "
                "Copyright (c) Alibaba Cloud. All Rights Reserved."
            ),
        ),
        flow_down="agreement",
        outputs="own-family",
        copy_required=True,
        mark_changes=True,
        url="https://github.com/QwenLM/Qwen/blob/main/Tongyi%20Qianwen%20LICENSE%20AGREEMENT",
        version="2023-08-03",
        source="QwenLM/Qwen, Tongyi Qianwen LICENSE AGREEMENT",
        clauses=where(copy_required="3.a", mark_changes="3.b", attribution="3.c", gates="4", outputs="5.b"),
    ),
    LicenseFacts(
        identifiers=("LicenseRef-tongyi-qianwen-research",),
        title="Tongyi Qianwen Research License Agreement",
        family="qwen",
        commercial="no",
        attribution=(
            _notice(
                "Tongyi Qianwen is licensed under the Tongyi Qianwen RESEARCH LICENSE AGREEMENT, "
                "Copyright (c) Alibaba Cloud. All Rights Reserved."
            ),
        ),
        flow_down="agreement",
        outputs="own-family",
        research_only=True,
        copy_required=True,
        mark_changes=True,
        url="https://github.com/QwenLM/Qwen/blob/main/Tongyi%20Qianwen%20RESEARCH%20LICENSE%20AGREEMENT",
        version="2023-11-29",
        source="QwenLM/Qwen, Tongyi Qianwen RESEARCH LICENSE AGREEMENT",
        clauses=where(commercial="2.b", copy_required="3.a", mark_changes="3.b", attribution="3.c", outputs="4.b"),
    ),
    LicenseFacts(
        identifiers=("LicenseRef-qwen-research",),
        title="Qwen Research License Agreement",
        family="qwen",
        commercial="no",
        flow_down="agreement",
        outputs="with-display",
        research_only=True,
        attribution=(
            Attribution(words="Built with Qwen", place="documentation", occasion="train"),
            _notice(
                "Qwen is licensed under the Qwen RESEARCH LICENSE AGREEMENT, Copyright (c) Alibaba Cloud. "
                "All Rights Reserved."
            ),
        ),
        copy_required=True,
        mark_changes=True,
        url="https://huggingface.co/Qwen/Qwen2.5-3B/blob/main/LICENSE",
        version="2024-09-19",
        source="the copy of it in Cloud-Temple/docs, qwen2.5_3b",
        clauses=where(
            research_only="1.i, 2",
            commercial="2.b",
            copy_required="3.a",
            mark_changes="3.b",
            attribution="3.c, 4.b",
            outputs="4.b",
        ),
        note="For research or evaluation. “Improved using Qwen” may be displayed instead of “Built with Qwen”.",
    ),
)
