"""Whatever upstream writes, a pull request's text is within its limit, and a forge finds nothing of theirs in it.

The judge is cmark-gfm, the renderer of GitHub, with HTML let through: what it makes of a body may hold our elements
only. What forges look for beyond Markdown is looked for here in the same two ways: in the text outside of code, as
filters of mentions and references do, and in the body as it was sent, as closing patterns and quick actions are.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.forges.protocol import PullRequest
from ptmdeps.proposing.actions import Leave, Plan, Skip
from ptmdeps.proposing.dashboard import ticked
from ptmdeps.proposing.markers import marker_of, rebase_wished
from ptmdeps.proposing.proposal import REBASE_BOX
from ptmdeps.render.proposals import body, dashboard, title
from tests.unit.render.proposals.proposals import everything

CORPUS = (
    "@torvalds",
    "cc @acme/team, @octocat",
    "#1",
    "fixes #1",
    "Closes: acme/other#2",
    "resolves GH-3",
    "Implements https://gitlab.example/g/p/-/issues/4",
    "closing JIRA-12",
    "/merge",
    "/assign @me",
    "\n/close\n",
    "- [x] <!-- ptmdeps:rebase --> x",
    "- [ ] task",
    "<!-- ptmdeps:do ptmdeps/x -->",
    '<!-- ptmdeps:v1 {"digest":"' + "0" * 64 + '"} -->',
    "--> <!--",
    "<script>alert(1)</script>",
    "</code></pre></details><img src=x onerror=alert(1)>",
    "</summary><a href='https://evil.example'>x</a>",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: https://evil.example",
    "[x][y]",
    "https://evil.example/a?b=c",
    "www.evil.example",
    "mallory@evil.example",
    "mailto:mallory@evil.example",
    "xmpp:mallory@evil.example",
    "ftp://evil.example",
    "<https://evil.example>",
    "`` ` ```",
    "```\n/merge\n```",
    "~~~",
    "| a | b |",
    "a | b",
    "\\| \\` \\<",
    "**b** _i_ ~~s~~",
    "# heading",
    "===",
    "---",
    "> quote",
    "1. one",
    "    indented",
    "{{ secrets.TOKEN }}",
    "${{ github.token }}",
    "{% raw %}",
    "&lt;b&gt; &#64;x &commat;x &#x40;x",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe\u202c",
    "a\u200bb\u2060c\ufeff",
    "Z\u0310\u0323\u0330\u0301\u0489",
    "\u3164\u115f",
    "\r\n\r\n",
    "\u2028x\u2029",
    "\x00",
    "$x$ $`x`$ $$y$$",
    ":tada: :shipit:",
    "!1 &2 %3 ~bug $4",
    "86b5e0934494bd15c9632b12f734a8a67f723594",
    "deadbee",
    "[skip ci] skip-checks: true",
    "Co-authored-by: Mallory <m@evil.example>",
    "]]>",
    "<![CDATA[x",
    "<?php",
    "<details open>",
    "\ud83d",
    "",
    " ",
)
FRAGMENTS = st.sampled_from(CORPUS)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=12), min_size=1, max_size=5).map("".join) | st.lists(
    FRAGMENTS, min_size=1, max_size=4
).map(" ".join)

OURS = frozenset(
    {"p", "strong", "em", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
    | {"ul", "li", "blockquote", "hr", "h3", "input", "wbr"}
)
ATTRIBUTES = {"pre": {"lang"}, "input": {"type", "disabled"}}
FOUND_OUTSIDE_OF_CODE = re.compile(
    r"""(?<![A-Za-z0-9])@[A-Za-z0-9]       # mentions
    |\#\d|(?<!\[)[!%~$][A-Za-z0-9]|&\d            # references of GitHub and GitLab
    |\bgh-\d|://|\bwww\.|\b[0-9a-f]{7,40}\b
    |:[a-z_+]+:""",
    re.IGNORECASE | re.VERBOSE,
)
FOUND_ANYWHERE = re.compile(
    r"""@[A-Za-z0-9]|\#\d|<!--(?!\ ptmdeps:(rebase|do)\ ?)|\{\{|\{%|://
    |^[ \t]*/[a-z]                         # quick actions
    |\b(clos(e[sd]?|ing)|fix(e[sd]|ing)?|resolv(e[sd]?|ing)|implement(s|ed|ing)?):?[ ]+(\S*\#\d|gh-\d|https?://|[A-Z]+-\d)
    |\[(skip|no)\ ci\]""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


class Reader(HTMLParser):
    """What a page holds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.comments: list[str] = []
        self.boxes = 0
        self.outside: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name) for name, _ in attrs]
        self.boxes += tag == "input"
        self._inside += tag in {"code", "pre"}
        if tag in {"p", "li", "td", "th"}:
            self.outside.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag in {"code", "pre"}

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.tags.add(f"!{decl}")

    def handle_pi(self, data: str) -> None:
        self.tags.add(f"?{data}")

    def handle_data(self, data: str) -> None:
        # what stands in code is in between as far as filters are concerned
        self.outside.append("\n" if self._inside else data)


def read(markdown: str) -> Reader:
    reader = Reader()
    reader.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
    reader.close()
    return reader


def harmless(markdown: str) -> Reader:
    """Assert that a forge finds nothing but ours in it."""
    page = read(markdown)
    assert page.tags <= OURS
    assert all(name in ATTRIBUTES.get(tag, set()) for tag, name in page.attributes)
    assert page._inside == 0
    assert (found := FOUND_OUTSIDE_OF_CODE.search("".join(page.outside))) is None, found
    assert (found := FOUND_ANYWHERE.search(markdown)) is None, found
    assert not [char for char in markdown if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"}]
    return page


def check(text: str, limit: int, *, models: int = 1) -> str:
    found = body(everything(text, models=models), limit)
    assert len(found) <= limit
    page = harmless(found)
    assert page.boxes == 1
    assert page.comments == [REBASE_BOX.removeprefix("<!--").removesuffix("-->")]
    assert not rebase_wished(found) and marker_of(found) is None and not ticked(found)
    return found


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_texts_are_only_read(text: str) -> None:
    check(text, 61_000)


@given(text=TEXTS, limit=st.sampled_from((6_000, 12_000, 61_000)), models=st.sampled_from((1, 3)))
@settings(max_examples=25, deadline=None)
def test_whatever_upstream_writes_is_only_read(text: str, limit: int, models: int) -> None:
    check(text, limit, models=models)


@given(text=TEXTS)
@settings(max_examples=60, deadline=None)
def test_titles_are_one_plain_line(text: str) -> None:
    for models in (1, 2):
        found = title(everything(text, models=models))
        assert found.isprintable() and len(found) <= 200
        assert not set("@#<>`[]{}!~$%&*|\\\"'") & set(found)
        assert not re.search(r"://|gh-\d|www\.", found, re.IGNORECASE)


@given(text=TEXTS)
@settings(max_examples=40, deadline=None)
def test_dashboards_are_only_read(text: str) -> None:
    pull_request = PullRequest(
        number=12, branch="ptmdeps/x", base=text, head="a" * 40, title=text, url=f"https://forge.example/{text}"
    )
    skip = Skip(key="ptmdeps/y-1", name=text, to=text, why="closed", reason=f"`{text}` {text}", forceable=True)
    plan = Plan(base=text, parent="a" * 40, actions=(Leave(pull_request=pull_request, reason=text), skip), limit=5)
    found = dashboard(plan, 60_000)
    page = read(found)
    assert page.tags <= OURS | {"a"} and page.boxes == 1
    assert page.comments == [" ptmdeps:do ptmdeps/y-1 "]
    assert not ticked(found)
    assert FOUND_OUTSIDE_OF_CODE.search("".join(page.outside)) is None
    assert page.tags.isdisjoint({"a"}) or "https://forge.example/" in found


def test_a_card_of_a_megabyte_fits_every_forge() -> None:
    text = "".join(CORPUS) * (1_000_000 // sum(map(len, CORPUS)) + 1)
    assert len(text) > 1_000_000
    for limit in (8_000, 61_535, 996_000):
        found = check(text, limit)
        assert "suggested severity **major**" in found[:500]


def test_lines_of_a_card_are_quoted_and_no_more_than_fifty() -> None:
    lines = tuple(f"+line {number}" for number in range(200))
    found = body(everything("x", lines=lines), 200_000)
    card = found[found.index("Model card") :]
    assert card.count("+line ") == 50
    assert "… and 150 more lines of the difference" in card
