from __future__ import annotations

from collections.abc import Iterator

import pytest

from ptmdeps.hubs.description import Ref, Revision
from ptmdeps.upgrade.news import EARLIER, MAX_COMMITS, MAX_KEPT, news_since
from ptmdeps.upgrade.refs import is_commit, newest_tag


def history(count: int, *, new: str = "eve", old: str = "ada", locked: int = 3) -> Iterator[Revision]:
    for number in range(count):
        yield Revision(commit=f"{number:040x}", authors=(new if number < locked else old,))


def test_history_is_cut_at_the_locked_commit() -> None:
    news = news_since(history(10), f"{3:040x}")
    assert (news.count, news.found, news.rewritten, news.new_authors) == (3, True, False, ("eve",))


def test_authors_that_were_there_before_are_not_new() -> None:
    assert news_since(history(10, new="ada"), f"{3:040x}").new_authors == ()


def test_a_commit_that_is_no_ancestor_means_that_history_was_rewritten() -> None:
    news = news_since(history(10), "f" * 40)
    assert (news.count, news.found, news.rewritten) == (10, False, True)


def test_long_histories_are_not_read_to_their_end() -> None:
    endless = history(10**9)
    news = news_since(endless, "f" * 40)
    assert (news.count, news.exhausted, news.rewritten, len(news.commits)) == (MAX_COMMITS, False, False, MAX_KEPT)
    assert next(endless).commit == f"{MAX_COMMITS:040x}"
    more = history(10**9)
    news_since(more, f"{3:040x}")
    assert next(more).commit == f"{3 + EARLIER:040x}"


@pytest.mark.parametrize(
    ("tags", "newest"),
    [
        (["v1.9", "v1.10", "latest"], "v1.10"),
        (["1.0", "release-2.0", "models/v1.5"], "release-2.0"),
        (["v1.0", "v2.0rc1"], "v1.0"),
        (["v2.0rc1"], "v2.0rc1"),
        (["latest", "stable"], None),
        ([f"v{'9' * 500}"], None),
        ([], None),
    ],
)
def test_newest_tag(tags: list[str], newest: str | None) -> None:
    found = newest_tag([*(Ref(kind="tag", name=name, revision="a" * 40) for name in tags)])
    assert (found.name if found else None) == newest
    assert newest_tag([Ref(kind="branch", name="v9", revision="a" * 40)]) is None


def test_commits_are_whole() -> None:
    assert is_commit("a" * 40)
    assert not is_commit("a" * 39) and not is_commit("g" * 40)
