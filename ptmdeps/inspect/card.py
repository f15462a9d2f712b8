"""The model card: what the front matter of ``README.md`` declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptmdeps.inspect.front_matter import Shape, UnreadableFrontMatterError, Value, entries, front_matter
from ptmdeps.inspect.names import repository_name
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_TEXT = 500
"""Longest value that is believed, in characters."""

MAX_ITEMS = 2000
"""Longest list that is believed; speech models name a thousand languages."""

_WANTED = frozenset(
    {
        "license",
        "license_name",
        "license_link",
        "base_model",
        "base_model_relation",
        "datasets",
        "library_name",
        "pipeline_tag",
        "tags",
        "language",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a model card declares, as it declares it; empty where it says nothing.

    Attributes:
        license: licence identifiers of the hub, usually one.
        license_name: name of the licence where ``license`` is ``other``.
        license_link: where its text is: an address or a file of the repository.
        base_models: names of the models that this one came from, in the order of the card.
        base_model_relation: ``adapter``, ``finetune``, ``merge`` or ``quantized``.
        datasets: names of the data sets it was trained on.
        library_name: library that loads it.
        pipeline_tag: task it is for.
        tags: free tags.
        languages: language codes.
        problems: what was ignored and why, for people; may quote the card, escaped.
    """

    license: tuple[str, ...] = ()
    license_name: str = ""
    license_link: str = ""
    base_models: tuple[str, ...] = ()
    base_model_relation: str = ""
    datasets: tuple[str, ...] = ()
    library_name: str = ""
    pipeline_tag: str = ""
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def model_card(readme: bytes) -> ModelCard:
    """Read the front matter of a model card. Never raises: what cannot be believed is named in ``problems``.

    Values are taken as the text that is written (``language: no`` is Norwegian, not false). Of broken YAML, the part
    before the fault counts.
    """
    return _Fields.of_document(readme).card()


def told_card(values: Mapping[str, object]) -> ModelCard:
    """The same of what a hub tells of a front matter: JSON, and as little to be believed."""
    return _Fields({key: _as_written(value) for key, value in values.items() if key in _WANTED}).card()


def _as_written(value: object) -> Value:
    match value:
        case str() | None:
            return value
        case list(items):
            return [item if isinstance(item, str) else Shape.OTHER for item in items]
        case _:
            return Shape.OTHER


class _Fields:
    """Entries of one front matter by name, and what was wrong with them."""

    def __init__(self, values: Mapping[str, Value], problems: Sequence[str] = ()) -> None:
        self.problems = list(problems)
        self._values = values

    @classmethod
    def of_document(cls, readme: bytes) -> _Fields:
        """Of a Markdown document."""
        problems: list[str] = []
        values: dict[str, Value] = {}
        try:
            for key, value in entries(front_matter(readme), _WANTED):
                if key in values:
                    problems.append(f"`{key}` is given twice: the last one counts")
                values[key] = value
        except UnreadableFrontMatterError as error:
            problems.append(f"front matter cannot be read to its end: {error}")
        return cls(values, problems)

    def card(self) -> ModelCard:
        """All of them."""
        return ModelCard(
            license=self.texts("license"),
            license_name=self.text("license_name"),
            license_link=self.text("license_link"),
            base_models=self.models("base_model"),
            base_model_relation=self.text("base_model_relation"),
            datasets=self.texts("datasets"),
            library_name=self.text("library_name"),
            pipeline_tag=self.text("pipeline_tag"),
            tags=self.texts("tags"),
            languages=self.texts("language"),
            problems=tuple(self.problems),
        )

    def text(self, key: str) -> str:
        """The one text of a field."""
        found = self.texts(key)
        if len(found) > 1:
            self.problems.append(f"`{key}` is a list: the first entry counts")
        return found[0] if found else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The text or texts of a field, without repetition."""
        value = self._values.get(key)
        items: Sequence[Value] = value if isinstance(value, list) else [value]
        if len(items) > MAX_ITEMS:
            self.problems.append(f"`{key}` has more than {MAX_ITEMS} entries: the rest is ignored")
        return tuple(dict.fromkeys(self._believed(key, items[:MAX_ITEMS])))

    def models(self, key: str) -> tuple[str, ...]:
        """The texts of a field that can be names of models."""
        names = {written: repository_name(written) for written in self.texts(key)}
        for written, name in names.items():
            if name is None:
                self.problems.append(f"`{key}` names no model of the hub: `{printable(written)}`")
        return tuple(dict.fromkeys(filter(None, names.values())))

    def _believed(self, key: str, items: Sequence[Value]) -> Iterator[str]:
        for item in items:
            text = item.strip() if isinstance(item, str) else item
            if not isinstance(text, str):
                if text is not None:
                    self.problems.append(f"`{key}` holds something that is not text")
            elif len(text) > MAX_TEXT or not text.isprintable():
                self.problems.append(f"`{key}` holds text that is too long or not printable: `{printable(text, 40)}`")
            elif text:
                yield text
