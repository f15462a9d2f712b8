"""What ``pr`` would do, or did: lines for people, JSON for programs, and whole texts for who takes them elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from ptmdeps.paths import printable
from ptmdeps.proposing.actions import Action, Close, Finish, Leave, Offer, Open, Plan, Skip, Update

_WORDS = {Open: "open", Update: "update", Finish: "finish", Close: "close", Leave: "leave", Skip: "skip"}
_SIGNS = {"open": "+", "update": "~", "finish": "~", "close": "-", "leave": "=", "skip": "."}


def plan_text(plan: Plan) -> str:
    """A line for each action, and under it the reason."""
    lines = []
    for action in plan.actions:
        fields = action_fields(action)
        # without a page, a number is only what Git goes by
        number = f" #{fields['number']}" if fields.get("url") else ""
        word = str(fields["action"])
        subject = printable(str(fields.get("title") or fields.get("name") or fields["branch"]))
        lines.append(f"{_SIGNS[word]} {word}{number} {subject}\n    {printable(str(fields['reason']), 400)}\n")
    return "".join(lines) or "nothing to propose\n"


def plan_json(plan: Plan) -> str:
    """One object: ``base``, ``parent``, ``open``, ``limit``, and ``actions`` as of ``action_fields``."""
    values = {
        "base": plan.base,
        "parent": plan.parent,
        "open": plan.pending,
        "limit": plan.limit,
        "actions": [action_fields(action) for action in plan.actions],
    }
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


PLAN_FORMATS = {"text": plan_text, "json": plan_json}


def action_fields(action: Action) -> Mapping[str, object]:
    """An action as plain values: ``action``, ``branch``, ``title`` or ``name``, ``number``, ``url``, ``reason``."""
    fields: dict[str, object] = {"action": _WORDS[type(action)], "branch": action.key}
    match action:
        case Open(offer=offer):
            fields |= {"title": offer.title}
        case Update(offer=offer, pull_request=one, rebuild=rebuild):
            fields |= {"title": offer.title, "number": one.number, "url": one.url, "rebuild": rebuild}
        case Finish(pull_request=one):
            fields |= {"title": one.title, "number": one.number, "url": one.url}
        case Close(pull_request=one, by=by):
            fields |= {"title": one.title, "number": one.number, "url": one.url, "by": by}
        case Leave(pull_request=one, theirs=theirs):
            fields |= {"title": one.title, "number": one.number, "url": one.url, "theirs": theirs}
        case Skip():
            fields |= {"name": action.name, "to": action.to, "why": action.why, "forceable": action.forceable}
            fields |= {"number": action.number, "url": action.url}
    return {**fields, "reason": action.reason}


def offers_text(offers: Iterable[Offer]) -> str:
    """Markdown: of each offer the title as a heading, its branch, and its body."""
    return "\n\n---\n\n".join(
        f"# {offer.title}\n\n`{offer.proposal.branch}` into `{offer.proposal.base}`\n\n{offer.body.rstrip()}\n"
        for offer in offers
    )


def offers_json(offers: Iterable[Offer]) -> str:
    """A list of objects: ``branch``, ``base``, ``title``, ``body``, ``message`` (of the commit), ``files``."""
    values = [
        {
            "branch": offer.proposal.branch,
            "base": offer.proposal.base,
            "title": offer.title,
            "body": offer.body,
            "message": offer.message,
            "files": {
                edit.path: None if edit.content is None else edit.content.decode("utf-8", "replace")
                for edit in offer.edits
            },
        }
        for offer in offers
    ]
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


OFFER_FORMATS = {"text": offers_text, "json": offers_json}
