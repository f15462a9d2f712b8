from __future__ import annotations

from ptmdeps.hubs.description import Facts, Ref, Revision
from ptmdeps.identity import ModelKey
from ptmdeps.showing.evidence import History
from ptmdeps.showing.values import Hashes, Newer, Version
from tests.unit.showing.models import LATER, REVISION, at_hub, card, known, locked, missing, offline

FIRST = Revision(commit=REVISION, committed="2024-01-01T00:00:00Z", title="Upload", authors=("ada",))
NEXT = Revision(commit=LATER, committed="2024-02-01T00:00:00Z", title="Retrain", authors=("bob",))
MAIN = Ref(kind="branch", name="main", revision=LATER)


def test_description_is_the_first_paragraph() -> None:
    assert known("description", at_hub({"README.md": b"# T\n\nIt knows **nothing** at all.\n"})).value == (
        "It knows nothing at all."
    )
    assert missing("description", at_hub({"README.md": b"# T\n"})) == "`README.md` has no paragraph of prose"
    assert missing("description", at_hub()) == "there is no `README.md`"


def test_authors_are_owner_developer_and_committers() -> None:
    files = {"README.md": b"- **Developed by:** The Lab\n"}
    found = known("authors", at_hub(files, facts=Facts(author="acme"), history=History(branch="", past=(FIRST,))))
    assert (found.value, found.source) == (("acme", "The Lab", "ada"), "hub, README.md")
    assert known("authors", offline(locked())).value == ("acme",)


def test_keywords_are_the_tags_of_the_card_or_the_free_ones_of_the_hub() -> None:
    facts = Facts(tags=("pytorch", "license:mit", "region:us"))
    assert known("keywords", at_hub(card(tags=["a", "b"]), facts=facts)).value == ("a", "b")
    assert known("keywords", at_hub(facts=facts)).value == ("pytorch",)
    assert missing("keywords", at_hub(card(license="mit"))) == "`README.md` has no `tags`"


def test_numbers_and_dates_of_the_hub() -> None:
    facts = Facts(downloads=0, likes=7, created="2023-01-01T00:00:00Z", modified="2024-01-01T00:00:00Z")
    values = [known(name, at_hub(facts=facts)).value for name in ("downloads", "likes", "created", "modified")]
    assert values == [0, 7, "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"]
    for name in ("downloads", "likes", "created", "modified"):
        assert missing(name, at_hub()).startswith("the hub does not say")
        assert missing(name, offline(locked())).startswith("offline: only the hub says")


def test_date_of_the_revision() -> None:
    assert known("committed", offline(locked(committed="2022-01-01T00:00:00Z"))).value == "2022-01-01T00:00:00Z"
    assert known("committed", at_hub(history=History(branch="", past=(FIRST,)))).value == FIRST.committed
    assert missing("committed", offline(locked())) == "offline"


def test_version_has_the_tags_on_the_revision() -> None:
    tags = (Ref(kind="tag", name="v1", revision=REVISION), Ref(kind="tag", name="v2", revision=LATER), MAIN)
    assert known("version", at_hub(ref="v1", refs=tags)).value == Version(revision=REVISION, ref="v1", tags=("v1",))


def test_newer_versions_are_commits_and_tags_since() -> None:
    history = History(branch="", newer=(NEXT,), past=(FIRST,))
    refs = (MAIN, Ref(kind="tag", name="v2", revision=LATER), Ref(kind="tag", name="v1", revision=REVISION))
    found = known("newer versions", at_hub(card(new_version="acme/next"), history=history, refs=refs))
    assert found.value == Newer(
        branch="main", head=LATER, count=1, tags=("v2",), commits=(NEXT,), successor="acme/next"
    )
    assert found.source == "hub, README.md"


def test_nothing_newer_is_known_to_be_nothing() -> None:
    refs = (Ref(kind="branch", name="main", revision=REVISION),)
    found = known("newer versions", at_hub(history=History(branch="", past=(FIRST,)), refs=refs))
    assert found.value == Newer(branch="main", head=REVISION)


def test_a_history_without_the_revision_and_a_ref_that_moved_are_told() -> None:
    history = History(branch="", newer=(NEXT,), holds=False)
    refs = (MAIN, Ref(kind="tag", name="v1", revision="c" * 40))
    value = known("newer versions", at_hub(ref="v1", history=history, refs=refs)).value
    assert isinstance(value, Newer) and value.unrelated and value.moved == "c" * 40
    many = known("newer versions", at_hub(history=History(branch="", newer=(NEXT,), more=True, holds=False), refs=refs))
    assert isinstance(many.value, Newer) and many.value.more and not many.value.unrelated


def test_newer_versions_offline() -> None:
    assert missing("newer versions", offline(locked())) == "offline"
    named = offline(locked(), contents=card(new_version="acme/next"))
    assert known("newer versions", named).value == Newer(branch="", head="", successor="acme/next")


def test_names_of_libraries_have_nothing_of_their_own() -> None:
    timm = at_hub(key=ModelKey("timm", "acme/resnet50"), revision="1.0.31", refs=(), history=History(branch=""))
    for name in ("size", "hashes", "access", "remote code", "pickle imports", "memory", "licence", "description"):
        assert missing(name, timm) == "it has no files of its own"
    assert missing("authors", timm) == "the hub does not say who made it"
    assert missing("newer versions", timm).startswith("the hub keeps no versions")
    assert missing("release history", timm) == "the hub keeps no versions"


def test_addresses_have_no_authors_and_no_licence() -> None:
    url = at_hub(
        {"torch/x.pth": 3}, key=ModelKey("url", "https://a.example/x.pth"), refs=(), history=History(branch="")
    )
    assert missing("authors", url) == "the hub does not say who made it"
    assert missing("licence", url) == "nobody declares one at an address: look where it is published"
    assert known("hashes", url).value == Hashes(sha256=1)
