"""What the tables of a manifest become, key by key; mistakes with their places."""

from __future__ import annotations

import pytest

from ptmdeps import __version__
from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.manifest import (
    HubSettings,
    IgnoreRule,
    LicenseException,
    Manifest,
    Policy,
    PullRequestSettings,
    UpgradeGroup,
    UpgradeRule,
    Workspace,
    parse,
)
from ptmdeps.manifest.ignoring import ended_warnings, ignoring
from ptmdeps.requirement import FileSelection, Requirement


def _key(name: str) -> ModelKey:
    return ModelKey("huggingface", name)


def _parsed(text: str) -> Manifest:
    return parse(text.encode(), "ptm.toml")


def _mistake(text: str) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        _parsed(text)
    return caught.value


def test_a_model_of_several_groups_is_several_requirements() -> None:
    text = 'models = [{ name = "org/a", groups = ["b", "a", "b"], optional = true, role = "query rewriter (β)" }]'
    wish = Requirement(key=_key("org/a"), reads="model", optional=True, role="query rewriter (β)")
    assert _parsed(text).requirements == tuple(
        Requirement(key=wish.key, reads="model", group=group, optional=True, role=wish.role) for group in ("a", "b")
    )


def test_files_mean_a_snapshot_unless_it_is_said_how_they_are_read() -> None:
    text = 'models = [{ name = "a", files = ["y", "x"] }, { name = "b", files = ["x"], reads = "tokenizer" }]'
    assert [(r.reads, r.selection) for r in _parsed(text).requirements] == [
        ("snapshot", FileSelection(allow=("x", "y"))),
        ("tokenizer", FileSelection(allow=("x",))),
    ]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", ("default",)),
        ('default-groups = "all"', None),
        ("default-groups = []", ()),
        ('default-groups = ["b", "a", "b"]', ("a", "b")),
    ],
)
def test_default_groups(text: str, groups: tuple[str, ...] | None) -> None:
    assert _parsed(text).default_groups == groups


@pytest.mark.parametrize(
    ("value", "recorded"),
    [
        ('"2026-10-01"', "2026-10-01"),
        ("2026-10-01", "2026-10-01"),
        ('"2026-10-01T14:00:00+02:00"', "2026-10-01T12:00:00Z"),
        ("2026-10-01T14:00:00+02:00", "2026-10-01T12:00:00Z"),
        ('"7 days"', "P7D"),
        ('"P1W"', "P7D"),
    ],
)
def test_cut_offs_are_recorded_in_one_spelling(value: str, recorded: str) -> None:
    options = _parsed(
        f'exclude-newer = {value}\nexclude-newer-model = {{ "org/a" = {value}, "huggingface:org/b" = false }}'
    ).options
    assert options.exclude_newer == recorded
    assert options.exclude_newer_model == (("huggingface:org/a", recorded), ("huggingface:org/b", ""))
    assert [options.cutoff(_key(f"org/{name}")) for name in "abc"] == [recorded, "", recorded]


def test_ignore_rules() -> None:
    rules = _parsed(
        'ignore = ["org/a", { model = "org/*", reason = "why", until = 2026-12-31 }, '
        '{ model = "timm:*", until = "2026-01-31" }]'
    ).ignore
    assert rules == (
        IgnoreRule(model="org/a"),
        IgnoreRule(model="org/*", reason="why", until="2026-12-31"),
        IgnoreRule(model="timm:*", until="2026-01-31"),
    )
    found = [ignoring(rules, key, "app.py", "2026-12-31") for key in (_key("org/a"), _key("org/b"), _key("other/c"))]
    assert found == [rules[0], rules[1], None]
    assert ignoring(rules, _key("org/b"), "app.py", "2027-01-01") is None
    assert ignoring(rules, ModelKey("timm", "x"), "app.py", "2026-01-31") == rules[2]
    assert ignoring(rules, _key("x"), "app.py", "2026-01-31") is None
    assert list(ended_warnings(rules, "2026-12-31")) == ["`timm:*` was ignored until 2026-01-31, and is no more"]
    assert (
        next(iter(ended_warnings(rules, "2027-01-01"))) == "`org/*` (why) was ignored until 2026-12-31, and is no more"
    )


def test_a_rule_of_a_member_counts_in_its_folder() -> None:
    rule = IgnoreRule(model="org/a", within="packages/one")
    assert ignoring((rule,), _key("org/a"), "packages/one/app.py", "") == rule
    assert ignoring((rule,), _key("org/a"), "packages/one-more/app.py", "") is None


def test_hubs() -> None:
    manifest = _parsed('[hubs.huggingface]\nendpoint = "https://mirror.example/hf/"')
    assert manifest.hub("huggingface") == HubSettings(endpoint="https://mirror.example/hf", source="ptm.toml")
    assert manifest.hub("timm") == HubSettings()


def test_pull_requests() -> None:
    text = """
    [pr]
    base = "develop"
    title-prefix = "build(models)"
    limit = 0
    labels = ["models", "bot", "models"]
    reviewers = ["@ada", "acme/nlp", "ada"]
    groups = { encoders = ["acme/*"], others = ["torchhub:*"] }
    ignore = ["acme/old", { model = "acme/*", revision = "6d2f3c1", until = 2026-12-31, reason = "why" }]
    cooldown = "3 days"
    automerge = ["tokenizer", "card"]
    """
    assert _parsed(text).pull_requests == PullRequestSettings(
        base="develop",
        title_prefix="build(models)",
        limit=0,
        labels=("bot", "models"),
        reviewers=("ada", "acme/nlp"),
        groups=(
            UpgradeGroup(name="encoders", models=("acme/*",)),
            UpgradeGroup(name="others", models=("torchhub:*",)),
        ),
        ignore=(
            UpgradeRule(model="acme/old"),
            UpgradeRule(model="acme/*", revision="6d2f3c1", until="2026-12-31", reason="why"),
        ),
        cooldown="P3D",
        automerge=("card", "tokenizer"),
    )
    assert _parsed("").pull_requests == PullRequestSettings()


def test_policy() -> None:
    text = """
    [policy]
    licenses = { allow = ["MIT", "Apache-2.0", "MIT"], deny = ["GPL-3.0-only"], exceptions = [
        { model = "org/a", license = "cc-by-nc-4.0", reason = "bought" }, { model = "org/*" }] }
    remote-code = "deny"
    pickle = "allow"
    commercial = true
    distributes = false
    """
    assert _parsed(text).policy == Policy(
        allow=("Apache-2.0", "MIT"),
        deny=("GPL-3.0-only",),
        exceptions=(
            LicenseException(model="org/a", license="cc-by-nc-4.0", reason="bought"),
            LicenseException(model="org/*"),
        ),
        remote_code="deny",
        pickle="allow",
        commercial=True,
        distributes=False,
    )
    assert _parsed("").policy == Policy()


def test_workspace() -> None:
    assert _parsed("").workspace is None
    text = '[workspace]\nmembers = ["packages/*", "tool/"]\nexclude = ["packages/old"]'
    assert _parsed(text).workspace == Workspace(members=("packages/*", "tool"), exclude=("packages/old",))


def test_another_version_than_the_required_is_refused_before_anything_else() -> None:
    error = _mistake('key-of-the-future = 1\nrequired-version = ">=99"\n')
    assert error.message == f"ptm.toml:2: `required-version` asks for ptmdeps >=99, this one is {__version__}"
    assert error.hint is not None and 'pip install "ptmdeps>=99"' in error.hint
    assert error.exit_code == 2
    assert _parsed(f'required-version = "=={__version__}"') == Manifest(source="ptm.toml")
    assert _mistake('required-version = "new"').message == (
        "ptm.toml:1: `required-version` is no version specifier: `new`"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('models = ["a",\n{ name = "b", group = "x y" }]', "ptm.toml:2: `models[1].group` cannot be `x y`"),
        ('models = [{ name = "b", groups = "x" }]', "ptm.toml:1: `models[0].groups` must be an array of strings"),
        ('models = [{ name = "b", groups = [] }]', "ptm.toml:1: `models[0].groups` must name a group"),
        (
            'models = [{ name = "b", group = "x", groups = ["y"] }]',
            "ptm.toml:1: `models[0].groups` says what `group` says",
        ),
        ('models = [{ name = "b", optional = 1 }]', "ptm.toml:1: `models[0].optional` must be true or false"),
        (
            '[[models]]\nname = "b"\nrole = "\\u001b"',
            "ptm.toml:3: `models[0].role` must be at most 64 printable characters",
        ),
        ('default-groups = "default"', 'ptm.toml:1: `default-groups` must be an array of strings, or "all"'),
        ('default-groups = [\n"a",\n"" ]', "ptm.toml:3: `default-groups[1]` cannot be ``"),
        ('exclude-newer = "soon"', "ptm.toml:1: `exclude-newer` is no time: `soon`"),
        ("exclude-newer = 2026-10-01T00:00:00", "ptm.toml:1: `exclude-newer` is no time: `2026-10-01T00:00:00`"),
        ("exclude-newer = 7", "ptm.toml:1: `exclude-newer` must be a string"),
        ("exclude-newer-model = 7", "ptm.toml:1: `exclude-newer-model` must be a table"),
        (
            '[exclude-newer-model]\n"org/a" = true',
            'ptm.toml:2: `exclude-newer-model."org/a"` must be a string',
        ),
        (
            '[exclude-newer-model]\n"org/a" = "P1D"\n"huggingface:org/a" = "P1D"',
            'ptm.toml:3: `exclude-newer-model."huggingface:org/a"` must name a model once, and no ref of it',
        ),
        ('ignore = ["a",\n{ model = "b", until = "soon" }]', "ptm.toml:2: `ignore[1].until` must be a date"),
        ('ignore = [{ model = "b", until = 2026-12-31T00:00:00Z }]', "ptm.toml:1: `ignore[0].until` must be a date"),
        ('ignore = [{ model = "b", why = "x" }]', "ptm.toml:1: `ignore[0].why` is no setting of ptmdeps"),
        ('ignore = [{ model = "b", reason = "\\u001b" }]', "ptm.toml:1: `ignore[0].reason` must be printable"),
        ('ignore = ["a b"]', "ptm.toml:1: `ignore[0]` is no model and no pattern"),
        ("hubs = 1", "ptm.toml:1: `hubs` must be a table"),
        ("[hubs.timm]", "ptm.toml:1: `hubs.timm` is no setting of ptmdeps"),
        ("[hubs]\nhuggingface = 1", "ptm.toml:2: `hubs.huggingface` must be a table"),
        (
            '[hubs.huggingface]\nendpoint = "https://me:secret@host"',
            "ptm.toml:2: `hubs.huggingface.endpoint` is no address of a hub",
        ),
        (
            '[hubs.huggingface]\nendpoint = "https://host:port"',
            "ptm.toml:2: `hubs.huggingface.endpoint` is no address of a hub",
        ),
        (
            '[policy.licenses]\nallow = ["MIT"]\ndeny = ["MIT"]',
            "ptm.toml:3: `policy.licenses.deny` names `MIT`, which `allow` names, too",
        ),
        ("[[policy.licenses.exceptions]]", "ptm.toml:1: `policy.licenses.exceptions[0]` names no model"),
        ('policy.pickle = "no"', "ptm.toml:1: `policy.pickle` cannot be `no`"),
        ('pr.labels = ["a", ""]', "ptm.toml:1: `pr.labels[1]` is no name that a forge knows"),
        ('pr.base = "a.lock"', "ptm.toml:1: `pr.base` is no name of a branch"),
        (
            'pr.branch-prefix = "."',
            "ptm.toml:1: `pr.branch-prefix` must be 2 to 31 letters, digits or `._/-`, and end with `/_-`",
        ),
        ("pr.limit = -1", "ptm.toml:1: `pr.limit` must be a whole number from 0 (no limit) to 1000"),
        ('pr.cooldown = "2026-10-01"', "ptm.toml:1: `pr.cooldown` must be a span of time"),
        ('pr.cooldown = "soon"', "ptm.toml:1: `pr.cooldown` is no span of time: `soon`"),
        ('pr.automerge = ["all"]', "ptm.toml:1: `pr.automerge[0]` cannot be `all`"),
        ('pr.groups.a = ["b c"]', "ptm.toml:1: `pr.groups.a[0]` is no model and no pattern"),
        ('pr.groups = { "b c" = [] }', 'ptm.toml:1: `pr.groups."b c"` cannot be `b c`'),
        ('pr.ignore = [{ revision = "1234567" }]', "ptm.toml:1: `pr.ignore[0]` names no model"),
        (
            'pr.ignore = [{ model = "a", revision = "main" }]',
            "ptm.toml:1: `pr.ignore[0].revision` must be 7 to 64 hexadecimal digits in small letters",
        ),
        ("policy.commercial = 1", "ptm.toml:1: `policy.commercial` must be true or false"),
        (
            '[workspace]\nmembers = ["a", "../b"]',
            "ptm.toml:2: `workspace.members[1]` is no pattern of folders below this one",
        ),
        (
            '[workspace]\nexclude = ["a**"]',
            "ptm.toml:2: `workspace.exclude[0]` is no pattern of folders below this one",
        ),
        ("include = [1]", "ptm.toml:1: `include` must be an array of strings"),
    ],
)
def test_mistakes_are_named_with_their_places(text: str, message: str) -> None:
    assert _mistake(text).message == message
