"""The community licences of Llama."""

from __future__ import annotations

from ptmdeps.licenses.facts.model import Attribution, Gate, LicenseFacts, Territory, where

_USERS = Gate(measure="monthly-active-users", above=700_000_000, beyond="ask", on_release=True)
_NO_EU = (
    Territory(
        excluded=("EU",),
        models="multimodal",
        who="individuals domiciled and companies with their principal place of business there, but no end users",
    ),
)


def _notice(words: str) -> Attribution:
    return Attribution(words=f"{words} All Rights Reserved.", place="notice")


def _with_naming(version: str, date: str, *, territory: tuple[Territory, ...] = ()) -> LicenseFacts:
    """Llama 3.1 and later: texts that differ in version, date and addresses, and in what their use policies add."""
    name = f"llama{version.replace('.', '_')}"
    site = "https://llama.meta.com" if version == "3.1" else "https://www.llama.com"
    notice = (
        f"Llama {version} is licensed under the Llama {version} Community License, Copyright © Meta Platforms, Inc."
    )
    return LicenseFacts(
        identifiers=(f"LicenseRef-llama{version}",),
        title=f"Llama {version} Community License Agreement",
        family="llama",
        commercial="yes",
        gates=(_USERS,),
        name_prefix="Llama",
        name_prefix_outputs=True,
        attribution=(
            Attribution(words="Built with Llama", place="display", occasion="distribute-or-serve"),
            _notice(notice),
        ),
        use_policy="binds",
        use_policy_url=f"{site}/{name}/use-policy",
        flow_down="agreement",
        outputs="with-naming",
        territory=territory,
        copy_required=True,
        url=f"https://github.com/meta-llama/llama-models/blob/main/models/{name}/LICENSE",
        version=date,
        source=f"meta-llama/llama-models, models/{name}: LICENSE, USE_POLICY.md",
        clauses=where(
            copy_required="1.b.i",
            name_prefix="1.b.i",
            outputs="1.b.i",
            attribution="1.b.i, 1.b.iii",
            use_policy="1.b.iv",
            gates="2",
            **({"territory": "use policy, last paragraph of the prohibited uses"} if territory else {}),
        ),
    )


LLAMA: tuple[LicenseFacts, ...] = (
    LicenseFacts(
        identifiers=("LicenseRef-llama2",),
        title="Llama 2 Community License Agreement",
        family="llama",
        commercial="yes",
        gates=(_USERS,),
        attribution=(
            _notice(
                "Llama 2 is licensed under the LLAMA 2 Community License, Copyright (c) Meta Platforms, Inc.",
            ),
        ),
        use_policy="binds",
        use_policy_url="https://ai.meta.com/llama/use-policy",
        flow_down="agreement",
        outputs="own-family",
        copy_required=True,
        url="https://github.com/meta-llama/llama-models/blob/main/models/llama2/LICENSE",
        version="2023-07-18",
        source="meta-llama/llama-models, models/llama2: LICENSE",
        clauses=where(copy_required="1.b.i", attribution="1.b.iii", use_policy="1.b.iv", outputs="1.b.v", gates="2"),
        note="Outputs may improve Llama 2 and what derives from it, and no other large language model.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-llama3",),
        title="Meta Llama 3 Community License Agreement",
        family="llama",
        commercial="yes",
        gates=(_USERS,),
        name_prefix="Llama 3",
        attribution=(
            Attribution(words="Built with Meta Llama 3", place="display", occasion="distribute-or-serve"),
            _notice(
                "Meta Llama 3 is licensed under the Meta Llama 3 Community License, Copyright © Meta Platforms, Inc.",
            ),
        ),
        use_policy="binds",
        use_policy_url="https://llama.meta.com/llama3/use-policy",
        flow_down="agreement",
        outputs="own-family",
        copy_required=True,
        url="https://github.com/meta-llama/llama-models/blob/main/models/llama3/LICENSE",
        version="2024-04-18",
        source="meta-llama/llama-models, models/llama3: LICENSE",
        clauses=where(
            copy_required="1.b.i",
            name_prefix="1.b.i",
            attribution="1.b.i, 1.b.iii",
            use_policy="1.b.iv",
            outputs="1.b.v",
            gates="2",
        ),
        note="The name binds what is made with the model, not what is trained on its outputs, which is forbidden.",
    ),
    _with_naming("3.1", "2024-07-23"),
    _with_naming("3.2", "2024-09-25", territory=_NO_EU),
    _with_naming("3.3", "2024-12-06", territory=_NO_EU),
    _with_naming("4", "2025-04-05", territory=_NO_EU),
)
