from __future__ import annotations

import pytest

from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.inspect.licenses.links import _ADDRESSES, MAX_LINK, license_of_link
from ptmdeps.licenses.facts import facts_of

HUB = "https://huggingface.co"


@pytest.mark.parametrize(
    ("link", "license_"),
    [
        ("https://ai.google.dev/gemma/terms", "LicenseRef-gemma"),
        ("https://ai.meta.com/llama/license/", "LicenseRef-llama2"),
        (f"{HUB}/meta-llama/Llama-2-7b-chat-hf/blob/main/LICENSE.txt", "LicenseRef-llama2"),
        (f"{HUB}/meta-llama/Meta-Llama-3-8B/blob/main/LICENSE", "LicenseRef-llama3"),
        (f"{HUB}/meta-llama/Meta-Llama-3.1-70B-Instruct/blob/main/LICENSE", "LicenseRef-llama3.1"),
        (f"{HUB}/meta-llama/Llama-3.2-1B/blob/main/LICENSE.txt", "LicenseRef-llama3.2"),
        (f"{HUB}/meta-llama/Llama-3.3-70B-Instruct/blob/main/LICENSE", "LicenseRef-llama3.3"),
        (f"{HUB}/huggyllama/llama-7b/blob/main/LICENSE", "LicenseRef-scancode-llama-license-2023"),
        (f"{HUB}/black-forest-labs/FLUX.1-dev/blob/main/LICENSE.md", "LicenseRef-scancode-flux-1-nc"),
        (f"{HUB}/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md", "LicenseRef-openrail-plus-plus"),
        (f"{HUB}/Qwen/Qwen2.5-72B-Instruct/blob/main/LICENSE", "LicenseRef-scancode-qwen-2024"),
        (f"{HUB}/Qwen/Qwen2.5-3B/blob/main/LICENSE", "LicenseRef-qwen-research"),
        (f"{HUB}/tencent/Hunyuan3D-2/blob/main/LICENSE.txt", "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla"),
        ("https://falconllm.tii.ae/falcon-terms-and-conditions.html", "LicenseRef-falcon-llm-2.0"),
        ("https://mistral.ai/licenses/MRL-0.1.md", "LicenseRef-mistral-research"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("https://opensource.org/license/mit", "MIT"),
        ("https://choosealicense.com/licenses/gpl-3.0/", "GPL-3.0-only"),
        ("https://spdx.org/licenses/BSD-3-Clause.html", "BSD-3-Clause"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/deed.en", "CC-BY-NC-SA-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    ],
)
def test_addresses_of_texts(link: str, license_: str) -> None:
    assert license_of_link(link) == license_
    assert license_of_link(f" {link}?download=true#top ") == license_


@pytest.mark.parametrize(
    "link",
    [
        "",
        "LICENSE",
        "LICENSE.md",
        "ai.google.dev/gemma/terms",
        "ftp://ai.google.dev/gemma/terms",
        "https://ai.google.dev.acme.example/gemma/terms",
        "https://acme.example/https://ai.google.dev/gemma/terms",
        "https://acme@ai.google.dev/gemma/terms",
        "https://ai.google.dev:8443/gemma/terms",
        f"{HUB}/acme/Llama-2-7b-hf/blob/main/LICENSE.txt",
        f"{HUB}/meta-llama/Llama-2-7b-hf/blob/main/USE_POLICY.md",
        f"{HUB}/Qwen/Qwen2.5-7B-Instruct/blob/main/LICENSE",
        f"{HUB}/black-forest-labs/FLUX.1-schnell",
        "https://opensource.org/licenses/",
        "https://opensource.org/licenses/mit-acme",
        "https://creativecommons.org/licenses/",
        "https://creativecommons.org/licenses/by-nc/9.9/",
        "https://[::1",
        "https://аi.google.dev/gemma/terms",  # noqa: RUF001 - a Cyrillic letter
        "https://acme.example/" + "x" * MAX_LINK,
    ],
)
def test_other_addresses_say_nothing(link: str) -> None:
    assert license_of_link(link) == ""


@pytest.mark.parametrize("license_", sorted({license_ for _, license_ in _ADDRESSES}))
def test_what_addresses_lead_to_is_sound_spdx_and_has_facts(license_: str) -> None:
    assert spdx_expression(license_) == license_
    assert facts_of(license_) is not None
