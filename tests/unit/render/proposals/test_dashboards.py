"""What the dashboard lists."""

from __future__ import annotations

from ptmdeps.forges.protocol import PullRequest
from ptmdeps.proposing.actions import Close, Leave, Offer, Open, Plan, Skip, Skipped
from ptmdeps.proposing.dashboard import ticked
from ptmdeps.render.proposals import dashboard
from tests.unit.render.proposals.proposals import proposal, upgraded


def pull_request(number: int, url: str = "https://forge.example/acme/app/pulls/7") -> PullRequest:
    return PullRequest(
        number=number, branch="ptmdeps/x", base="main", head="a" * 40, title="chore(models): update acme/x", url=url
    )


def skip(why: Skipped, number: int = 0, *, forceable: bool = False) -> Skip:
    return Skip(
        key=f"ptmdeps/{why}",
        name=f"acme/{why}",
        to="b" * 40,
        why=why,
        reason="it was closed",
        forceable=forceable,
        number=number,
        url="javascript:alert(1)" if number else "",
    )


def plan(*actions: object) -> Plan:
    return Plan(base="main", parent="a" * 40, actions=actions, pending=1, limit=5)  # type: ignore[arg-type]


def test_every_upgrade_is_listed_with_its_reason() -> None:
    offer = Offer(proposal=proposal(upgraded()), title="Update acme/new", body="", message="", edits=(), digest="")
    text = dashboard(
        plan(
            Open(offer=offer, reason="new"),
            Leave(pull_request=pull_request(7), theirs=True, reason="x"),
            Close(pull_request=pull_request(3), head=None, reason="x"),
            skip("closed", 4, forceable=True),
            skip("ignored"),
        ),
        60_000,
    )
    assert "about the models of `main`: 1 pull request of 5 open." in text
    assert "- `Update acme/new`: to be opened\n" in text
    assert "- [7](https://forge.example/acme/app/pulls/7) `chore(models): update acme/x` (somebody works on it" in text
    assert "### Closed without merging\n\n- [ ] <!-- ptmdeps:do ptmdeps/closed --> `acme/closed` → `bbbbbbb`" in text
    assert "it was closed 4\n" in text and "javascript" not in text
    assert "### Ignored by a rule\n\n- `acme/ignored`" in text
    assert ticked(text.replace("- [ ]", "- [x]")) == {"ptmdeps/closed"}


def test_nothing_to_do_is_said() -> None:
    assert "Every model is locked at what its ref leads to." in dashboard(plan(), 60_000)


def test_what_does_not_fit_is_counted() -> None:
    text = dashboard(plan(*(skip("limit", forceable=True) for _ in range(500))), 5_000)
    assert len(text) <= 5_000 and "more upgrades do not fit here" in text
