"""What an upgrade touches of the project, and what can be done about it: trying it, taking it back, not wanting it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Sequence

from ptmdeps.proposing.proposal import REBASE_BOX, Affected, Proposal
from ptmdeps.render.proposals.quoting import code, line
from ptmdeps.render.quantities import short
from ptmdeps.requirement import DEFAULT_GROUP
from ptmdeps.upgrade.refs import is_commit

_MOST = 5
_MOST_COMMANDS = 8


def impact(affected: Affected) -> str:
    """One line of Markdown: who in the project uses it."""
    parts = [
        *(f"loaded at {_some(affected.places)}" for _ in affected.places[:1]),
        *(f"asked for in {_some(affected.requirements)}" for _ in affected.requirements[:1] if not affected.places),
        *(f"needed by {_some(affected.dependents)}" for _ in affected.dependents[:1]),
        *(f"{_some(affected.descendants)} came from it" for _ in affected.descendants[:1]),
    ]
    groups = [group for group in affected.groups if group not in {"", DEFAULT_GROUP}]
    parts += [f"in {'group' if len(groups) == 1 else 'groups'} {_some(groups)}" for _ in groups[:1]]
    parts += [f"for {_some(affected.roles)}" for _ in affected.roles[:1]]
    return f"\n**In this project:** {'; '.join(parts)}.\n" if parts else ""


def closing(proposal: Proposal) -> str:
    """What is to be done about it: always there, whatever is cut."""
    merging = f"It merges itself as soon as the checks pass: {proposal.automerge}.\n\n" if proposal.automerge else ""
    return (
        f"\n---\n\n{merging}"
        f"{_folded('Try it', _trying(proposal))}"
        f"{_folded('Take it back once it is merged', _taking_back(proposal))}"
        f"{_folded('Do not want it', _ignoring(proposal))}"
        f"\n- [ ] {REBASE_BOX} tick this box to have the branch built anew\n"
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return ", ".join(code(name, 120) for name in names[:_MOST]) + more


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n</details>\n" if text else ""


def _shell(commands: Iterable[str]) -> str:
    lines = "\n".join(line(command, 1000) for command in commands)
    return f'<pre lang="sh"><code>{lines}\n</code></pre>\n'


def _trying(proposal: Proposal) -> str:
    branch = shlex.quote(proposal.branch)
    commands = [f"git fetch origin {branch}", f"git switch {branch}", "ptmdeps sync", *_diffs(proposal)]
    return f"{_shell(commands)}\nThen run your tests: what a model answers is known only by asking it.\n"


def _diffs(proposal: Proposal) -> Iterator[str]:
    for one in proposal.moving[:_MOST_COMMANDS]:
        revisions = "..".join(
            short(one) if is_commit(one) else one for one in (one.before.revision, one.after.revision)
        )
        yield f"ptmdeps diff {shlex.quote(one.after.key.label)} {shlex.quote(revisions)}"
    if len(proposal.moving) > _MOST_COMMANDS:
        yield f"# and {len(proposal.moving) - _MOST_COMMANDS} more models"


def _taking_back(proposal: Proposal) -> str:
    commands = [one.rollback for one in proposal.moving if one.rollback]
    listed = commands[:_MOST_COMMANDS]
    if len(commands) > len(listed):
        listed.append(f"# and {len(commands) - len(listed)} more models")
    text = _shell(listed) if listed else ""
    return f"{text}\nOr revert the merge: {code(proposal.lock)} is all that it changes.\n"


def _ignoring(proposal: Proposal) -> str:
    """The rule for the manifest: strings of JSON are such of TOML."""
    names = [json.dumps(_pattern(str(one.before.key))) for one in proposal.moving[:_MOST_COMMANDS]]
    rules = [f'    {{ model = {name}, reason = "…" }},' for name in names]
    text = "\n".join(line(row, 1000) for row in ("[tool.ptmdeps.pr]", "ignore = [", *rules, "]"))
    return (
        "Close this pull request: these revisions are not proposed again, newer ones are. "
        f"To hear of no upgrade at all, write to {code('pyproject.toml')} "
        "(with `until = YYYY-MM-DD`, until that day):\n\n"
        f'<pre lang="toml"><code>{text}\n</code></pre>\n'
    )


def _pattern(name: str) -> str:
    """A name in which no character is a pattern of a shell."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
