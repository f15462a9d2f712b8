"""Which hub is asked, and that the user's token goes only where the user means it to."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from embedded_hub import EmbeddedHub, LfsFile, models
from ptmdeps.hubs import open_hub
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.huggingface.endpoint import TRUST, Endpoint, endpoint_of
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.manifest import HubSettings
from tests.worlds import HURRY, key

MIRROR = HubSettings(endpoint="https://mirror.example/hf", source="pyproject.toml")
REQUEST = PinRequest(key=key("acme/x"), readings=(Reading(reads="snapshot"),))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_ENDPOINT", TRUST):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")


def test_without_a_setting_the_client_decides() -> None:
    assert endpoint_of(HubSettings()) == Endpoint()
    assert endpoint_of(HubSettings(endpoint=constants.ENDPOINT)) == Endpoint()


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mine.example")
    assert endpoint_of(MIRROR) == Endpoint()


def test_an_address_that_only_a_manifest_names_gets_no_token_and_a_warning() -> None:
    with pytest.warns(UserWarning, match="models come from") as caught:
        assert endpoint_of(MIRROR) == Endpoint(address=MIRROR.endpoint, anonymous=True)
    (warning,) = caught
    assert str(warning.message) == (
        "models come from `https://mirror.example/hf`, which `pyproject.toml` names: your token is not sent there. "
        "If it is your hub, set `PTMDEPS_TRUST_ENDPOINT=https://mirror.example/hf`"
    )


@pytest.mark.parametrize("trusted", ["https://mirror.example/hf", "https://mirror.example/hf/"])
def test_an_address_that_the_user_trusts_gets_the_token(monkeypatch: pytest.MonkeyPatch, trusted: str) -> None:
    monkeypatch.setenv(TRUST, trusted)
    assert endpoint_of(MIRROR) == Endpoint(address=MIRROR.endpoint)


@pytest.mark.parametrize("other", ["https://mirror.example", "1", "true", "https://mirror.example/hf2", "*"])
def test_trust_is_about_one_address(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    monkeypatch.setenv(TRUST, other)
    with pytest.warns(UserWarning, match="your token is not sent there"):
        assert endpoint_of(MIRROR).anonymous


def _use(face: HuggingFace) -> None:
    """Everything that asks a hub: pinning, history, refs, reading in place, both kinds of fetches."""
    locked = face.pin(REQUEST)
    face.refs(locked.key)
    tuple(face.history(locked.key))
    described = face.describe(locked.key)
    for remote in described.files:
        with face.open(described, remote) as stream:
            stream.read(10)
    face.read(described, "config.json")
    for file in locked.files:
        face.fetch(locked, file, lambda _: None)


def _hub(hub: EmbeddedHub) -> HubSettings:
    hub.repositories.users["hf_secret"] = "me"
    repository = hub.repositories.create("acme/x", models.bert_classifier())
    repository.commit({"large.bin": LfsFile(content=b"x" * 9_000_000)})
    return HubSettings(endpoint=hub.endpoint, source="ptm.toml")


def test_no_request_to_a_hub_that_only_a_manifest_names_carries_the_token(hub: EmbeddedHub, tmp_path: Path) -> None:
    face = HuggingFace(settings=_hub(hub), cache=tmp_path / "store", patience=HURRY)
    with pytest.warns(UserWarning, match="your token is not sent there"):
        _use(face)
    assert len(hub.log) > 10
    assert [entry for entry in hub.log if entry.had_authorization] == []


def test_every_request_to_a_trusted_hub_carries_the_token(
    hub: EmbeddedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _hub(hub)
    monkeypatch.setenv(TRUST, settings.endpoint)
    _use(HuggingFace(settings=settings, cache=tmp_path / "store", patience=HURRY))
    # what proves the other test: the same requests, and those to the hub itself do carry it
    assert all(entry.had_authorization for entry in hub.log if "/cdn/" not in entry.path)


def test_hubs_are_opened_with_the_settings_of_a_manifest() -> None:
    face = open_hub("huggingface", MIRROR)
    assert isinstance(face, HuggingFace)
    assert face._settings == MIRROR
    assert open_hub("nowhere", MIRROR) is None
