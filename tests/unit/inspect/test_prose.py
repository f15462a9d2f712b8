from __future__ import annotations

import time

import pytest

from ptmdeps.inspect.prose import MAX_DESCRIPTION, description, labelled, links

# the shapes of real cards: a converter's banner of HTML, badges before the text, a template that nobody filled in
BANNER = """---
license: other
---

<!-- header start -->
<div style="width: 100%;">
    <img src="https://images.example/logo.jpg" alt="Logo" style="width: 100%;">
</div>
<div>
        <p><a href="https://chat.example/x">Chat & support: my new server for all of you</a></p>
</div>
<!-- header end -->

# Somebody's Coder 15B GPTQ

These files are GPTQ 4bit model files for [Somebody's Coder](https://huggingface.co/some/coder).

Second paragraph of the card.
"""
TEMPLATE = """# Model Card for X

<!-- Provide a quick summary of what the model is/does. -->

## Model Details

- **Developed by:** [More Information Needed]
- **Shared by [optional]:** Acme Labs

[More Information Needed]

| a | b |
|---|---|

```python
this is code and no prose at all
```

> A model that *really* says **what** it `does`, in
> two lines.
"""


@pytest.mark.parametrize(
    ("card", "found"),
    [
        (BANNER, "These files are GPTQ 4bit model files for Somebody's Coder."),
        (TEMPLATE, "A model that really says what it does, in two lines."),
        (
            "[![badge](https://x.example/b.svg)](https://x.example)\n\nA &amp; B are two letters here",
            "A & B are two letters here",
        ),
        ("---\na: b\n---\r\nWindows lines end\r\nlike this one.\r\n\r\nmore", "Windows lines end like this one."),
        ("# Only headings\n\n* and\n* lists\n1. of things that are listed", ""),
        ("too few words", ""),
        ("```\nan unclosed fence hides all of this\n", ""),
        ("<!-- an unclosed comment hides the whole rest", ""),
        ("", ""),
    ],
)
def test_the_first_paragraph_of_prose_is_the_description(card: str, found: str) -> None:
    assert description(card.encode()) == found


def test_a_description_is_one_line_of_limited_length() -> None:
    found = description(b"word " * 5000)
    assert len(found) == MAX_DESCRIPTION and found.endswith("…")


def test_links_are_found_once_and_without_the_marks_around_them() -> None:
    card = (
        b'see [a](https://a.example/x), <https://b.example>, https://a.example/x. And "http://c.example/?q=1&amp;r=2"!'
    )
    assert links(card) == ("https://a.example/x", "https://b.example", "http://c.example/?q=1&r=2")


@pytest.mark.parametrize(
    ("text", "label", "found"),
    [
        ("- **Developed by:** [Acme](https://a.example)", "Developed by", "Acme"),
        ("**Developed by** Acme", "Developed by", "Acme"),
        (TEMPLATE, "Developed by", ""),
        (TEMPLATE, "Shared by", "Acme Labs"),
        ("Developed by: nobody in bold", "Developed by", ""),
    ],
)
def test_what_the_template_asks_for_is_found_where_it_was_filled_in(text: str, label: str, found: str) -> None:
    assert labelled(text.encode(), label) == found


@pytest.mark.parametrize(
    "part", ["*", "[", "![", "<a ", "__a", "<!--", " ", "---\n", "[a](", "http://", "\n- **Developed by", "&"]
)
def test_hostile_cards_take_no_time(part: str) -> None:
    card = (part * 400_000).encode()[:1_000_000]
    began = time.process_time()
    description(card), links(card), labelled(card, "Developed by")
    assert time.process_time() - began < 2.0
