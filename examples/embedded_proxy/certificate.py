"""A certificate that vouches for itself, for some hosts: made by the program `openssl`."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
_REQUEST = ["openssl", "req", "-x509", "-days", "2", "-subj", "/CN=embedded", *_KEY]
_EXTENSIONS = ["keyUsage=critical,keyCertSign,digitalSignature", "extendedKeyUsage=serverAuth"]


def issue(folder: Path, hosts: Iterable[str]) -> tuple[Path, Path]:
    """Make a certificate for `hosts` and its key; return both files (PEM)."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = "subjectAltName=" + ",".join(f"DNS:{host}" for host in sorted(hosts))
    extensions = [word for extension in (names, *_EXTENSIONS) for word in ("-addext", extension)]
    files = ["-keyout", os.fspath(key), "-out", os.fspath(certificate)]
    subprocess.run([*_REQUEST, *extensions, *files], check=True, capture_output=True)
    return certificate, key
