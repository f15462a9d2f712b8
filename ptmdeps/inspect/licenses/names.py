"""Licences by the names that model cards give them beside ``license: other``.

A name counts as a whole or not at all: what is added to it (``… + Commons Clause``, ``… with llama3.1 terms``) makes it
the name of another licence. Some names stand here for nothing, because more than one licence is called so:
``exaone`` (1.0 to 1.2), ``modified-mit`` (each author modifies another way), ``nvidia-license``, ``llama``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ptmdeps.inspect.licenses.identifiers import spdx_expression

MAX_NAME = 200
"""Longest name that is read, in characters."""

_LICENSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AFL-3.0": ("academic-free-license-v3.0",),
        "Apache-2.0": ("apache-2", "apache2", "apache2.0", "asl-2.0"),
        "MIT": ("mit-license-mit",),
        "MPL-2.0": ("mozilla-public-license-2.0", "mozilla-public-license-v2.0"),
        "BSD-3-Clause": ("bsd-3", "new-bsd", "modified-bsd", "bsd-3-clause-new-or-revised"),
        "BSD-2-Clause": ("bsd-2", "simplified-bsd", "bsd-2-clause-simplified"),
        "CC0-1.0": ("cc0", "creative-commons-zero-v1.0-universal", "creative-commons-zero-1.0"),
        "BSL-1.0": ("boost-software-license-1.0",),
        "C-UDA-1.0": ("computational-use-of-data",),
        "CDLA-Permissive-1.0": ("community-data-license-agreement-permissive-version-1.0",),
        "CDLA-Permissive-2.0": ("community-data-license-agreement-permissive-version-2.0",),
        "CDLA-Sharing-1.0": ("community-data-license-agreement-sharing-version-1.0",),
        "ECL-2.0": ("educational-community-license-v2.0",),
        "EPL-1.0": ("eclipse-public-license-1.0",),
        "EPL-2.0": ("eclipse-public-license-2.0",),
        "EUPL-1.1": ("european-union-public-license-1.1",),
        "EUPL-1.2": ("european-union-public-license-1.2",),
        "LGPL-2.1-only": ("gnu-lesser-general-public-license-v2.1",),
        "LGPLLR": ("lesser-general-public-license-for-linguistic-resources",),
        "LPPL-1.3c": ("latex-project-public-license-v1.3c",),
        "MS-PL": ("microsoft-public",),
        "NCSA": ("university-of-illinois-ncsa-open-source",),
        "OFL-1.1": ("sil-open-font-license-1.1",),
        "OSL-3.0": ("open-software-license-3.0",),
        "OpenMDW-1.0": ("open-model-data-&-weights",),
        "PDDL-1.0": ("open-data-commons-public-domain-dedication-and",),
        "etalab-2.0": ("etalab-open-license-2.0",),
        "GPL-2.0-only": ("gnu-general-public-license-v2.0", "gplv2", "gpl-v2", "gpl-2"),
        "GPL-3.0-only": ("gnu-general-public-license-v3.0", "gplv3", "gpl-v3", "gpl-3"),
        "AGPL-3.0-only": ("gnu-affero-general-public-license-v3.0", "agplv3", "agpl-v3", "agpl-3"),
        "LGPL-3.0-only": ("gnu-lesser-general-public-license-v3.0", "lgplv3", "lgpl-v3", "lgpl-3"),
        "LicenseRef-apple-amlr": (
            "apple-machine-learning-research-model",
            "apple-model-license-for-research",
            "apple-ml-research-model",
        ),
        "LicenseRef-apple-ascl": ("apple-sample-code",),
        "LicenseRef-baichuan2-community": ("baichuan2-community", "community-for-baichuan2-model"),
        "LicenseRef-bigcode-openrail-m": ("bigcode-openrail-m-v1", "bigcode-open-rail-m-v1", "bigcode-open-rail-m"),
        "LicenseRef-bigscience-bloom-rail-1.0": ("bloom-rail", "bloom-rail-1.0", "bigscience-rail-1.0"),
        "LicenseRef-bigscience-openrail-m": ("bigscience-open-rail-m",),
        "LicenseRef-chatglm-6b": ("chatglm-6b", "chatglm"),
        "LicenseRef-chatglm2-6b": ("chatglm2-6b", "chatglm2"),
        "LicenseRef-chatglm3-6b": ("chatglm3-6b", "chatglm3"),
        "LicenseRef-cogvideox-license": ("cogvideox",),
        "LicenseRef-coqui-public-model-1.0": ("cpml", "coqui-public-model", "coqui-public-model-1.0.0"),
        "LicenseRef-creativeml-openrail-m": ("creativeml-open-rail-m", "creativeml-openrail-m-1.0"),
        "LicenseRef-databricks-open-model-license": ("databricks-open-model", "dbrx-open-model"),
        "LicenseRef-deepfloyd-if-license": ("deepfloyd-if", "deepfloyd-if-research"),
        "LicenseRef-dinov3-license": ("dinov3",),
        "LicenseRef-fair-noncommercial-research-license": (
            "fair-noncommercial-research",
            "fair-non-commercial-research",
            "fair-research",
        ),
        "LicenseRef-falcon-llm-1.0": ("tii-falcon-llm-1.0", "falcon-llm-1.0"),
        "LicenseRef-falcon-llm-2.0": ("falcon-llm", "tii-falcon-llm", "tii-falcon-llm-2.0", "falcon-llm-2.0"),
        "LicenseRef-flux-dev-non-commercial": ("flux-dev-non-commercial", "flux-2-dev-non-commercial"),
        "LicenseRef-gemma": ("gemma-terms-of-use", "google-gemma-terms-of-use", "google-gemma"),
        "LicenseRef-glm-4": ("glm-4", "glm-4-9b"),
        "LicenseRef-grok2-community": ("grok-2-community",),
        "LicenseRef-h-research": ("h-company-research",),
        "LicenseRef-health-ai-developer-foundations": (
            "health-ai-developer-foundations",
            "health-ai-developer-foundations-terms-of-use",
            "hai-def",
            "hai-def-terms-of-use",
        ),
        "LicenseRef-intel-research": ("intel-research-use",),
        "LicenseRef-internlm-license": ("internlm",),
        "LicenseRef-jamba-open-model-license": ("jamba-open-model",),
        "LicenseRef-kolors-license": ("kolors", "kwai-kolors"),
        "LicenseRef-lfm-1.0": ("lfm1.0", "lfm-1.0", "lfm-open-v1.0"),
        "LicenseRef-llama2": ("llama-2", "llama-2-community", "llama2-community", "meta-llama-2-community"),
        "LicenseRef-llama3": (
            "llama-3",
            "llama-3-community",
            "llama3-community",
            "meta-llama-3",
            "meta-llama-3-community",
        ),
        "LicenseRef-llama3.1": ("llama-3.1", "llama-3.1-community", "llama3.1-community", "meta-llama-3.1-community"),
        "LicenseRef-llama3.2": ("llama-3.2", "llama-3.2-community", "llama3.2-community", "meta-llama-3.2-community"),
        "LicenseRef-llama3.3": ("llama-3.3", "llama-3.3-community", "llama3.3-community", "meta-llama-3.3-community"),
        "LicenseRef-llama4": ("llama-4", "llama-4-community", "llama4-community", "meta-llama-4-community"),
        "LicenseRef-minicpm-model-license": ("minicpm-model", "minicpm"),
        "LicenseRef-minimax-model-license": ("minimax-model",),
        "LicenseRef-mistral-non-production": (
            "mnpl",
            "mnpl-0.1",
            "mistral-ai-non-production",
            "mistral-non-production",
            "mistral-ai-non-production-mnpl",
        ),
        "LicenseRef-mistral-research": (
            "mrl",
            "mrl-0.1",
            "mistral-ai-research",
            "mistral-research",
            "mistral-ai-research-mrl",
        ),
        "LicenseRef-nvidia-one-way-noncommercial": ("nvidia-oneway-noncommercial", "nvidia-one-way-noncommercial"),
        "LicenseRef-openmdw-1.1": ("openmdw-v1.1", "open-model-data-&-weights-license-agreement-v1.1"),
        "LicenseRef-openrail": ("openrail-m", "open-rail-m"),
        "LicenseRef-openrail-plus-plus": (
            "openrail++-m",
            "openrail-plus-plus-m",
            "openrail-plus-plus",
            "open-rail++-m",
            "creativeml-openrail++-m",
            "creativeml-open-rail++-m",
        ),
        "LicenseRef-opt-175b-license": ("opt-175b", "opt"),
        "LicenseRef-qwen-research": ("qwen-research", "qwen2.5-research"),
        "LicenseRef-sam-license": ("sam", "sam3"),
        "LicenseRef-scancode-apple-ml-ferret-2023": ("apple-ml-ferret",),
        "LicenseRef-scancode-chameleon-research-2024": ("chameleon-research", "chameleon"),
        "LicenseRef-scancode-deepseek-la-1.0": ("deepseek", "deepseek-model", "deepseek-1.0", "deepseek-v1.0"),
        "LicenseRef-scancode-exaone-ai-model-1.1-nc": ("exaone-1.1-nc", "exaone-ai-model-1.1-nc"),
        "LicenseRef-scancode-falcon-2-11b-1.0": ("falcon-2-11b-tii", "falcon-2-11b-tii-1.0", "falcon-2-11b"),
        "LicenseRef-scancode-flux-1-nc": (
            "flux-1-dev-non-commercial",
            "flux.1-dev-non-commercial",
            "flux1-dev-non-commercial",
            "flux-1-non-commercial",
        ),
        "LicenseRef-scancode-hyperclova-x-seed-2025": (
            "hyperclovax-seed",
            "hyperclova-x-seed",
            "hyperclova-x-seed-model",
        ),
        "LicenseRef-scancode-llama-license-2023": ("llama-license", "llama-1", "llama-v1", "llama-non-commercial"),
        "LicenseRef-scancode-ltxv-owl-2025-05-05": ("ltxv-open-weights", "ltx-video-open-weights"),
        "LicenseRef-scancode-moonshot-ai-modified-mit-2025": (
            "kimi-k2",
            "kimi-k2-modified-mit",
            "modified-mit-kimi-k2",
        ),
        "LicenseRef-scancode-nvidia-open-model-2025-04-28": ("nvidia-open-model",),
        "LicenseRef-scancode-qwen-2024": ("qwen",),
        "LicenseRef-scancode-stability-ai-community-2024": (
            "stabilityai-ai-community",
            "stabilityai-community",
            "stability-ai-community",
            "stability-community",
            "stable-audio-community",
        ),
        "LicenseRef-scancode-stability-ai-nc-2023-12-06": (
            "sai-nc-community",
            "stable-cascade-nc-community",
            "stabilityai-nc-research-community",
            "stability-ai-non-commercial-research-community",
            "stabilityai-non-commercial-research-community",
        ),
        "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla": ("tencent-hunyuan-3d-2.0-community",),
        "LicenseRef-scancode-tongyi-qianwen-2023": ("tongyi-qianwen", "qianwen"),
        "LicenseRef-stable-video-diffusion-nc": ("stable-video-diffusion-nc-community", "svd-nc-community"),
        "LicenseRef-sdxl-0.9-research": ("sdxl-0.9-research", "sdxl-0.9"),
        "LicenseRef-tencent-hunyuan-community": ("tencent-hunyuan-community", "hunyuan-community", "tencent-hunyuan"),
        "LicenseRef-tongyi-qianwen-research": ("tongyi-qianwen-research",),
        "LicenseRef-yi-license": ("yi", "yi-series-models-community", "yi-series-models"),
    }
)
"""Licence → the names that cards give it, as :func:`_plain` writes them. ``license_name`` of public model cards."""

_OF: Mapping[str, str] = MappingProxyType({name: license_ for license_, names in _LICENSES.items() for name in names})

# "llama-license" is the one name that is another one without its last word
_KEPT = frozenset({"llama-license"})
_PARTS = re.compile(r"[a-z0-9+.&]+")
_LAST = ("license", "licence", "agreement", "terms", "licensed")
_FILLING = frozenset({"the", "license", "licence", "version", "v"})
_CREATIVE_COMMONS = re.compile(
    r"(?:creative-commons|cc)-(?:attribution|by)(?P<nc>-non-?commercial|-nc)?"
    r"(?:(?P<sa>-share-?alike|-sa)|(?P<nd>-no-?deriv(?:ative)?s|-nd))?-v?(?P<version>[1-4]\.[05])(?:-(?:international|unported))?"
)


def license_of_name(name: str) -> str:
    """The licence that a card calls ``name``, in any case and punctuation.

    Returns:
        SPDX expression or ``LicenseRef-…``; empty for a name that is not known, or that more than one licence has.
    """
    if not name.strip() or len(name) > MAX_NAME:
        return ""
    plain = _plain(name)
    return _OF.get(plain) or spdx_expression(name) or _identifier(name) or ""


def _plain(name: str) -> str:
    """A name without case, punctuation and what most names end with: ``Qwen LICENSE AGREEMENT`` is ``qwen``."""
    words = _words(name)
    while len(words) > 1 and words[-1] in _LAST and "-".join(words) not in _KEPT:
        words.pop()
    return "-".join(words)


def _words(name: str) -> list[str]:
    words = [word.strip(".") for word in _PARTS.findall(name.lower().replace("_", "-"))]
    return [word for index, word in enumerate(words) if word and (index or word != "the")]


def _identifier(name: str) -> str | None:
    """``Apache License, Version 2.0``, ``CC BY-NC 4.0``: identifiers that are written as people speak."""
    words = [re.sub(r"^v(?=\d)", "", word) for word in _words(name) if word not in _FILLING]
    joined = "-".join(words)
    if match := _CREATIVE_COMMONS.fullmatch(joined):
        terms = "".join(f"-{part}" for part in ("nc", "sa", "nd") if match[part])
        joined = f"cc-by{terms}-{match['version']}"
    return spdx_expression(joined)
