"""Licences that derivatives must carry restrictions of: RAIL and what was written after it, and the terms of Gemma."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.licenses.facts.model import Attribution, Gate, LicenseFacts, where

_RAIL = LicenseFacts(
    identifiers=(),
    title="",
    family="rail",
    commercial="yes",
    use_policy="flows-down",
    flow_down="restrictions",
    distillation=True,
    copy_required=True,
    mark_changes=True,
    clauses=where(
        distillation="1, Derivatives of the Model",
        flow_down="4.a",
        copy_required="4.b",
        mark_changes="4.c",
        use_policy="5, Attachment A",
        outputs="6",
    ),
    note="Copyright, patent, trademark and attribution notices stay.",
)
_LICENSEDB = "ScanCode LicenseDB"

RAIL: tuple[LicenseFacts, ...] = (
    replace(
        _RAIL,
        identifiers=("LicenseRef-bigscience-openrail-m",),
        title="BigScience Open RAIL-M License",
        url="https://bigscience.huggingface.co/blog/bigscience-openrail-m",
        version="2022-08-18",
        source=f"{_LICENSEDB} bigscience-open-rail-m",
    ),
    replace(
        _RAIL,
        identifiers=("LicenseRef-creativeml-openrail-m",),
        title="CreativeML Open RAIL-M",
        url="https://huggingface.co/spaces/CompVis/stable-diffusion-license",
        version="2022-08-22",
        source=f"{_LICENSEDB} stable-diffusion-2022-08-22",
    ),
    replace(
        _RAIL,
        identifiers=("LicenseRef-openrail-plus-plus",),
        title="CreativeML Open RAIL++-M License",
        url="https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md",
        version="2023-07-26",
        source=f"Stability-AI/generative-models, LICENSE-SDXL1.0; {_LICENSEDB} bigscience-open-rail-m2",
        note="Of 2022-11-24 for Stable Diffusion 2, of 2023-07-26 for SDXL; notices of rights stay.",
    ),
    replace(
        _RAIL,
        identifiers=("LicenseRef-bigscience-bloom-rail-1.0",),
        title="BigScience RAIL License v1.0",
        url="https://huggingface.co/spaces/bigscience/license",
        version="2022-05-19",
        source=f"{_LICENSEDB} bigscience-rail-1.0",
        clauses=where(
            distillation="1.5", flow_down="4.1", copy_required="4.2", mark_changes="4.3", use_policy="5", outputs="6"
        ),
    ),
    replace(
        _RAIL,
        identifiers=("LicenseRef-bigcode-openrail-m",),
        title="BigCode OpenRAIL-M v1 License Agreement",
        url="https://www.bigcode-project.org/docs/pages/bigcode-openrail/",
        version="2023",
        source=f"{_LICENSEDB} bigcode-open-rail-m-v1",
        clauses=where(
            distillation="1.i",
            use_policy="4, Attachment A",
            flow_down="5.1",
            copy_required="5.2.a",
            mark_changes="5.2.b",
            outputs="6",
        ),
        note="Restrictions that serve the same purpose may stand for those of Attachment A. Changes are told in the "
        "documentation; notices of rights stay.",
    ),
    replace(
        _RAIL,
        identifiers=("LicenseRef-openrail",),
        title="OpenRAIL, a family of licences",
        url="https://huggingface.co/blog/open_rail",
        source="",
        checked=False,
        clauses=(),
        note="No text: what all licences of the family have in common. The text beside the model says more.",
    ),
    replace(
        _RAIL,
        identifiers=("LicenseRef-scancode-deepseek-la-1.0",),
        title="DeepSeek License Agreement, Version 1.0",
        family="deepseek",
        url="https://github.com/deepseek-ai/DeepSeek-V3/blob/main/LICENSE-MODEL",
        version="2023-10-23",
        source="deepseek-ai/DeepSeek-V3, LICENSE-MODEL",
    ),
    replace(
        _RAIL,
        identifiers=("LicenseRef-scancode-ltxv-owl-2025-05-05", "LicenseRef-scancode-ltxv-owl-2025-04-17"),
        title="LTXV Open Weights License Agreement",
        family="lightricks",
        commercial="conditional",
        commercial_terms="free below USD 10 million of annual revenue",
        gates=(Gate(measure="annual-revenue", above=10_000_000, beyond="pay", currency="USD", inclusive=True),),
        url="https://huggingface.co/Lightricks/LTX-Video",
        version="2025-05-05",
        source=f"{_LICENSEDB} ltxv-owl-2025-05-05",
        clauses=where(
            distillation="1.4",
            gates="2",
            flow_down="3.1",
            copy_required="3.2",
            mark_changes="3.3",
            use_policy="4, Attachment A",
            outputs="5",
        ),
    ),
    LicenseFacts(
        identifiers=("LicenseRef-scancode-falcon-2-11b-1.0",),
        title="Falcon 2 11B TII License Version 1.0",
        family="falcon",
        commercial="yes",
        attribution=(
            Attribution(
                words="[name of relevant Derivative Work] is built using Falcon LLM technology "
                "from the Technology Innovation Institute",
                place="display",
                occasion="publish",
            ),
        ),
        use_policy="flows-down",
        use_policy_url="https://falconllm.tii.ae",
        flow_down="restrictions",
        copy_required=True,
        mark_changes=True,
        url="https://falconllm.tii.ae",
        version="2024-05",
        source=f"{_LICENSEDB} falcon-2-11b-1.0",
        clauses=where(flow_down="4.1", copy_required="4.1", mark_changes="4.1", use_policy="5", attribution="6"),
        note="The statement stands in every public statement about what derives from it.",
    ),
)

_GEMMA = LicenseFacts(
    identifiers=("LicenseRef-gemma",),
    title="Gemma Terms of Use",
    family="gemma",
    commercial="yes",
    attribution=(
        Attribution(
            words="Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms",
            place="notice",
        ),
    ),
    use_policy="flows-down",
    use_policy_url="https://ai.google.dev/gemma/prohibited_use_policy",
    flow_down="restrictions",
    distillation=True,
    copy_required=True,
    mark_changes=True,
    url="https://ai.google.dev/gemma/terms",
    version="2025-03-24",
    source=f"{_LICENSEDB} gemma-tou-2025-03-24, gemma-tou-2024-04-01",
    clauses=where(
        distillation="1.1(e)",
        flow_down="3.1",
        copy_required="3.1",
        mark_changes="3.1",
        attribution="3.1",
        use_policy="3.2",
        outputs="3.3",
    ),
    note="Outputs are free, but a model that learns from them to perform similarly to Gemma is a Model Derivative.",
)

GEMMA: tuple[LicenseFacts, ...] = (
    _GEMMA,
    replace(
        _GEMMA,
        identifiers=("LicenseRef-health-ai-developer-foundations",),
        title="Health AI Developer Foundations Terms of Use",
        attribution=(
            Attribution(
                words="HAI-DEF is provided under and subject to the Health AI Developer Foundations Terms of Use "
                "found at https://developers.google.com/health-ai-developer-foundations/terms",
                place="notice",
            ),
        ),
        use_policy_url="https://developers.google.com/health-ai-developer-foundations/prohibited-use-policy",
        url="https://developers.google.com/health-ai-developer-foundations/terms",
        version="",
        source="",
        clauses=(),
        checked=False,
        note="From what others report: no text was read. Clinical use needs regulatory authorisation.",
    ),
)
