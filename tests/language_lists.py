"""The lists of NLTK, gensim and stanza, and the files that they name, on an embedded web server."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from embedded_files import EmbeddedFiles

_DAY = (2024, 1, 1, 0, 0, 0)
STANZA_VERSION = "1.15.0"
"""Of the list that the newest shipped table of stanza leads to."""


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for path, content in files.items():
            target.writestr(zipfile.ZipInfo(path, _DAY), content)
    return buffer.getvalue()


def md5(data: bytes) -> str:
    """Return the MD5 of bytes, in hexadecimal digits."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class NltkIndex:
    """`index.xml` of `nltk_data`; `publish` serves it and returns its address."""

    files: EmbeddedFiles
    packages: dict[str, dict[str, str]] = field(default_factory=dict)
    collections: dict[str, Iterable[str]] = field(default_factory=dict)

    def package(self, name: str, members: Mapping[str, str | bytes], **attributes: str) -> bytes:
        """Put a package of files into the folder `corpora`, and say of it what `attributes` do not say otherwise."""
        return self.zipped(name, archive({f"{name}/{path}": text for path, text in members.items()}), **attributes)

    def zipped(self, name: str, data: bytes, **attributes: str) -> bytes:
        """Put the bytes of an archive, whatever they are."""
        said = {
            "id": name,
            "subdir": "corpora",
            "unzip": "1",
            "size": str(len(data)),
            "checksum": md5(data),
            "sha256_checksum": hashlib.sha256(data).hexdigest(),
            "url": self.files.put(f"/packages/corpora/{name}.zip", data),
        }
        self.packages[name] = said | attributes
        return data

    def remove(self, name: str) -> NltkIndex:
        """Take a package away, and its file."""
        del self.packages[name]
        self.files.remove(f"/packages/corpora/{name}.zip")
        return self

    def publish(self) -> str:
        """Serve the index."""
        root = Element("nltk_data")
        packages, collections = SubElement(root, "packages"), SubElement(root, "collections")
        for said in self.packages.values():
            SubElement(packages, "package", said)
        for name, members in self.collections.items():
            collection = SubElement(collections, "collection", id=name)
            for one in members:
                SubElement(collection, "item", ref=one)
        return self.files.put("/index.xml", tostring(root))


@dataclass(slots=True)
class GensimList:
    """`list.json` of `gensim-data`; `publish` serves it and returns the address of the mirror."""

    files: EmbeddedFiles
    models: dict[str, dict[str, Any]] = field(default_factory=dict)

    def release(
        self, name: str, data: bytes, *, parts: int = 1, said: Mapping[str, object] | None = None
    ) -> GensimList:
        """Put a module, and the data in some parts."""
        self.files.put(f"/{name}/__init__.py", f"# loads {name}\n".encode())
        size = -(-len(data) // parts)
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        for number, piece in enumerate(pieces):
            self.files.put(f"/{name}/{name}.gz" + (f"_0{number}" if parts > 1 else ""), piece)
        sums = {f"checksum-{number}" if parts > 1 else "checksum": md5(piece) for number, piece in enumerate(pieces)}
        self.models[name] = {"file_name": f"{name}.gz", "parts": parts, **sums, **(said or {})}
        return self

    def remove(self, name: str) -> GensimList:
        """Take a release away, and its files."""
        parts = self.models.pop(name)["parts"]
        self.files.remove(f"/{name}/__init__.py")
        for number in range(parts):
            self.files.remove(f"/{name}/{name}.gz" + (f"_0{number}" if parts > 1 else ""))
        return self

    def publish(self) -> str:
        """Serve the list."""
        self.files.put("/list.json", json.dumps({"corpora": {}, "models": self.models}).encode())
        return self.files.url("")


@dataclass(slots=True)
class StanzaList:
    """`resources_….json` of stanza; `publish` serves it and returns the address of the folder."""

    files: EmbeddedFiles
    languages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def language(self, code: str, models: Mapping[str, bytes], *, package: str = "combined") -> StanzaList:
        """Put the models of a language, one for each processor."""
        said = self.languages.setdefault(code, {"lang_name": code, "packages": {}})
        said["packages"]["default" if package == "combined" else package] = dict.fromkeys(models, package)
        for processor, data in models.items():
            self.files.put(f"/{code}/{STANZA_VERSION}/{processor}/{package}.pt", data)
            said.setdefault(processor, {})[package] = {"md5": md5(data)}
        return self

    def alias(self, name: str, code: str) -> None:
        """Give a language another name."""
        self.languages[name] = {"alias": code}

    def remove(self, code: str) -> StanzaList:
        """Take a language away."""
        said = self.languages.pop(code)
        for processor in said["packages"]["default"]:
            self.files.remove(f"/{code}/{STANZA_VERSION}/{processor}/combined.pt")
        return self

    def publish(self) -> str:
        """Serve the list."""
        url = self.files.url("/") + "{lang}/{resources_version}/{filename}"
        data = json.dumps({"url": url, **self.languages}).encode()
        self.files.put(f"/resources_{STANZA_VERSION}.json", data)
        return self.files.url("")
