from __future__ import annotations

import pytest

from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.inspect.licenses.names import _LICENSES, MAX_NAME, license_of_name
from ptmdeps.licenses.facts import facts_of

LLAMA_1 = "LicenseRef-scancode-llama-license-2023"
FLUX = "LicenseRef-scancode-flux-1-nc"


@pytest.mark.parametrize(
    ("name", "license_"),
    [
        ("llama-license", LLAMA_1),
        ("llama-2-community-license", "LicenseRef-llama2"),
        ("LLAMA 2 COMMUNITY LICENSE AGREEMENT", "LicenseRef-llama2"),
        ("META LLAMA 3 COMMUNITY LICENSE AGREEMENT", "LicenseRef-llama3"),
        ("Llama 3.1 Community License", "LicenseRef-llama3.1"),
        ("llama3.3", "LicenseRef-llama3.3"),
        ("Gemma Terms of Use", "LicenseRef-gemma"),
        ("gemma-terms-of-use", "LicenseRef-gemma"),
        ("health-ai-developer-foundations", "LicenseRef-health-ai-developer-foundations"),
        ("deepseek", "LicenseRef-scancode-deepseek-la-1.0"),
        ("DeepSeek License Agreement", "LicenseRef-scancode-deepseek-la-1.0"),
        ("qwen", "LicenseRef-scancode-qwen-2024"),
        ("qwen-research", "LicenseRef-qwen-research"),
        ("tongyi-qianwen-license-agreement", "LicenseRef-scancode-tongyi-qianwen-2023"),
        ("flux-1-dev-non-commercial-license", FLUX),
        ("FLUX.1 [dev] Non-Commercial License", FLUX),
        ("flux-dev-non-commercial-license", "LicenseRef-flux-dev-non-commercial"),
        ("stabilityai-ai-community", "LicenseRef-scancode-stability-ai-community-2024"),
        ("stable-cascade-nc-community", "LicenseRef-scancode-stability-ai-nc-2023-12-06"),
        ("nvidia-open-model-license", "LicenseRef-scancode-nvidia-open-model-2025-04-28"),
        ("falcon-llm-license", "LicenseRef-falcon-llm-2.0"),
        ("tencent-hunyuan-community", "LicenseRef-tencent-hunyuan-community"),
        ("mnpl-0.1", "LicenseRef-mistral-non-production"),
        ("CreativeML Open RAIL-M", "LicenseRef-creativeml-openrail-m"),
        ("Open Rail++-M License", "LicenseRef-openrail-plus-plus"),
        ("BigCode Open RAIL-M v1", "LicenseRef-bigcode-openrail-m"),
        ("lfm1.0", "LicenseRef-lfm-1.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("apache_2.0", "Apache-2.0"),
        ("The MIT License (MIT)", "MIT"),
        ("CC BY-NC 4.0", "CC-BY-NC-4.0"),
        ("Creative Commons Attribution Non Commercial Share Alike 4.0", "CC-BY-NC-SA-4.0"),
        ("Creative Commons Attribution-NoDerivatives 4.0 International", "CC-BY-ND-4.0"),
        ("GNU General Public License v3.0", "GPL-3.0-only"),
        ("mit OR apache-2.0", "MIT OR Apache-2.0"),
    ],
)
def test_names_of_cards(name: str, license_: str) -> None:
    assert license_of_name(name) == license_
    assert license_of_name(f"  {name.upper()} ") == license_


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "-",
        "other",
        "unknown",
        "llama",
        "exaone",
        "modified-mit",
        "nvidia-license",
        "MPL-2.0 + Commons Clause 1.0",
        "MIT + Commons Clause",
        "MIT (research only)",
        "mit-non-commercial",
        "not MIT",
        "apache-2.0 with restrictions",
        "Apache 2.0 for research",
        "nvidia-open-model-license-with-llama3.1-terms",
        "qwen-community-1.0",
        "tencent-hy-motion-1.0-community",
        "see LICENSE",
        "bsd",
        "cc",
        "BSD license family",
        "proprietary",
        "\x1b[31mmit",
        "x" * (MAX_NAME + 1),
        "mit " * 40,
    ],
)
def test_other_names_say_nothing(name: str) -> None:
    assert license_of_name(name) == ""


def test_a_name_is_of_one_licence_alone() -> None:
    names = [name for names in _LICENSES.values() for name in names]
    assert len(names) == len(set(names))
    for license_, spellings in _LICENSES.items():
        assert {license_of_name(name) for name in spellings} == {license_}


@pytest.mark.parametrize("license_", _LICENSES)
def test_what_names_lead_to_is_sound_spdx_and_has_facts(license_: str) -> None:
    assert spdx_expression(license_) == license_
    assert facts_of(license_) is not None
