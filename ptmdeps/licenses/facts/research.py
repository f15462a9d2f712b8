"""Licences of models that allow no commercial use."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.licenses.facts.model import Attribution, Gate, LicenseFacts, where

_LICENSEDB = "ScanCode LicenseDB"


def _notice(words: str) -> tuple[Attribution, ...]:
    return (Attribution(words=words, place="notice"),)


_LLAMA_1 = LicenseFacts(
    identifiers=("LicenseRef-scancode-llama-license-2023",),
    title="LLaMA License Agreement",
    family="meta-research",
    commercial="no",
    attribution=_notice(
        "LLaMA is licensed under the LLaMA License, Copyright (c) Meta Platforms, Inc. All Rights Reserved."
    ),
    use_policy="binds",
    flow_down="agreement",
    outputs="unsaid",
    research_only=True,
    copy_required=True,
    url="https://github.com/facebookresearch/llama/blob/llama_v1/MODEL_CARD.md",
    version="2023-02",
    source=f"{_LICENSEDB} llama-license-2023",
    clauses=where(research_only="1.a", commercial="2.a", use_policy="2.a", copy_required="3", attribution="3"),
    note="For non-commercial research; personal and not sublicensed; outputs are bound likewise (2.a).",
)

RESEARCH: tuple[LicenseFacts, ...] = (
    _LLAMA_1,
    replace(
        _LLAMA_1,
        identifiers=("LicenseRef-opt-175b-license",),
        title="OPT-175B License Agreement",
        attribution=_notice(
            "OPT-175B is licensed under the OPT-175B license, Copyright (c) Meta Platforms, Inc. All Rights Reserved."
        ),
        url="https://github.com/facebookresearch/metaseq/blob/main/projects/OPT/MODEL_LICENSE.md",
        version="2022-05",
        source="facebookresearch/metaseq, projects/OPT/MODEL_LICENSE.md",
    ),
    replace(
        _LLAMA_1,
        identifiers=("LicenseRef-deepfloyd-if-license",),
        title="DeepFloyd IF License Agreement",
        family="stability",
        attribution=_notice(
            "DeepFloyd is licensed under the DeepFloyd License, Copyright (c) Stability AI Ltd. All Rights Reserved."
        ),
        url="https://github.com/deep-floyd/IF/blob/develop/LICENSE-MODEL",
        version="2023-04",
        source="deep-floyd/IF, LICENSE-MODEL",
    ),
    replace(
        _LLAMA_1,
        identifiers=("LicenseRef-sdxl-0.9-research",),
        title="SDXL 0.9 Research License Agreement",
        family="stability",
        attribution=_notice(
            "SDXL 0.9 is licensed under the SDXL Research License, Copyright (c) Stability AI Ltd. All Rights Reserved."
        ),
        url="https://github.com/Stability-AI/generative-models/blob/main/model_licenses/LICENSE-SDXL0.9",
        version="2023-06",
        source="Stability-AI/generative-models, model_licenses/LICENSE-SDXL0.9",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-scancode-chameleon-research-2024",),
        title="Chameleon Research License",
        family="meta-research",
        commercial="no",
        attribution=_notice(
            "Chameleon is licensed under the Chameleon Research License, "
            "Copyright (c) Meta Platforms, Inc. All Rights Reserved."
        ),
        use_policy="binds",
        use_policy_url="https://ai.meta.com/resources/models-and-libraries/chameleon-use-policy/",
        flow_down="agreement",
        outputs="unsaid",
        share_alike="derivatives",
        research_only=True,
        copy_required=True,
        url="https://ai.meta.com/resources/models-and-libraries/chameleon-license/",
        version="2024",
        source=f"{_LICENSEDB} chameleon-research-2024",
        clauses=where(
            research_only="2.1",
            share_alike="2.2",
            copy_required="2.2",
            attribution="2.2",
            use_policy="2.2",
            commercial="2, restrictions",
        ),
        note="Outputs are for non-commercial research as well.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-fair-noncommercial-research-license",),
        title="FAIR Noncommercial Research License",
        family="meta-research",
        commercial="no",
        use_policy="binds",
        flow_down="agreement",
        outputs="unsaid",
        share_alike="derivatives",
        research_only=True,
        copy_required=True,
        url="https://huggingface.co/facebook/fair-noncommercial-research-license/blob/main/LICENSE",
        source="facebookresearch/spiritlm, LICENSE",
        clauses=where(
            commercial="1.b.i", research_only="1.b.i", share_alike="1.b.ii", copy_required="1.b.ii", use_policy="1.b.iv"
        ),
        note="Publications name it. Outputs are for non-commercial research, too. The use policy is part of the text.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-apple-amlr",),
        title="Apple Machine Learning Research Model License Agreement",
        family="apple",
        commercial="no",
        attribution=_notice(
            "Apple Machine Learning Research Model is licensed under the "
            "Apple Machine Learning Research Model License Agreement."
        ),
        flow_down="agreement",
        outputs="unsaid",
        research_only=True,
        copy_required=True,
        mark_changes=True,
        url="https://github.com/apple/ml-fastvlm/blob/main/LICENSE_MODEL",
        version="2025",
        source="apple/ml-fastvlm, LICENSE_MODEL",
        clauses=where(
            research_only="Limited License to Use",
            commercial="Limited License to Use",
            copy_required="Distribution",
            attribution="Distribution",
            mark_changes="Distribution",
        ),
        note="What derives from it is for research as well.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-scancode-flux-1-nc",),
        title="FLUX.1 [dev] Non-Commercial License",
        family="flux",
        commercial="no",
        commercial_terms="outputs may be used commercially",
        attribution=_notice(
            "The FLUX.1 [dev] Model is licensed by Black Forest Labs Inc. under the FLUX.1 [dev] Non-Commercial "
            "License. Copyright Black Forest Labs Inc. IN NO EVENT SHALL BLACK FOREST LABS INC. BE LIABLE FOR ANY "
            "CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, "
            "OUT OF OR IN CONNECTION WITH USE OF THIS MODEL."
        ),
        use_policy="binds",
        flow_down="agreement",
        outputs="not-competing",
        copy_required=True,
        mark_changes=True,
        url="https://github.com/black-forest-labs/flux/blob/main/model_licenses/LICENSE-FLUX1-dev",
        version="1.1.1",
        source=f"black-forest-labs/flux, model_licenses/LICENSE-FLUX1-dev; {_LICENSEDB} flux-1-nc",
        clauses=where(
            commercial="2.b",
            outputs="2.d",
            use_policy="2.e, 4",
            copy_required="3.a",
            attribution="3.b",
            mark_changes="3.c",
        ),
        note="Outputs may not train a model that competes with it. Since 1.1, content filters or review are required.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-scancode-stability-ai-nc-2023-12-06",),
        title="Stability AI Non-Commercial Research Community License Agreement",
        family="stability",
        commercial="no",
        attribution=_notice(
            "This Stability AI Model is licensed under the Stability AI Non-Commercial Research Community License, "
            "Copyright (c) Stability AI Ltd. All Rights Reserved."
        ),
        use_policy="binds",
        use_policy_url="https://stability.ai/use-policy",
        flow_down="agreement",
        outputs="unsaid",
        share_alike="derivatives",
        distillation=True,
        copy_required=True,
        mark_changes=True,
        url="https://huggingface.co/stabilityai/sdxl-turbo/blob/main/LICENSE.md",
        version="2023-12-06",
        source=f"{_LICENSEDB} stability-ai-nc-2023-12-06",
        clauses=where(
            distillation="Derivative Work", commercial="1.a", share_alike="1.c", copy_required="1.c", attribution="1.c"
        ),
        note="Not as a hosted service for others. Derivatives remain subject to the agreement.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-stable-video-diffusion-nc",),
        title="Stable Video Diffusion Non-Commercial Community License Agreement",
        family="stability",
        commercial="no",
        attribution=_notice(
            "Stable Video Diffusion is licensed under the Stable Video Diffusion Research License, "
            "Copyright (c) Stability AI Ltd. All Rights Reserved."
        ),
        use_policy="binds",
        use_policy_url="https://stability.ai/use-policy",
        flow_down="agreement",
        outputs="unsaid",
        share_alike="derivatives",
        distillation=True,
        copy_required=True,
        mark_changes=True,
        url="https://github.com/Stability-AI/generative-models/blob/main/model_licenses/LICENSE-SVD",
        version="2023-11-21",
        source="Stability-AI/generative-models, model_licenses/LICENSE-SVD",
        clauses=where(
            distillation="Derivative Work", commercial="1.a", share_alike="1.b", copy_required="1.b", attribution="1.b"
        ),
    ),
    LicenseFacts(
        identifiers=("LicenseRef-scancode-exaone-ai-model-1.1-nc",),
        title="EXAONE AI Model License Agreement 1.1 - NC",
        family="exaone",
        commercial="no",
        name_prefix="EXAONE",
        use_policy="binds",
        flow_down="agreement",
        outputs="no",
        research_only=True,
        copy_required=True,
        url="https://github.com/LG-AI-EXAONE/EXAONE-3.5/blob/main/LICENSE",
        version="1.1",
        source="LG-AI-EXAONE/EXAONE-3.5, LICENSE",
        clauses=where(
            research_only="2.1",
            name_prefix="2.1.c",
            copy_required="2.1.d",
            commercial="3.1",
            outputs="3.1",
            use_policy="3.4",
        ),
        note="Outputs belong to the licensor and are for research only; publications name model and version.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-coqui-public-model-1.0",),
        title="Coqui Public Model License 1.0.0",
        family="other-model",
        commercial="no",
        flow_down="agreement",
        outputs="unsaid",
        copy_required=True,
        url="https://coqui.ai/cpml.txt",
        version="1.0.0",
        source="jasonppy/VoiceCraft, LICENSE-MODEL",
        clauses=where(commercial="Licenses, Non-commercial Purpose", copy_required="Notices"),
        note="Outputs are for non-commercial use as well, and carry the terms or their address.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-falcon-llm-1.0",),
        title="TII Falcon LLM License Version 1.0",
        family="falcon",
        commercial="conditional",
        commercial_terms="after an application; 10 % of attributable revenue above USD 1 million a year",
        gates=(Gate(measure="annual-revenue", above=1_000_000, beyond="pay", currency="USD"),),
        attribution=(
            Attribution(
                words="[name of relevant Derivative Work] is built using Falcon LLM technology "
                "from the Technology Innovation Institute",
                place="display",
                occasion="publish",
            ),
        ),
        flow_down="agreement",
        share_alike="derivatives",
        outputs="unsaid",
        copy_required=True,
        mark_changes=True,
        url="https://falconllm.tii.ae",
        version="2023-05",
        source="LICENSE.txt of a copy of tiiuae/falcon-40b",
        clauses=where(
            copy_required="4.1", mark_changes="4.1", share_alike="4.3", attribution="5.1", commercial="8", gates="8.2"
        ),
        note="Share-alike binds who has no commercial permission. TII moved its models to Apache-2.0 in May 2023.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-h-research",),
        title="H Research License",
        family="research",
        commercial="no",
        flow_down="agreement",
        outputs="unsaid",
        research_only=True,
        copy_required=True,
        url="https://huggingface.co/Hcompany/Holo1-3B/blob/main/LICENSE",
        checked=False,
        note="No text was read: from its name and from what others report.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-intel-research",),
        title="Intel Research Use License Agreement",
        family="research",
        commercial="no",
        flow_down="agreement",
        outputs="unsaid",
        research_only=True,
        copy_required=True,
        url="https://huggingface.co/OpenVINO/Llama-3.1-8B-Instruct-FastDraft-150M-int8-ov/blob/main/LICENSE.md",
        checked=False,
        note="No text was read: from its name and from what others report.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-mistral-research",),
        title="Mistral AI Research License",
        family="mistral",
        commercial="no",
        flow_down="agreement",
        outputs="unsaid",
        research_only=True,
        copy_required=True,
        mark_changes=True,
        url="https://mistral.ai/licenses/MRL-0.1.md",
        version="0.1",
        checked=False,
        note="No text was read: from what others report.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-mistral-non-production",),
        title="Mistral AI Non-Production License",
        family="mistral",
        commercial="no",
        flow_down="agreement",
        outputs="unsaid",
        copy_required=True,
        mark_changes=True,
        url="https://mistral.ai/licenses/MNPL-0.1.md",
        version="0.1",
        checked=False,
        note="For testing, research, personal use and evaluation (3.2, as quoted by others). No whole text was read.",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-flux-dev-non-commercial",),
        title="FLUX [dev] Non-Commercial License (FLUX.2)",
        family="flux",
        commercial="no",
        use_policy="binds",
        flow_down="agreement",
        outputs="not-competing",
        copy_required=True,
        mark_changes=True,
        url="https://huggingface.co/black-forest-labs/FLUX.2-dev/blob/main/LICENSE.txt",
        checked=False,
        note="No text was read: taken to be like that of FLUX.1 [dev].",
    ),
    LicenseFacts(
        identifiers=("LicenseRef-nvidia-one-way-noncommercial",),
        title="NVIDIA OneWay Noncommercial License",
        family="nvidia",
        commercial="no",
        flow_down="agreement",
        outputs="unsaid",
        research_only=True,
        copy_required=True,
        url="https://developer.download.nvidia.com/licenses/NVIDIA-OneWay-Noncommercial-License-22Mar2022.pdf",
        version="2022-03-22",
        checked=False,
        note="No text was read: from what others report.",
    ),
)
