"""How texts of others stand in a pull request."""

from __future__ import annotations

import pytest

from ptmdeps.render.proposals.quoting import code, for_title, html_code, line, preformatted, prose, revision, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("config.json", "`config.json`"),
        ("src/app.py:12", "`src/app.py:12`"),
        ('"gelu"', '`"gelu"`'),
        ("[16, 16]", "`[16, 16]`"),
        ("Größe", "`Größe`"),
        ("", ""),
        ("  ", ""),
        ("@ada", "<code>&#x40;ada</code>"),
        ("ada@acme.example", "<code>ada<wbr>&#x40;acme&#x2e;example</code>"),
        ("#12", "<code>&#x23;12</code>"),
        ("fixes x", "`fixes x`"),
        ("fixes ABC-1", "<code>&#x66;ixes ABC-1</code>"),
        ("fixes #1", "<code>fixes &#x23;1</code>"),
        ("gh-12", "<code>gh&#x2d;12</code>"),
        ("a|b", "<code>a&#x7c;b</code>"),
        ("`", "<code>&#x60;</code>"),
        ("{{ x }}", "<code>&#x7b;&#x7b; x &#x7d;&#x7d;</code>"),
        ("https://acme.example", "<code>https&#x3a;&#x2f;&#x2f;acme&#x2e;example</code>"),
        ("<b> & x", "<code>&lt;b&gt; &amp; x</code>"),
        ("\x1b[31m", "<code>&#x5c;x1b&#x5b;31m</code>"),
    ],
)
def test_code_is_read_as_it_is_and_obeyed_by_nobody(text: str, shown: str) -> None:
    assert code(text) == shown


def test_code_in_html_is_html() -> None:
    assert html_code("config.json") == "<code>config&#x2e;json</code>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+x = [1, 2]  # y", "+x = [1, 2]  &#x23; y"),
        ("+/merge", "+&#x2f;merge"),
        ("  /merge", "  &#x2f;merge"),
        ("a / b", "a / b"),
        ("- [x] done", "- &#x5b;x] done"),
        ("[ skip ci ]", "&#x5b; skip ci ]"),
        ("{%- if x %}{{ y }}", "&#x7b;%- if x %}&#x7b;&#x7b; y }}"),
        ('{"a": 1}', '{"a": 1}'),
        ("Closes: JIRA-12", "&#x43;loses: JIRA-12"),
        ("a\tb", "a    b"),
        ("https://www.acme.example", "https&#x3a;//www&#x2e;acme.example"),
        ("<!-- ptmdeps:rebase -->", "&lt;!-- ptmdeps:rebase --&gt;"),
        ("x" * 500, "x" * 400 + "…"),
    ],
)
def test_lines_are_read_as_they_are(text: str, shown: str) -> None:
    assert line(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "the licence of `acme/x` changed: MIT -> GPL-3.0-only",
            "the licence of `acme/x` changed: MIT → `GPL-3.0-only`",
        ),
        ("1,000 of them, and no more", "1,000 of them, and no more"),
        ("one ` is no code", "one  is no code"),
        ("see www.acme.example now", "see <code>www&#x2e;acme&#x2e;example</code> now"),
        ("deadbeef it is", "`deadbeef` it is"),
        ("fixes #1 and JIRA-1", "fixes <code>&#x23;1</code> and `JIRA-1`"),
        ("1. first", "`1`. first"),
        ("*bold* _too_", "`*bold*` `_too_`"),
        ("of `a`, and", "of `a`, and"),
    ],
)
def test_prose_keeps_words_and_makes_code_of_the_rest(text: str, shown: str) -> None:
    assert prose(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("acme/encoder-v1.5", "acme/encoder-v1.5"),
        ("@ada #1 <b>", "_ada__1__b_"),
        ("https://acme.example/x", "https_//acme.example/x"),
        ("gh-1", "gh_1"),
        ("www.x", "www_x"),
        ("a" * 60, "aaaa…aaaa"),
        ("\u202ex", "_u202ex"),
    ],
)
def test_titles_hold_no_signs(text: str, shown: str) -> None:
    assert for_title(text, 9 if len(text) > 50 else 200) == shown


def test_what_cannot_be_seen_is_escaped() -> None:
    assert visible("a\u200b\u3164\ud83d") == "a\\u200b\\u3164\\ud83d"
    assert visible("e\u0301 o\u0301\u0301\u0301\u0301\u0301") == "e\u0301 o\u0301\u0301\u0301\\u0301\\u0301"


def test_revisions_are_short() -> None:
    assert [revision("6d2f3c1" + "0" * 33), revision("v1.2"), revision("\ud83d")] == [
        "`6d2f3c1`",
        "`v1.2`",
        "<code>&#x5c;ud83d</code>",
    ]


def test_blocks_may_have_a_language() -> None:
    assert preformatted(["a"]) == "<pre><code>a\n</code></pre>\n"
    assert preformatted(["+a", "-b"], "diff") == '<pre lang="diff"><code>+a\n-b\n</code></pre>\n'
