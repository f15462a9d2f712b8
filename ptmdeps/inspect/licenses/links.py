"""Licences by the address of their text: ``license_link`` of model cards.

An address counts as a whole. Repositories of hubs stand here only with owners who publish one licence for all models
of that name: what somebody else calls ``LICENSE`` is read, not guessed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ptmdeps.inspect.licenses.identifiers import spdx_expression

MAX_LINK = 500
"""Longest address that is read, in characters."""

_HUB = r"huggingface\.co/"
_FILE = r"(?:/(?:blob|resolve|raw|tree)/[^/]+(?:/(?:license|licence)(?:\.md|\.txt)?)?)?"
_ADDRESSES = tuple(
    (re.compile(pattern), identifier)
    for pattern, identifier in (
        (r"ai\.google\.dev/gemma/terms", "LicenseRef-gemma"),
        (r"ai\.google\.dev/gemma/terms\.md", "LicenseRef-gemma"),
        (
            r"developers\.google\.com/health-ai-developer-foundations/terms",
            "LicenseRef-health-ai-developer-foundations",
        ),
        (r"ai\.meta\.com/llama/license", "LicenseRef-llama2"),
        (r"ai\.meta\.com/resources/models-and-libraries/llama-downloads", "LicenseRef-llama2"),
        (r"(?:www\.)?llama\.(?:meta\.)?com/llama2/license", "LicenseRef-llama2"),
        (r"(?:www\.)?llama\.(?:meta\.)?com/llama3/license", "LicenseRef-llama3"),
        (r"(?:www\.)?llama\.(?:meta\.)?com/llama3_1/license", "LicenseRef-llama3.1"),
        (r"(?:www\.)?llama\.(?:meta\.)?com/llama3_2/license", "LicenseRef-llama3.2"),
        (r"(?:www\.)?llama\.(?:meta\.)?com/llama3_3/license", "LicenseRef-llama3.3"),
        (r"(?:www\.)?llama\.(?:meta\.)?com/llama4/license", "LicenseRef-llama4"),
        (r"github\.com/(?:meta-llama|facebookresearch)/llama/blob/main/license", "LicenseRef-llama2"),
        (r"github\.com/meta-llama/llama3/blob/main/license", "LicenseRef-llama3"),
        (r"github\.com/meta-llama/llama-models/blob/main/models/llama2/license", "LicenseRef-llama2"),
        (r"github\.com/meta-llama/llama-models/blob/main/models/llama3/license", "LicenseRef-llama3"),
        (r"github\.com/meta-llama/llama-models/blob/main/models/llama3_1/license", "LicenseRef-llama3.1"),
        (r"github\.com/meta-llama/llama-models/blob/main/models/llama3_2/license", "LicenseRef-llama3.2"),
        (r"github\.com/meta-llama/llama-models/blob/main/models/llama3_3/license", "LicenseRef-llama3.3"),
        (r"github\.com/meta-llama/llama-models/blob/main/models/llama4/license", "LicenseRef-llama4"),
        (rf"{_HUB}meta-llama/llama-2-[^/]+{_FILE}", "LicenseRef-llama2"),
        (rf"{_HUB}meta-llama/(?:meta-)?llama-3-[^/]+{_FILE}", "LicenseRef-llama3"),
        (rf"{_HUB}meta-llama/(?:meta-)?llama-3\.1-[^/]+{_FILE}", "LicenseRef-llama3.1"),
        (rf"{_HUB}meta-llama/llama-3\.2-[^/]+{_FILE}", "LicenseRef-llama3.2"),
        (rf"{_HUB}meta-llama/llama-3\.3-[^/]+{_FILE}", "LicenseRef-llama3.3"),
        (rf"{_HUB}meta-llama/llama-4-[^/]+{_FILE}", "LicenseRef-llama4"),
        (rf"{_HUB}huggyllama/llama-(?:7|13|30|65)b{_FILE}", "LicenseRef-scancode-llama-license-2023"),
        (
            rf"{_HUB}black-forest-labs/flux\.1-(?:dev|[a-z]+-dev|[a-z]+-dev-lora){_FILE}",
            "LicenseRef-scancode-flux-1-nc",
        ),
        (
            r"github\.com/black-forest-labs/flux/blob/main/model_licenses/license-flux1-dev",
            "LicenseRef-scancode-flux-1-nc",
        ),
        (
            r"(?:www\.)?nvidia\.com/en-us/agreements/enterprise-software/nvidia-open-model-license",
            "LicenseRef-scancode-nvidia-open-model-2025-04-28",
        ),
        (
            r"developer\.download\.nvidia\.com/licenses/nvidia-open-model-license-agreement[-a-z0-9]*\.pdf",
            "LicenseRef-scancode-nvidia-open-model-2025-04-28",
        ),
        (
            r"developer\.download\.nvidia\.com/licenses/nvidia-oneway-noncommercial-license-[a-z0-9]+\.pdf",
            "LicenseRef-nvidia-one-way-noncommercial",
        ),
        (r"stability\.ai/(?:community-)?license(?:-agreement)?", "LicenseRef-scancode-stability-ai-community-2024"),
        (
            rf"{_HUB}stabilityai/(?:stable-diffusion-3(?:\.5)?-[^/]+|stable-audio-open-[^/]+){_FILE}",
            "LicenseRef-scancode-stability-ai-community-2024",
        ),
        (rf"{_HUB}stabilityai/stable-diffusion-xl-(?:base|refiner)-1\.0{_FILE}", "LicenseRef-openrail-plus-plus"),
        (rf"{_HUB}spaces/compvis/stable-diffusion-license", "LicenseRef-creativeml-openrail-m"),
        (rf"{_HUB}spaces/bigscience/license", "LicenseRef-bigscience-bloom-rail-1.0"),
        (rf"{_HUB}spaces/bigcode/bigcode-model-license-agreement", "LicenseRef-bigcode-openrail-m"),
        (r"(?:www\.)?bigcode-project\.org/docs/pages/bigcode-openrail", "LicenseRef-bigcode-openrail-m"),
        (r"mistral\.ai/licenses/mrl-0\.1\.md", "LicenseRef-mistral-research"),
        (r"mistral\.ai/licen[cs]es/mnpl-0\.1\.md", "LicenseRef-mistral-non-production"),
        (r"mistral\.ai/news/mistral-ai-non-production-license-mnpl", "LicenseRef-mistral-non-production"),
        (r"falconllm\.tii\.ae/falcon-terms-and-conditions\.html", "LicenseRef-falcon-llm-2.0"),
        (
            r"falconllm(?:-staging)?\.tii\.ae/falcon-2-terms-and-conditions\.html",
            "LicenseRef-scancode-falcon-2-11b-1.0",
        ),
        (r"github\.com/deepseek-ai/[^/]+/blob/[^/]+/license-model", "LicenseRef-scancode-deepseek-la-1.0"),
        (r"github\.com/moonshotai/kimi-k2/blob/main/license", "LicenseRef-scancode-moonshot-ai-modified-mit-2025"),
        (rf"{_HUB}moonshotai/kimi-k2-[^/]+{_FILE}", "LicenseRef-scancode-moonshot-ai-modified-mit-2025"),
        (rf"{_HUB}qwen/qwen2\.5-(?:72b|vl-72b|math-72b)[^/]*{_FILE}", "LicenseRef-scancode-qwen-2024"),
        (rf"{_HUB}qwen/qwen2\.5-(?:3b|vl-3b|coder-3b)[^/]*{_FILE}", "LicenseRef-qwen-research"),
        (
            r"github\.com/qwenlm/qwen/blob/main/tongyi%20qianwen%20license%20agreement",
            "LicenseRef-scancode-tongyi-qianwen-2023",
        ),
        (
            rf"{_HUB}qwen/qwen-(?:7b|14b|72b)(?:-chat)?(?:-int4|-int8)?{_FILE}",
            "LicenseRef-scancode-tongyi-qianwen-2023",
        ),
        (rf"{_HUB}tencent/hunyuan3d-2[^/]*{_FILE}", "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla"),
        (rf"{_HUB}tencent/hunyuanvideo{_FILE}", "LicenseRef-tencent-hunyuan-community"),
        (r"coqui\.ai/cpml(?:\.txt)?", "LicenseRef-coqui-public-model-1.0"),
        (r"ai\.meta\.com/resources/models-and-libraries/dinov3-license", "LicenseRef-dinov3-license"),
        (r"github\.com/facebookresearch/dinov3/blob/main/license\.md", "LicenseRef-dinov3-license"),
        (r"github\.com/facebookresearch/sam3/blob/main/license", "LicenseRef-sam-license"),
        (
            rf"{_HUB}facebook/fair-noncommercial-research-license{_FILE}",
            "LicenseRef-fair-noncommercial-research-license",
        ),
        (r"(?:www\.)?databricks\.com/legal/open-model-license", "LicenseRef-databricks-open-model-license"),
        (r"(?:www\.)?liquid\.ai/lfm-license", "LicenseRef-lfm-1.0"),
        (rf"{_HUB}xai-org/grok-2{_FILE}", "LicenseRef-grok2-community"),
        (r"openmdw\.ai/license/1-0", "OpenMDW-1.0"),
        (r"openmdw\.ai/license/1-1", "LicenseRef-openmdw-1.1"),
        (r"(?:www\.)?apache\.org/licenses/license-2\.0(?:\.txt|\.html)?", "Apache-2.0"),
        (r"(?:www\.)?gnu\.org/licenses/gpl-3\.0(?:\.en)?(?:\.html|\.txt)?", "GPL-3.0-only"),
        (r"(?:www\.)?gnu\.org/licenses/agpl-3\.0(?:\.en)?(?:\.html|\.txt)?", "AGPL-3.0-only"),
        (r"(?:www\.)?gnu\.org/licenses/lgpl-3\.0(?:\.en)?(?:\.html|\.txt)?", "LGPL-3.0-only"),
        (r"(?:www\.)?opendatacommons\.org/licenses/odbl/1-0", "ODbL-1.0"),
        (r"(?:www\.)?opendatacommons\.org/licenses/by/1-0", "ODC-By-1.0"),
        (r"(?:www\.)?opendatacommons\.org/licenses/pddl/1-0", "PDDL-1.0"),
    )
)
"""Address without scheme, query and last slash, in lower case → licence."""

_SPDX = re.compile(
    r"(?:spdx\.org/licenses|(?:www\.)?opensource\.org/licenses?|choosealicense\.com/licenses)/([\w.+-]+)"
)
_CREATIVE_COMMONS = re.compile(
    r"(?:www\.)?creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-sa|-nd)?)|publicdomain/(zero))/([1-4]\.[05])"
    r"(?:/(?:legalcode|deed)(?:\.[a-z_-]+)?)?"
)


def license_of_link(link: str) -> str:
    """The licence whose text is at ``link``.

    Returns:
        SPDX identifier or ``LicenseRef-…``; empty for an address that is not known, and for files of the repository.
    """
    address = _address(link)
    if not address:
        return ""
    if match := _CREATIVE_COMMONS.fullmatch(address):
        terms = f"cc-{match[1]}" if match[1] else "cc0"
        return spdx_expression(f"{terms}-{match[3]}") or ""
    if match := _SPDX.fullmatch(address):
        return spdx_expression(re.sub(r"\.(?:html|php|txt|json)$", "", match[1])) or ""
    return next((identifier for pattern, identifier in _ADDRESSES if pattern.fullmatch(address)), "")


def _address(link: str) -> str:
    """Host and path of an address, in lower case; empty for everything else."""
    text = link.strip()
    if len(text) > MAX_LINK or not text.isascii():
        return ""
    try:
        parts = urlsplit(text)
        plain = parts.scheme in {"http", "https"} and parts.netloc == parts.hostname
    except ValueError:
        return ""
    return f"{parts.netloc}{parts.path}".rstrip("/").lower() if plain else ""
