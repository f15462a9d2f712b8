"""Identifiers of what stands in a document: the same for the same thing of the same bill.

They are IRIs below the bill's own name, ``urn:uuid:…#component/pkg:huggingface/org/name@…``, so that a person who reads
one knows what is meant.
"""

from __future__ import annotations

from urllib.parse import quote

_PLAIN = "/:@,;=+&$()*'?-._~"
"""Characters that a fragment may hold as they are (RFC 3986, section 3.5), without the `!` that separates parts."""

_OF_ADDRESSES = "%/:@!,;=+&$()*'?-._~#[]"


class Names:
    """The identifiers of one bill."""

    def __init__(self, serial: str) -> None:
        self.document = f"urn:uuid:{serial}"

    def __call__(self, kind: str, *parts: str) -> str:
        """The identifier of one element: what sort of thing it is, and which one."""
        return f"{self.document}#{kind}/{'!'.join(quote(part, safe=_PLAIN, errors='replace') for part in parts)}"

    def component(self, identifier: str) -> str:
        """The identifier of a component, or of the project."""
        return self("component", identifier)


def address(url: str) -> str:
    """An address as it may stand in a document: whatever no address can hold is escaped."""
    return quote(url, safe=_OF_ADDRESSES, errors="replace")
