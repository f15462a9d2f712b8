"""What the rules on licences say, as findings."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.checks import CHECKS, Finding, findings, gather
from ptmdeps.licenses.rules import RULES
from ptmdeps.lockfile import dumps
from ptmdeps.lockfile.model import Ancestor, LockedModel
from ptmdeps.manifest.policy import LEVELS, LicenseException, Policy
from tests.licensed import QUIET, ancestor, came, dataset, lock, model

BUSINESS = replace(QUIET, commercial=True, pickle="allow", remote_code="allow")


def found(*things: LockedModel | Ancestor, policy: Policy = BUSINESS, license_: str = "") -> tuple[Finding, ...]:
    locked = lock(*things)
    return findings(gather(locked, dumps(locked), policy, (), license_=license_))


def test_every_rule_is_a_check() -> None:
    assert {rule.rule for rule in RULES} <= {check.rule for check in CHECKS}


def test_a_finding_has_path_clause_and_the_line_of_the_lock() -> None:
    things = (model("acme/x", "cc-by-nc-4.0", came("finetune", "acme/b")), ancestor("acme/b", "cc-by-nc-4.0"))
    own, inherited = found(*things)
    assert own.message == "`acme/x` is under `CC-BY-NC-4.0`, which forbids commercial use"
    assert inherited.message == (
        "`acme/x` comes from `acme/b` under `CC-BY-NC-4.0`, which forbids commercial use (app.py → acme/x → acme/b)"
    )
    facts = dict(inherited.facts)
    assert facts["path"] == "app.py → acme/x → acme/b" and facts["evidence"] == "README.md"
    assert (facts["outcome"], facts["confidence"], facts["kind"]) == ("conflict", "declared", "conflict")
    assert facts["clause"] and facts["url"].startswith("https://")
    line = dumps(lock(*things)).split("\n")[inherited.where.line - 1]
    assert (inherited.severity, inherited.where.path, line) == ("error", "ptm.lock", "[[model]]")


def test_what_is_only_guessed_is_a_warning() -> None:
    guessed = model("acme/x", "mit", came("base-model", "acme/b", file="config.json"))
    severities = {one.severity for one in found(guessed, ancestor("acme/b", "cc-by-nc-4.0"))}
    assert severities == {"warning"}


def test_adapters_of_one_base_are_one_finding() -> None:
    base = model("acme/b", "cc-by-nc-4.0")
    adapters = [model(f"acme/l{index}", "cc-by-nc-4.0", came("runtime:adapter", "acme/b")) for index in range(5)]
    inherited = [one for one in found(base, *adapters) if "acme/b" in one.models]
    assert len(inherited) == 1 and len(inherited[0].models) == 6
    assert inherited[0].message.endswith("; likewise `acme/l0`, `acme/l1`, `acme/l2` and 2 more")


def test_duties_are_no_findings_and_conditions_are_notes() -> None:
    assert found(model("acme/x", "mit"), policy=replace(BUSINESS, distributes=True)) == ()
    (note,) = found(model("acme/x", "cc-by-nc-4.0"), policy=replace(BUSINESS, commercial=None))
    assert (note.severity, note.rule.identifier, note.hint) == ("note", "PTM205", "Say `commercial` in the policy")


def test_the_policy_decides_how_bad_a_finding_is() -> None:
    nc = model("acme/x", "cc-by-nc-4.0")
    for level in LEVELS:
        policy = replace(BUSINESS, severity=(("PTM205", level),))
        assert [one.severity for one in found(nc, policy=policy)] == ([level] if level != "ignore" else [])
    pickled = replace(BUSINESS, severity=(("PTM301", "ignore"),))
    assert found(replace(model("acme/x", "mit"), recorded_digest="sha256:0"), policy=pickled) == ()


def test_unknown_licences_matter_as_much_as_the_policy_says() -> None:
    def severity(policy: Policy, *things: LockedModel | Ancestor) -> list[str]:
        return [one.severity for one in found(*things, policy=policy) if one.rule.identifier == "PTM202"]

    mute, child = model("acme/x"), model("acme/y", "mit", came("finetune", "acme/gone"))
    assert severity(BUSINESS, mute, child) == ["note", "note"]
    assert severity(replace(BUSINESS, deny=("MIT",)), mute, child) == ["warning", "warning"]
    assert severity(replace(BUSINESS, allow=("MIT",)), mute, child) == ["error", "warning"]
    assert severity(replace(BUSINESS, strict=True), mute, child) == ["error", "error"]


def test_an_exception_silences_with_its_reason() -> None:
    policy = replace(BUSINESS, exceptions=(LicenseException(model="acme/x", reason="bought"),))
    assert found(model("acme/x", "cc-by-nc-4.0"), policy=policy) == ()


def test_training_data_says_why_nothing_is_known() -> None:
    things = (
        model("acme/x", "mit", came("dataset", "acme/d"), came("dataset", "acme/e")),
        dataset("acme/d", None, revision="", missing="not-found"),
        dataset("acme/e", "cc"),
    )
    (one,) = found(*things)
    assert one.message == (
        "`acme/x` was trained with the data set `acme/d`, which is not at its hub, so that nobody knows its licence "
        "(app.py → acme/x → acme/d)"
    )


def test_the_licence_of_the_project_counts_where_it_hands_models_on() -> None:
    policy = replace(BUSINESS, distributes=True)
    assert [one.severity for one in found(model("acme/x", "gpl-3.0"), policy=policy, license_="MIT")] == ["error"]
    assert found(model("acme/x", "gpl-3.0"), policy=policy, license_="GPL-3.0-or-later") == ()
