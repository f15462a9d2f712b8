"""Places in an environment that two locked models want for different bytes: one of them would get the other's.

Loaders name what they download by a part of its address only, so that this happens outside of environments, too:
there, whoever comes first is loaded by both.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from ptmdeps.errors import PtmdepsError, ResolutionError
from ptmdeps.hubs.protocol import Exposure
from ptmdeps.lockfile.model import LockedModel

Exposed = tuple[LockedModel, Exposure]

_HINTS: Mapping[str, str] = {
    "url": "Loaders keep a download under the last part of its address only. Give one of them another name where it "
    "is loaded (`file_name=` of `load_state_dict_from_url`), or leave it out with `ignore` in `[tool.ptmdeps]`",
    "torchhub": "`torch.hub` keeps both in that folder, and loads whichever was there first; leave one out with "
    "`ignore` in `[tool.ptmdeps]`",
}
_HINT = "Their loaders would take one for the other; leave one out with `ignore` in `[tool.ptmdeps]`"
_ONE_MODEL = "Both names lead to one place for its loader, so they must lead to one revision: `ptmdeps lock -P {name}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Two models that want one place, and do not have the same bytes for it.

    Attributes:
        first, second: in the order of the lock.
        paths: what each wants, relative to the environment; two spellings of one name on some systems.
    """

    first: LockedModel
    second: LockedModel
    paths: tuple[str, str]

    @property
    def error(self) -> PtmdepsError:
        """For people."""
        first, second = self.paths
        where = f"`{first}`" if first == second else f"`{first}` and `{second}`, which not every system tells apart"
        one = self.first.key == self.second.key
        hint = _ONE_MODEL.format(name=self.first.key.label) if one else _HINTS.get(self.second.key.hub, _HINT)
        return PtmdepsError(
            f"`{_label(self.first)}` and `{_label(self.second)}` want the same place in the environment ({where}) for "
            "different bytes",
            hint=hint,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """A model wants these bytes at this path; they are identified by their SHA-256, or by themselves."""

    model: LockedModel
    path: str
    identity: str


def collisions(exposed: Iterable[Exposed]) -> tuple[Collision, ...]:
    """The first place at which any two models collide, in the order of the models.

    Models whose folders are their own are not looked into: nobody else can be there.
    """
    found: dict[tuple[int, int], Collision] = {}
    for group in _neighbours(tuple(exposed)):
        places: dict[str, list[_Wish]] = defaultdict(list)
        for wish in _wishes(group):
            places[_folded(wish.path)].append(wish)
        for place, wishes in places.items():
            above = [wish for folder in _folders(place) for wish in places.get(folder, ())]
            for one, other in (*_in_dispute(wishes), *((one, other) for one in above for other in wishes)):
                if one.model is not other.model:
                    collision = Collision(first=one.model, second=other.model, paths=(one.path, other.path))
                    found.setdefault((id(one.model), id(other.model)), collision)
    return tuple(found.values())


def refuse_collisions(
    exposed: Iterable[Exposed], because: Callable[[LockedModel], tuple[str, ...]] = lambda _: ()
) -> None:
    """Nothing, unless two models want one place; ``because`` says what asks for a model.

    Raises:
        ResolutionError: they do; it holds an error for every two of them.
    """
    if found := collisions(exposed):
        count = len(found)
        subject = "two models" if count == 1 else f"{count} pairs of models"
        causes = [one.error for one in found]
        for one, cause in zip(found, causes, strict=True):
            cause.because = because(one.second)
        raise ResolutionError(f"{subject} cannot be in one environment", causes=causes)


def _neighbours(exposed: tuple[Exposed, ...]) -> Iterator[tuple[Exposed, ...]]:
    """Models that share a folder, or of which one has a folder inside of another's."""
    inside: dict[str, set[int]] = defaultdict(set)
    for index, (_, exposure) in enumerate(exposed):
        for folder in exposure.folders:
            inside[_folded(folder)].add(index)
    groups = {tuple(sorted(indices.union(*_above(folder, inside)))) for folder, indices in inside.items()}
    yield from (tuple(exposed[index] for index in group) for group in sorted(groups) if len(group) > 1)


def _above(folder: str, inside: Mapping[str, set[int]]) -> Iterator[set[int]]:
    return (inside[above] for above in _folders(folder) if above in inside)


def _wishes(exposed: Iterable[Exposed]) -> Iterator[_Wish]:
    for model, exposure in exposed:
        for link in exposure.links:
            yield _Wish(model=model, path=link.path, identity=link.sha256)
        for path, text in exposure.texts:
            yield _Wish(model=model, path=path, identity=text)


def _in_dispute(wishes: list[_Wish]) -> Iterator[tuple[_Wish, _Wish]]:
    """Everybody who wants one place, in pairs that want other bytes for it."""
    return ((one, other) for one, other in combinations(wishes, 2) if one.identity != other.identity)


def _folders(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _folded(path: str) -> str:
    """One spelling for what is one name on some systems."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path.casefold())


def _label(model: LockedModel) -> str:
    return f"{model.key.label}@{model.ref}" if model.ref else model.key.label
