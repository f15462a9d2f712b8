"""Whatever the bytes: an archive is unpacked as its members say, or refused; nothing is ever written elsewhere."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.errors import IntegrityError, StoreError, UnsafeContent
from ptmdeps.paths import case_collisions
from ptmdeps.unpacking import KINDS, Limits, names, unpack
from tests.unit.unpacking.making import Zipped, honest_tar, honest_zip, member, pax, tar, zip_

NAMES = st.lists(
    st.text("ab-_.üß", min_size=1, max_size=4).filter(lambda part: part[-1] != "."), min_size=1, max_size=3
)
FILES = st.dictionaries(NAMES.map("/".join), st.binary(max_size=2000), max_size=6).filter(
    lambda files: not case_collisions(files)
)
PACKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": honest_zip,
    "tar": honest_tar,
    "tar.gz": lambda files: gzip.compress(honest_tar(files)),
    "tar.bz2": lambda files: bz2.compress(honest_tar(files)),
    "tar.xz": lambda files: lzma.compress(honest_tar(files)),
}
HOSTILE_NAMES = st.sampled_from(["../../evil", "/evil", "a", "a/b", "A", "./a", "..", ".", "", "a/../b", "c\0", "d\\e"])
SMALL = Limits(size=5_000_000, floor=1_000_000)


@settings(max_examples=60, deadline=None)
@given(FILES, st.sampled_from(KINDS), st.booleans())
def test_what_was_packed_is_unpacked(files: dict[str, bytes], kind: str, told: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive, target = Path(folder) / "archive", Path(folder) / "target"
        archive.write_bytes(PACKERS[kind](files))
        members = unpack(archive, target, kind=kind if told else "")
        assert {one.path: (target / one.path).read_bytes() for one in members} == files
        assert [one.path for one in names(archive)] == list(files)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """An archive in which some bytes were replaced, taken out or put in."""
    files = draw(FILES)
    data = bytearray(draw(st.sampled_from(list(PACKERS.values())))(files))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    return bytes(data)


TARS = st.lists(
    st.one_of(
        st.builds(
            member,
            HOSTILE_NAMES,
            st.binary(max_size=600),
            st.sampled_from(list(b"01234567LKxgSV\0")).map(lambda one: bytes([one])),
        ),
        st.builds(
            pax,
            st.builds(
                lambda key, value: key + value.encode(),
                st.sampled_from([b"path=", b"size=", b"linkpath="]),
                HOSTILE_NAMES,
            ),
        ),
    ),
    max_size=5,
).map(lambda members: tar(*members))
ZIPS = st.lists(
    st.builds(
        Zipped,
        name=HOSTILE_NAMES.map(str.encode),
        data=st.binary(max_size=50),
        method=st.sampled_from([0, 8, 12]),
        flags=st.sampled_from([0, 1, 8, 0x800]),
        mode=st.sampled_from([0, 0o100755, 0o120777, 0o40755]),
        size=st.sampled_from([None, 0, 2**32 - 1]),
        offset=st.sampled_from([None, None, 0, 2**31]),
    ),
    max_size=4,
).map(lambda members: zip_(*members))


@settings(max_examples=250, deadline=None)
@given(st.one_of(st.binary(max_size=700), mutated(), TARS, ZIPS), st.sampled_from(["", *KINDS]))
def test_no_bytes_do_harm(data: bytes, kind: str) -> None:
    with tempfile.TemporaryDirectory() as outside:
        archive, folder = Path(outside) / "archive", Path(outside) / "a" / "b"
        archive.write_bytes(data)
        try:
            members = unpack(archive, folder / "target", kind=kind, limits=SMALL)
        except (UnsafeContent, IntegrityError, StoreError) as error:
            printable = all(line.isprintable() for line in error.message.splitlines())
            assert printable
            assert not list(folder.iterdir() if folder.exists() else ())
        else:
            found = [path for path in folder.rglob("*") if not path.is_dir()]
            assert sorted(path.relative_to(folder / "target").as_posix() for path in found) == [
                one.path for one in members
            ]
            assert not any(path.is_symlink() for path in found)
        assert {path.name for path in Path(outside).iterdir()} <= {"archive", "a"}
