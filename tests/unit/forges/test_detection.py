"""Where a project lives, and whose token is for whom."""

from __future__ import annotations

import pytest

from ptmdeps.errors import ForgeDenied, ForgeError
from ptmdeps.forges import FORGES, Place, detect, open_forge, token

ACTIONS = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "https://api.github.com",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/search",
}
ENTERPRISE = {
    **ACTIONS,
    "GITHUB_API_URL": "https://ghe.acme.example/api/v3",
    "GITHUB_SERVER_URL": "https://ghe.acme.example",
}
FORGEJO = {
    **ACTIONS,
    "GITEA_ACTIONS": "true",
    "GITHUB_API_URL": "https://git.acme.example/api/v1",
    "GITHUB_SERVER_URL": "https://git.acme.example",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://code.acme.example:8443/api/v4",
    "CI_SERVER_URL": "https://code.acme.example:8443",
    "CI_PROJECT_PATH": "acme/nlp/search",
}


@pytest.mark.parametrize(
    ("remote", "environment", "place"),
    [
        ("https://github.com/acme/search.git", {}, ("github", "https://api.github.com", "acme/search")),
        ("git@github.com:acme/search.git", {}, ("github", "https://api.github.com", "acme/search")),
        ("ssh://git@github.com:22/acme/search", {}, ("github", "https://api.github.com", "acme/search")),
        ("https://user:secret@github.com/acme/search", {}, ("github", "https://api.github.com", "acme/search")),
        ("https://gitlab.com/acme/nlp/search", {}, ("gitlab", "https://gitlab.com/api/v4", "acme/nlp/search")),
        ("https://codeberg.org/acme/search", {}, ("gitea", "https://codeberg.org/api/v1", "acme/search")),
        ("git@gitlab.acme.example:a/b.git", {}, ("gitlab", "https://gitlab.acme.example/api/v4", "a/b")),
        ("https://forgejo.acme.example:3000/a/b", {}, ("gitea", "https://forgejo.acme.example:3000/api/v1", "a/b")),
        ("https://github.acme.example/a/b", {}, ("github", "https://github.acme.example/api/v3", "a/b")),
        ("https://ghe.acme.example/a/b", ENTERPRISE, ("github", "https://ghe.acme.example/api/v3", "a/b")),
        ("https://git.acme.example/a/b", FORGEJO, ("gitea", "https://git.acme.example/api/v1", "a/b")),
        ("https://code.acme.example:8443/a/b/c", GITLAB, ("gitlab", "https://code.acme.example:8443/api/v4", "a/b/c")),
        ("", ACTIONS, ("github", "https://api.github.com", "acme/search")),
        ("", GITLAB, ("gitlab", "https://code.acme.example:8443/api/v4", "acme/nlp/search")),
        ("/srv/git/search.git", ACTIONS, ("github", "https://api.github.com", "acme/search")),
    ],
)
def test_by_remote_and_ci(remote: str, environment: dict[str, str], place: tuple[str, str, str]) -> None:
    found = detect(remote, environment)
    assert (found.forge, found.api, found.repository) == place


@pytest.mark.parametrize(
    ("forge", "repository", "place"),
    [
        ("gitea", "", ("gitea", "https://git.acme.example/api/v1", "a/b")),
        ("gitea", "https://127.0.0.1:3000/o/r", ("gitea", "https://127.0.0.1:3000/api/v1", "o/r")),
        ("", "https://gitlab.com/o/r", ("gitlab", "https://gitlab.com/api/v4", "o/r")),
        ("github", "o/r", ("github", "https://git.acme.example/api/v3", "o/r")),
    ],
)
def test_as_it_is_told(forge: str, repository: str, place: tuple[str, str, str]) -> None:
    found = detect("https://git.acme.example/a/b", {}, forge=forge, repository=repository)
    assert (found.forge, found.api, found.repository) == place


@pytest.mark.parametrize(
    ("remote", "told", "message"),
    [
        ("", {}, "not known on which forge"),
        ("https://git.acme.example/a/b", {}, "not known on which forge"),
        ("file:///srv/git/x.git", {}, "not known on which forge"),
        ("https://github.com/acme", {}, "no repository"),
        ("https://github.com/acme/../x", {}, "no repository"),
        ("https://github.com/acme/a b", {}, "no repository"),
        ("https://github.com/acme/x?y=1", {"repository": "acme/x/%2e%2e"}, "no repository"),
        ("https://github.com:99999/a/b", {}, "not known on which forge"),
        ("https://github.com/a/b", {"forge": "sourceforge"}, "no forge"),
        ("https://github.com/a/b", {"repository": "https://evil.example/a/b"}, "not known on which forge"),
    ],
)
def test_what_cannot_be_known(remote: str, told: dict[str, str], message: str) -> None:
    with pytest.raises(ForgeError, match=message):
        detect(remote, {}, **told)


PUBLIC = Place(forge="github", api="https://api.github.com", repository="a/b")
OWN = Place(forge="gitea", api="https://git.acme.example/api/v1", repository="a/b")


@pytest.mark.parametrize(
    ("place", "environment"),
    [
        (PUBLIC, {"GITHUB_TOKEN": "secret"}),
        (PUBLIC, {**ACTIONS, "GITHUB_TOKEN": "secret"}),
        (PUBLIC, {**ENTERPRISE, "PTMDEPS_FORGE_TOKEN": "secret", "GITHUB_TOKEN": "other"}),
        (OWN, {"PTMDEPS_FORGE_TOKEN": "secret"}),
        (OWN, {**FORGEJO, "GITEA_TOKEN": "secret"}),
        (OWN, {"GITEA_SERVER_URL": "https://git.acme.example", "GITEA_TOKEN": "secret"}),
        (Place(forge="gitlab", api=GITLAB["CI_API_V4_URL"], repository="a/b"), {**GITLAB, "GITLAB_TOKEN": "secret"}),
    ],
)
def test_a_token_goes_to_its_server(place: Place, environment: dict[str, str]) -> None:
    assert token(place, environment) == "secret"


@pytest.mark.parametrize(
    ("place", "environment"),
    [
        (PUBLIC, {}),
        (PUBLIC, {"GITHUB_TOKEN": " "}),
        (PUBLIC, {**ENTERPRISE, "GITHUB_TOKEN": "secret"}),
        (PUBLIC, {"GITLAB_TOKEN": "secret"}),
        (OWN, {"GITEA_TOKEN": "secret"}),
        (OWN, {**ACTIONS, "GITHUB_TOKEN": "secret", "GITEA_TOKEN": "secret"}),
        (Place(forge="github", api="https://evil.example/api/v3", repository="a/b"), {"GITHUB_TOKEN": "secret"}),
    ],
)
def test_and_to_no_other(place: Place, environment: dict[str, str]) -> None:
    with pytest.raises(ForgeDenied) as caught:
        token(place, environment)
    assert "secret" not in f"{caught.value.message} {caught.value.hint}"


def test_the_local_one_needs_none() -> None:
    assert token(Place(forge="local", repository="/tmp/x"), {}) == ""  # noqa: S108


@pytest.mark.parametrize("name", FORGES)
def test_every_forge_opens_without_asking_anybody(name: str) -> None:
    place = Place(forge=name, api="" if name == "local" else "https://127.0.0.1:1/api", repository="a/b")
    assert open_forge(place, "secret").place == place
    assert "secret" not in repr(open_forge(place, "secret"))
