"""The repository `explosion/spacy-models`: one release per version of a model, and the table that spaCy chooses by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from embedded_github import EmbeddedGitHub
from embedded_spacy.pipelines import pipeline_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from embedded_github import Release

_NAME = "explosion/spacy-models"
_TABLE = "compatibility.json"


class EmbeddedSpacy(EmbeddedGitHub):
    """An embedded GitHub that holds spaCy's models, running while the `with` block does."""

    def __init__(self, root: Path, *, port: int = 0, latency: float = 0.0) -> None:
        super().__init__(root, port=port, latency=latency)
        self._table: dict[str, dict[str, list[str]]] = {}
        self.models = self.create(
            _NAME, {_TABLE: self._text()}, default_branch="master", description="Models for the spaCy library"
        )

    @property
    def compatibility_url(self) -> str:
        """Where the table is, at `raw.githubusercontent.com`."""
        return f"{self.files_endpoint}/raw/{_NAME}/master/{_TABLE}"

    @property
    def download_url(self) -> str:
        """Where the releases are."""
        return f"{self.endpoint}/{_NAME}/releases/download"

    def wheel_url(self, name: str, version: str) -> str:
        """Return where the wheel of a model is."""
        return f"{self.download_url}/{name}-{version}/{_file(name, version)}"

    def publish(
        self, name: str, version: str, *, spacy: str = "3.8", wheel: bytes | None = None, compatible: bool = True
    ) -> Release:
        """Release a version of a model for a version of spaCy; the last one published is the one spaCy chooses.

        Args:
            name: such as `en_core_web_sm`.
            version: of the model.
            spacy: version of spaCy without its last number, such as `3.8`.
            wheel: the bytes; a blank pipeline when left out.
            compatible: whether the table gets a row.
        """
        content = pipeline_wheel(name, version, spacy=spacy) if wheel is None else wheel
        if compatible:
            rows = self._table.setdefault(spacy, {})
            rows[name] = [version, *(other for other in rows.get(name, ()) if other != version)]
            self.models.commit({_TABLE: self._text()}, message=f"Add {name} {version}")
        return self.models.release(f"{name}-{version}", {_file(name, version): content})

    def _text(self) -> bytes:
        return (json.dumps({"spacy": self._table}, indent=2) + "\n").encode()


def _file(name: str, version: str) -> str:
    return f"{name}-{version}-py3-none-any.whl"
