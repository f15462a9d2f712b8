"""The rules along the graph: what each says, and of what it says nothing. Names and texts are made up.

The cases are those of real repositories, rebuilt from their facts: a quantized copy that names its base only in
``config.json`` (WizardCoder-GPTQ), a card and a configuration that name two bases (Reflection), a licence that is only
a text (falcon-40b, Llama 2 mirrors), a LICENSE of the GPL over an Apache base (sakura), an adapter under Apache over
a vendor's base (HY-MT LoRA).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptmdeps.licenses.answers import Answer
from ptmdeps.licenses.rules import RULES
from ptmdeps.lockfile.model import Ancestor, LockedModel
from ptmdeps.manifest.policy import Level, LicenseException, Policy, Strictness
from tests.licensed import QUIET, ancestor, came, dataset, judged, model, said, says

BUSINESS = replace(QUIET, commercial=True)
SHIPPING = replace(QUIET, distributes=True)
NOTHING_SAID = Policy()

Things = tuple[LockedModel | Ancestor, ...]

RELICENSED: list[tuple[str, Things, list[str]]] = [
    (
        "an Apache fine-tune of Llama",
        (model("acme/llama-chat", "apache-2.0", came("finetune", "acme/b")), ancestor("acme/b", "llama3.1")),
        ["PTM208 conflict acme/llama-chat"],
    ),
    (
        "an MIT adapter over Gemma, which is locked as well",
        (
            model("acme/lora", "mit", came("runtime:adapter", "acme/b", file="adapter_config.json")),
            model("acme/b", "gemma"),
        ),
        ["PTM208 conflict acme/lora"],
    ),
    (
        "a copy that keeps the licence",
        (model("acme/llama-q", "llama3.1", came("quantized", "acme/b")), ancestor("acme/b", "llama3.1")),
        [],
    ),
    (
        "a copy under another version of the same family",
        (model("acme/llama-q", "llama3", came("quantized", "acme/b")), ancestor("acme/b", "llama3.1")),
        ["PTM211 warn acme/llama-q"],
    ),
    (
        "the same restrictions of use under another RAIL",
        (
            model("acme/sd", "creativeml-openrail-m", came("finetune", "acme/b")),
            ancestor("acme/b", "bigscience-openrail-m"),
        ),
        [],
    ),
    (
        "two generations between, the middle one lost it",
        (
            model("acme/llama-c", "mit", came("quantized", "acme/m")),
            ancestor("acme/m", "apache-2.0", came("finetune", "acme/b")),
            ancestor("acme/b", "llama2"),
        ),
        ["PTM208 conflict acme/llama-c", "PTM211 warn acme/llama-c"],
    ),
    (
        "a quantized copy whose base only config.json knows",
        (
            model("acme/coder-GPTQ", "mit", came("quantized", "acme/b", file="config.json")),
            ancestor("acme/b", "bigcode-openrail-m"),
        ),
        ["PTM208 warn acme/coder-GPTQ"],
    ),
    (
        "card and configuration name two bases: both licences are looked at, the guessed one as a guess",
        (
            model(
                "acme/Llama-r",
                "llama3.1",
                came("finetune", "acme/b31"),
                came("base-model", "acme/b3", file="config.json"),
            ),
            ancestor("acme/b31", "llama3.1"),
            ancestor("acme/b3", "llama3"),
        ),
        ["PTM211 warn acme/Llama-r", "PTM212 warn acme/Llama-r"],
    ),
    (
        "a merge has the licences of all parents",
        (
            model("acme/merged", "apache-2.0", came("merge", "acme/a"), came("merge", "acme/b")),
            ancestor("acme/a", "apache-2.0"),
            ancestor("acme/b", "cc-by-nc-4.0"),
        ),
        ["PTM208 conflict acme/merged"],
    ),
    (
        "non-commercial stays where it is only made share-alike as well",
        (model("acme/x", "cc-by-nc-sa-4.0", came("finetune", "acme/b")), ancestor("acme/b", "cc-by-nc-4.0")),
        [],
    ),
    (
        "a base whose licence is only a text",
        (
            model("acme/llama-x", "mit", came("finetune", "acme/b")),
            ancestor("acme/b", says(text="LicenseRef-llama2")),
        ),
        ["PTM208 conflict acme/llama-x"],
    ),
    (
        "other, with a name",
        (
            model("acme/x", "mit", came("finetune", "acme/b")),
            ancestor("acme/b", says("other", name="deepseek")),
        ),
        ["PTM208 conflict acme/x"],
    ),
    (
        "an embedding model beside it is no origin",
        (model("acme/x", "mit", came("runtime:component", "acme/b")), model("acme/b", "llama3.1")),
        [],
    ),
    (
        "free bases ask for nothing of a licence",
        (model("acme/x", "llama3.1", came("finetune", "acme/b")), ancestor("acme/b", "apache-2.0")),
        [],
    ),
    (
        "a quantized copy of a free base under another free licence",
        (model("acme/x", "mit", came("quantized", "acme/b")), ancestor("acme/b", "apache-2.0")),
        ["PTM211 warn acme/x"],
    ),
]


@pytest.mark.parametrize(("things", "expected"), [row[1:] for row in RELICENSED], ids=[row[0] for row in RELICENSED])
def test_restrictions_that_go_on_to_bind(things: Things, expected: list[str]) -> None:
    assert said(*things) == expected


SHARE_ALIKE = [
    ("apache-2.0", "gpl-3.0", "conflict"),
    ("gpl-3.0", "gpl-3.0", ""),
    ("agpl-3.0", "gpl-3.0", ""),
    ("gpl-2.0", "gpl-3.0", "conflict"),
    ("cc-by-sa-4.0", "cc-by-sa-3.0", ""),
    ("cc-by-sa-3.0", "cc-by-sa-4.0", "conflict"),
    ("gpl-3.0", "cc-by-sa-4.0", ""),
    ("mit", "cc-by-sa-4.0", "conflict"),
    ("mit", "cc-by-nc-sa-4.0", "conflict"),
    ("mit", "odbl", "conflict"),
    ("mit", "mpl-2.0", "warn"),
    ("gpl-3.0", "apache-2.0", ""),
]


@pytest.mark.parametrize(("own", "base", "outcome"), SHARE_ALIKE)
def test_share_alike(own: str, base: str, outcome: str) -> None:
    things = (model("acme/x", own, came("finetune", "acme/b")), ancestor("acme/b", base))
    assert said(*things) == ([f"PTM207 {outcome} acme/x"] if outcome else [])


def test_a_text_of_the_gpl_over_an_apache_base() -> None:
    things = (
        model("acme/x", says(text="GPL-3.0-only"), came("base-model", "acme/b", file="config.json")),
        ancestor("acme/b", "apache-2.0"),
    )
    (verdict,) = judged(*things)
    assert verdict.effective == "GPL-3.0-only" and said(*things) == []


@pytest.mark.parametrize(("base", "expected"), [("llama2", True), ("cc-by-nc-4.0", True), ("mit", False)])
def test_what_says_nothing_omits_what_binds(base: str, *, expected: bool) -> None:
    things = (model("acme/llama", None, came("finetune", "acme/b")), ancestor("acme/b", base))
    unknown = ["PTM202 unknown acme/llama"]
    assert said(*things) == unknown + (["PTM209 warn acme/llama"] if expected else [])


@pytest.mark.parametrize(
    ("declared", "text", "likeness", "words"),
    [
        (
            "apache-2.0",
            "LicenseRef-llama2",
            100,
            "declares `apache-2.0`, and `LICENSE` is the text of `LicenseRef-llama2`",
        ),
        ("mit", "BSD-3-Clause", 96, "declares `mit`, and `LICENSE` is the text of `BSD-3-Clause`, to 96 %"),
        ("gpl-3.0", "GPL-3.0-or-later", 100, ""),
        ("mit", "MIT", 97, ""),
    ],
)
def test_text_and_card_disagree(declared: str, text: str, likeness: int, words: str) -> None:
    (verdict,) = judged(model("acme/x", says(declared, text=text, likeness=likeness)))
    found = [one.message for one in verdict.answers if one.kind == "drift"]
    assert found == ([f"`acme/x` {words}"] if words else [])


@pytest.mark.parametrize(
    ("policy", "declared", "expected"),
    [
        (BUSINESS, "cc-by-nc-4.0", ["PTM205 conflict acme/x"]),
        (replace(QUIET, commercial=None), "cc-by-nc-4.0", ["PTM205 obligation acme/x"]),
        (QUIET, "cc-by-nc-4.0", []),
        (QUIET, "intel-research", ["PTM205 obligation acme/x"]),
        (BUSINESS, "intel-research", ["PTM205 conflict acme/x"]),
        (BUSINESS, "mit", []),
        (BUSINESS, "LicenseRef-falcon-llm-1.0", ["PTM205 obligation acme/x"]),
        (BUSINESS, "mit OR cc-by-nc-4.0", []),
        (BUSINESS, "mit AND cc-by-nc-4.0", ["PTM205 conflict acme/x"]),
        (BUSINESS, "(mit AND cc-by-nc-4.0) OR apache-2.0", []),
    ],
)
def test_commercial_use(policy: Policy, declared: str, expected: list[str]) -> None:
    assert said(model("acme/x", declared), policy=policy) == expected


def test_non_commercial_comes_down_the_lineage_and_guesses_are_warnings() -> None:
    child = model("acme/x", "cc-by-nc-4.0", came("finetune", "acme/b"))
    assert said(child, ancestor("acme/b", "cc-by-nc-4.0"), policy=BUSINESS) == ["PTM205 conflict acme/x"] * 2
    guessed = model("acme/x", "mit", came("base-model", "acme/b", file="config.json"))
    found = said(guessed, ancestor("acme/b", "cc-by-nc-4.0"), policy=BUSINESS)
    assert found == ["PTM205 warn acme/x", "PTM208 warn acme/x"]


def test_no_derivatives() -> None:
    base = ancestor("acme/b", "cc-by-nd-4.0")
    for relation in ("finetune", "quantized", "merge", "runtime:adapter"):
        assert "PTM206 conflict acme/x" in said(model("acme/x", "cc-by-nd-4.0", came(relation, "acme/b")), base)
    assert said(model("acme/x", "cc-by-nd-4.0"), policy=SHIPPING) == ["PTM206 obligation acme/x"]
    assert said(model("acme/x", "cc-by-nd-4.0")) == []


@pytest.mark.parametrize(
    ("name", "base", "expected"),
    [
        ("acme/Llama-3.1-chat", "llama3.1", False),
        ("acme/llama3-chat", "llama3", False),
        ("acme/chat-llama", "llama3.1", True),
        ("acme/Meta-Llama-3", "llama3", True),
        ("acme/chat", "llama2", False),
    ],
)
def test_names_of_what_is_made_of_llama(name: str, base: str, *, expected: bool) -> None:
    things = (model(name, base, came("finetune", "acme/b")), ancestor("acme/b", base))
    assert said(*things) == ([f"PTM212 warn {name}"] if expected else [])


@pytest.mark.parametrize(
    ("declared", "policy", "expected"),
    [
        ("llama3.1", replace(QUIET, users=700_000_000), []),
        ("llama3.1", replace(QUIET, users=700_000_001), ["PTM213 conflict acme/x"]),
        ("llama3.1", replace(QUIET, users=None), ["PTM213 obligation acme/x"]),
        (
            "LicenseRef-scancode-stability-ai-community-2024",
            replace(QUIET, revenue=2_000_000),
            ["PTM213 conflict acme/x"],
        ),
        ("LicenseRef-scancode-moonshot-ai-modified-mit-2025", replace(QUIET, revenue=239_999_999), []),
        (
            "LicenseRef-scancode-moonshot-ai-modified-mit-2025",
            replace(QUIET, revenue=240_000_001),
            ["PTM213 obligation acme/x"],
        ),
        ("LicenseRef-scancode-stability-ai-community-2024", replace(QUIET, revenue=None), ["PTM213 obligation acme/x"]),
    ],
)
def test_gates(declared: str, policy: Policy, expected: list[str]) -> None:
    found = [line for line in said(model("acme/x", declared), policy=policy) if line.startswith("PTM213")]
    assert found == expected


@pytest.mark.parametrize(
    ("declared", "territory", "expected"),
    [
        ("LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla", ("US",), []),
        ("LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla", ("EU",), ["PTM214 conflict acme/x"]),
        ("LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla", ("DE", "US"), ["PTM214 conflict acme/x"]),
        ("LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla", (), ["PTM214 obligation acme/x"]),
        ("llama4", ("FR",), ["PTM214 warn acme/x"]),
        ("llama3.1", ("FR",), []),
    ],
)
def test_territories(declared: str, territory: tuple[str, ...], expected: list[str]) -> None:
    found = said(model("acme/x", declared), policy=replace(QUIET, territory=territory))
    assert [line for line in found if line.startswith("PTM214")] == expected


@pytest.mark.parametrize(
    ("name", "own", "teacher", "expected"),
    [
        ("acme/x", "mit", "llama2", ["PTM215 conflict acme/x"]),
        ("acme/x", "llama2", "llama2", []),
        ("acme/x", "mit", "LicenseRef-scancode-exaone-ai-model-1.1-nc", ["PTM215 conflict acme/x"]),
        ("acme/x", "mit", "llama3.1", ["PTM215 warn acme/x"]),
        ("acme/Llama-x", "mit", "llama3.1", []),
        ("acme/x", "mit", "apache-2.0", []),
        ("acme/x", "mit", "LicenseRef-scancode-flux-1-nc", ["PTM215 warn acme/x"]),
    ],
)
def test_outputs_that_train_others(name: str, own: str, teacher: str, expected: list[str]) -> None:
    distilled = (model(name, own, came("distilled", "acme/t")), ancestor("acme/t", teacher))
    through_data = (
        model(name, own, came("dataset", "acme/d")),
        dataset("acme/d", "mit", came("base-model", "acme/t")),
        ancestor("acme/t", teacher),
    )
    for things in (distilled, through_data):
        assert [line for line in said(*things) if line.startswith("PTM215")] == expected


def test_outputs_that_must_be_named_are_a_duty() -> None:
    things = (model("acme/x", "mit", came("distilled", "acme/t")), ancestor("acme/t", "LicenseRef-scancode-qwen-2024"))
    found = [(one.outcome, one.kind) for one in judged(*things)[0].answers if one.rule.identifier == "PTM215"]
    assert found == [("obligation", "duty")]


@pytest.mark.parametrize(
    ("license_", "strictness", "commercial", "expected"),
    [
        ("cc-by-nc-4.0", "warn", True, "warn"),
        ("cc-by-nc-4.0", "error", True, "conflict"),
        ("cc-by-nc-4.0", "ignore", True, ""),
        ("cc-by-nc-4.0", "warn", False, ""),
        ("cc-by-nd-4.0", "warn", False, "warn"),
        (None, "warn", False, "warn"),
        (None, "error", False, "conflict"),
        ("cc-by-4.0", "error", True, ""),
    ],
)
def test_training_data(license_: str | None, strictness: Strictness, *, commercial: bool, expected: str) -> None:
    policy = replace(QUIET, datasets=strictness, commercial=commercial)
    things = (model("acme/x", "mit", came("dataset", "acme/d")), dataset("acme/d", license_))
    assert said(*things, policy=policy) == ([f"PTM216 {expected} acme/x"] if expected else [])


@pytest.mark.parametrize(
    ("own", "project", "policy", "expected"),
    [
        ("gpl-3.0", "MIT", QUIET, []),
        ("gpl-3.0", "MIT", SHIPPING, ["PTM217 conflict acme/x"]),
        ("gpl-3.0", "GPL-3.0-or-later", SHIPPING, []),
        ("gpl-3.0", "", SHIPPING, ["PTM217 warn acme/x"]),
        ("gpl-3.0", "Acme Licence", SHIPPING, ["PTM217 warn acme/x"]),
        ("gpl-3.0", "MIT", replace(QUIET, distributes=None), ["PTM217 obligation acme/x"]),
        ("bigscience-openrail-m", "MIT", SHIPPING, ["PTM217 conflict acme/x"]),
        ("bigscience-openrail-m", "MIT", QUIET, []),
        ("mpl-2.0", "MIT", SHIPPING, []),
        ("mit", "GPL-3.0-only", SHIPPING, []),
        ("agpl-3.0", "AGPL-3.0-only", replace(QUIET, saas=True), ["PTM217 warn acme/x"]),
        ("agpl-3.0", "MIT", replace(QUIET, saas=None), ["PTM217 obligation acme/x"]),
    ],
)
def test_the_licence_of_the_project(own: str, project: str, policy: Policy, expected: list[str]) -> None:
    assert said(model("acme/x", own), policy=policy, license_=project) == expected


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (model("acme/x"), "`acme/x` declares no licence"),
        (model("acme/x", "gpl"), "`acme/x` declares `gpl`, of which nothing is known"),
        (
            model("acme/x", "other"),
            "`acme/x` declares `other`, of which nothing is known",
        ),
        (
            model("acme/x", "mit", came("finetune", "acme/gone")),
            "`acme/x` comes from `acme/gone`, which the lock does not know",
        ),
    ],
)
def test_what_is_unknown_is_an_answer(thing: LockedModel, words: str) -> None:
    (verdict,) = judged(thing)
    assert (verdict.outcome, [one.message for one in verdict.answers]) == ("unknown", [words])
    (strict,) = judged(thing, policy=replace(QUIET, strict=True))
    assert strict.outcome == "conflict"


@pytest.mark.parametrize("missing", ["not-found", "denied", "unsupported", "left-out"])
def test_bases_that_cannot_be_looked_at(missing: str) -> None:
    base = ancestor("acme/b", None, revision="", missing=missing)
    (verdict,) = judged(model("acme/x", "mit", came("finetune", "acme/b")), base)
    assert verdict.outcome == "unknown" and len(verdict.answers) == 1
    assert verdict.answers[0].advice.startswith("Ask its authors")


def test_lists_of_the_policy_look_at_what_is_effective() -> None:
    things = (
        model("acme/lora", "mit", came("runtime:adapter", "acme/b", file="adapter_config.json")),
        model("acme/b", "llama2"),
        model("acme/llama", "apache-2.0", came("finetune", "acme/b")),
        model("acme/free", "mit", came("finetune", "acme/apache")),
        ancestor("acme/apache", "apache-2.0"),
    )
    denied = [line for line in said(*things, policy=replace(QUIET, deny=("llama2",))) if line.startswith("PTM201")]
    assert denied == [f"PTM201 conflict acme/{name}" for name in ("b", "llama", "lora")]
    allowed = [line for line in said(*things, policy=replace(QUIET, allow=("MIT",))) if line.startswith("PTM201")]
    assert allowed == ["PTM201 conflict acme/b", *["PTM201 conflict acme/llama"] * 2, "PTM201 conflict acme/lora"]


def test_exceptions_cover_a_model_its_licence_and_what_others_have_of_it() -> None:
    things = (
        model("acme/llama", "mit", came("finetune", "acme/b")),
        ancestor("acme/b", "llama2"),
    )
    assert said(*things) == ["PTM208 conflict acme/llama"]
    for exception in (
        LicenseException(model="acme/llama", reason="read"),
        LicenseException(model="acme/b", license="llama2", reason="read"),
        LicenseException(model="acme/*", license="LicenseRef-llama2", reason="read"),
    ):
        (verdict,) = judged(*things, policy=replace(QUIET, exceptions=(exception,)))
        assert [(one.outcome, one.accepted) for one in verdict.answers if one.kind != "duty"] == [("ok", "read")]
    for other in (LicenseException(model="acme/c"), LicenseException(model="acme/llama", license="llama3")):
        assert said(*things, policy=replace(QUIET, exceptions=(other,))) == ["PTM208 conflict acme/llama"]


def test_an_exception_for_one_base_leaves_another_with_the_same_licence() -> None:
    things = (
        model("acme/x", "cc-by-nc-4.0", came("merge", "acme/a"), came("merge", "acme/b")),
        ancestor("acme/a", "cc-by-nc-4.0"),
        ancestor("acme/b", "cc-by-nc-4.0"),
    )
    bought = replace(BUSINESS, exceptions=(LicenseException(model="acme/a"),))
    found = [one.bearer for one in judged(*things, policy=bought)[0].answers if one.outcome == "conflict"]
    assert found == ["acme/x", "acme/b"]


def test_the_policy_says_what_a_rule_means() -> None:
    child, base = model("acme/x", "llama3.1", came("finetune", "acme/b")), ancestor("acme/b", "llama3.1")
    levels: dict[Level, list[str]] = {
        "note": ["PTM212 obligation acme/x"],
        "error": ["PTM212 conflict acme/x"],
        "ignore": [],
    }
    for level, expected in levels.items():
        assert said(child, base, policy=replace(QUIET, severity=(("PTM212", level),))) == expected


def test_duties_follow_from_what_the_project_does() -> None:
    def duties(policy: Policy) -> list[str]:
        (verdict,) = judged(model("acme/Llama", "llama3.1"), policy=policy)
        return [one.message.partition(": ")[2] for one in verdict.answers if one.kind == "duty"]

    keep = "keep to the uses that it forbids (https://llama.meta.com/llama3_1/use-policy)"
    assert duties(QUIET) == [keep]
    assert duties(replace(QUIET, saas=True)) == ["display `Built with Llama`", keep]
    (handed_on, _) = duties(SHIPPING)
    assert handed_on.startswith("give a copy of the licence; display `Built with Llama`; say in the notice `Llama 3.1")
    assert duties(NOTHING_SAID)[0].startswith("if the project hands it on or serves it, give a copy")


def test_a_gate_at_the_hub_is_an_obligation() -> None:
    (verdict,) = judged(model("acme/x", "mit", gated="auto"))
    assert [(one.rule.identifier, one.outcome) for one in verdict.answers] == [("PTM219", "obligation")]


def test_answers_have_path_clause_and_address() -> None:
    things = (
        model("acme/x", "mit", came("quantized", "acme/m")),
        ancestor("acme/m", "mit", came("finetune", "acme/b")),
        ancestor("acme/b", "cc-by-nc-4.0"),
    )
    (one,) = (one for one in judged(*things, policy=BUSINESS)[0].answers if one.rule.identifier == "PTM205")
    assert isinstance(one, Answer)
    assert (one.subject, one.way, one.bearer) == ("acme/x", ("acme/m", "acme/b"), "acme/b")
    assert [step.edge.evidence for step in one.bond.steps] == ["README.md", "README.md"]
    assert one.clause and one.url.startswith("https://creativecommons.org/")


def test_a_project_that_does_not_say_what_it_does_gets_conditions_and_no_silence() -> None:
    kinds = {one.kind for one in judged(model("acme/x", "llama4"), policy=NOTHING_SAID)[0].answers}
    assert kinds == {"gate", "duty"}
    assert all(line.split()[1] == "obligation" for line in said(model("acme/x", "llama4"), policy=NOTHING_SAID))


def test_every_rule_has_a_number_of_its_own() -> None:
    identifiers = [rule.rule.identifier for rule in RULES]
    assert identifiers == sorted(set(identifiers))
