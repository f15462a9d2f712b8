"""What kind of change it is, and how grave: the models' counterpart of semantic versioning.

Names and versions of models do not tell: two in five changes of weights are reflected in neither (Ajibode et al., EMSE
2025, https://arxiv.org/abs/2409.10472). So it is judged by what changed in the files and at the hub, rule by rule; the
table of the rules is docs/explanation/what-kind-of-change.md. What could not be looked into counts as the worst that
it can be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from ptmdeps.inspect.formats import PICKLE_FORMATS
from ptmdeps.upgrade.change import Comparison, FileChange, KeyChange, WeightChange

Kind = Literal[
    "nothing", "card", "configuration", "template", "tokenizer", "code", "weights", "architecture", "unknown"
]
"""What changed, of a revision as a whole."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""Every kind, from the one that matters least to the one that matters most."""

Severity = Literal["none", "patch", "minor", "major"]
"""``patch``: what is loaded does what it did. ``minor``: it is used as before and may answer otherwise. ``major``: what
uses it may break, run other code, or need consent anew."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""Every severity, the least first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is judged: the kind that it makes the change (``None``: none), how grave it is, and what it means."""

    kind: Kind | None
    severity: Severity
    meaning: str


_TABLE: tuple[tuple[str, Kind | None, Severity, str], ...] = (
    ("documents", "card", "patch", "the card, documents, or files that the project does not load changed"),
    ("license-text", "card", "minor", "the text of the licence changed, the licence is the same"),
    ("license", "card", "major", "the licence is another one"),
    ("gate-opened", "card", "patch", "its hub asks for consent otherwise than before, or no more"),
    ("gated", "card", "major", "its hub asks for consent now"),
    ("layout", "configuration", "patch", "the same settings are written in another layout"),
    ("saved-with", "configuration", "patch", "only versions and paths that the files were saved with changed"),
    ("settings", "configuration", "minor", "settings changed"),
    ("generation", "configuration", "minor", "settings of generation changed"),
    ("other-files", "configuration", "minor", "locked files of no known kind changed"),
    ("fewer-requirements", "configuration", "minor", "loading needs fewer Python distributions"),
    ("requirements", "configuration", "major", "loading needs other Python distributions or versions"),
    ("template", "template", "minor", "the chat template changed"),
    ("tokenizer-settings", "tokenizer", "minor", "settings of the tokenizer changed"),
    ("tokens-added", "tokenizer", "minor", "the tokenizer has more tokens, the others kept their numbers"),
    ("tokens", "tokenizer", "major", "tokens are gone or have other numbers, or texts are split otherwise"),
    ("special-tokens", "tokenizer", "major", "special tokens are gone or other ones"),
    ("tokenizer-model", "tokenizer", "major", "a file of the tokenizer changed that is not looked into"),
    ("imports-removed", "code", "patch", "unpickling imports less than before"),
    ("code", "code", "major", "code that loading can run changed"),
    ("pickle", "code", "major", "unpickling imports what it did not, or weights are pickles now"),
    ("weights-renamed", "weights", "patch", "the same weights have other names"),
    ("weights-index", "weights", "patch", "only the index of the weights changed"),
    ("weights", "weights", "minor", "the weights have the same tensors with other values"),
    ("silent", "weights", "minor", "the weights changed, and neither card nor configuration says so"),
    ("weights-rearranged", "weights", "minor", "the same tensors are in other files, their values may differ"),
    ("weights-type", "weights", "minor", "the elements of tensors have another type"),
    ("format", "weights", "minor", "the weights are in another format"),
    ("weights-settings", "weights", "minor", "the metadata in files of weights changed"),
    ("weights-unknown", "weights", "major", "weights changed that could not be looked into"),
    ("tensors", "architecture", "major", "tensors were added, removed or have another shape"),
    ("architecture", "architecture", "major", "settings changed that make it another architecture"),
    ("unread", "unknown", "major", "files that count could not be compared"),
    ("not-compared", "unknown", "major", "what changed is not known"),
    ("unreachable", "unknown", "major", "its hub does not say what became of it"),
    ("lineage", None, "minor", "it says that it came from other models or data"),
    ("needs", None, "major", "it needs other models now"),
    ("renamed", None, "minor", "it has another name"),
    ("owner-changed", None, "major", "it belongs to somebody else"),
    ("tag-moved", None, "major", "a tag leads to another revision than before"),
    ("rewritten", None, "major", "its history was rewritten"),
    ("recreated", None, "major", "another repository has its name"),
    ("ref-gone", None, "major", "its branch or tag is gone"),
    ("disabled", None, "major", "its hub took it out of circulation"),
    ("denied", None, "major", "its hub does not show it"),
    ("gone", None, "major", "its hub has it no more"),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {name: Rule(kind=kind, severity=severity, meaning=meaning) for name, kind, severity, meaning in _TABLE}
)
"""Every rule by its name, in the order in which people are told."""

_SAVED_WITH = re.compile(
    r"(?:.*\.)?(?:transformers_version|_name_or_path|name_or_path|_diffusers_version|_commit_hash|_sagemaker.*"
    r"|__version__(?:\..*)?|peft_version|_auto_class|tokenizer_file|base_model_revision)"
)
_ARCHITECTURE = re.compile(
    r"(?:.*\.)?(?:model_type|architectures?|_class_name|peft_type|base_model_name_or_path|general\.architecture"
    r"|hidden_size|intermediate_size|moe_intermediate_size|d_model|d_ff|d_kv|n_embd|n_layer|n_head|n_inner|dim"
    r"|num_hidden_layers|num_layers|num_(?:encoder|decoder)_layers|(?:en|de)coder_layers|n_layers|n_heads"
    r"|num_attention_heads|num_key_value_heads|num_heads|head_dim|vocab_size|type_vocab_size"
    r"|num_experts|num_local_experts|n_routed_experts|n_shared_experts|num_experts_per_tok"
    r"|max_position_embeddings|n_positions|hidden_act|activation_function|tie_word_embeddings|position_embedding_type"
    r"|rope_theta|rope_scaling(?:\..*)?|rope_parameters(?:\..*)?|sliding_window|layer_types|num_labels|(?:id2label|label2id)(?:\..*)?"
    r"|quantization_config(?:\..*)?|word_embedding_dimension|in_channels|out_channels|block_out_channels"
    r"|cross_attention_dim|image_size|patch_size|num_channels|num_mel_bins|projection_dim|r|lora_alpha"
    r"|target_modules|block_count|embedding_length|feed_forward_length|attention\.head_count(?:_kv)?|context_length"
    r"|inputs\..*|outputs\..*|operators\..*)"
)
_SPECIAL = re.compile(
    r"(?:.*\.)?(?:(?:bos|eos|unk|pad|sep|cls|mask)_token(?:_id)?(?:\..*)?|additional_special_tokens"
    r"|ggml\.(?:bos|eos|unknown|padding|separator)_token_id)"
)
_CODE = ("auto_map", "custom_pipelines")
_GENERATION = "generation_config.json"
_DECISIVE = frozenset({"config.json", "model_index.json", "modules.json", "adapter_config.json"})
_NOTABLE: Mapping[str, str] = MappingProxyType(
    {"license": "license", "gated": "gated", "remote-code": "code", "pickle": "pickle", "needs": "needs"}
    | {"lineage": "lineage"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an upgrade comes to.

    Attributes:
        kind: the kind that matters most.
        kinds: every kind that it is, in the order of ``KINDS``.
        severity: that of the gravest rule.
        rules: names of the rules that say so, the gravest first, else in the order of ``RULES``.
    """

    kind: Kind = "nothing"
    kinds: tuple[Kind, ...] = ()
    severity: Severity = "none"
    rules: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """A clause for each rule, without a full stop; nothing in them comes from a hub."""
        return tuple(RULES[name].meaning for name in self.rules)

    @property
    def certain(self) -> bool:
        """Whether everything that counts could be looked into."""
        return "unknown" not in self.kinds and "weights-unknown" not in self.rules

    def mergeable(self, kinds: Collection[str]) -> bool:
        """Whether nobody needs to look at it who trusts changes of these kinds.

        Never of what another kind of look is needed for (a licence, an owner, a history), nor where something could
        not be looked into.
        """
        return self.certain and not any(map(_is_for_people, self.rules)) and set(self.kinds) <= set(kinds)


def judge(comparison: Comparison | None, *, states: Iterable[str] = (), notables: Iterable[str] = ()) -> Verdict:
    """What a change comes to.

    Args:
        comparison: what differs between the two revisions; ``None`` where that is not known.
        states: what became of the model at its hub (``ptmdeps.upgrade.movement.State``).
        notables: kinds of what the two locks say (``ptmdeps.upgrade.notable.Notable.kind``).
    """
    found = {state for state in states if state in RULES}
    found |= {_NOTABLE[kind] for kind in notables if kind in _NOTABLE}
    found |= {"not-compared"} if comparison is None else set(_rules(comparison))
    return _verdict(found)


SAME = Comparison(before="", after="")
"""Of two revisions that hold the same."""


def _is_for_people(name: str) -> bool:
    rule = RULES[name]
    return rule.kind is None or (rule.kind == "card" and rule.severity == "major")


def _verdict(found: set[str]) -> Verdict:
    order = list(RULES)
    rules = sorted(found, key=lambda name: (-SEVERITIES.index(RULES[name].severity), order.index(name)))
    kinds = {kind for name in found if (kind := RULES[name].kind)}
    ordered = tuple(kind for kind in KINDS if kind in kinds)
    return Verdict(
        kind=ordered[-1] if ordered else "nothing",
        kinds=ordered,
        severity=RULES[rules[0]].severity if rules else "none",
        rules=tuple(rules),
    )


def _rules(comparison: Comparison) -> Iterator[str]:
    if comparison.license:
        yield "license"
    if comparison.gated:
        yield "gate-opened" if comparison.gated[0] else "gated"
    if comparison.disabled:
        yield "disabled"
    if comparison.origins:
        yield "lineage"
    if comparison.unread:
        yield "unread"
    yield from _of_requirements(comparison)
    yield from _of_formats(comparison)
    for weights in comparison.weights:
        yield from _of_weights(weights)
    if _is_silent(comparison):
        yield "silent"
    yield from _of_tokens(comparison)
    for pickle in comparison.pickles:
        yield "pickle" if pickle.added or pickle.incomplete else "imports-removed"
    for file in comparison.files:
        keys = [change for change in comparison.keys if change.path == file.path]
        yield from _of_file(file, keys, comparison)


def _of_requirements(comparison: Comparison) -> Iterator[str]:
    for change in comparison.requirements:
        if change.saved_with:
            yield "saved-with"
        else:
            yield "fewer-requirements" if change.after is None else "requirements"


def _of_formats(comparison: Comparison) -> Iterator[str]:
    old, new = map(set, comparison.formats)
    if old and new and old != new:
        yield "format"
        if new <= PICKLE_FORMATS and not old <= PICKLE_FORMATS:
            yield "pickle"


def _of_weights(change: WeightChange) -> Iterator[str]:
    match change.verdict:
        case "renamed":
            yield "weights-renamed"
        case "other-values":
            yield "weights"
        case "rearranged":
            yield "weights-rearranged"
        case "unknown":
            yield "weights-unknown"
        case "other-tensors":
            if change.retyped:
                yield "weights-type"
            if change.added or change.removed or change.reshaped:
                yield "tensors"


def _is_silent(comparison: Comparison) -> bool:
    """Values changed, or may have, and no file that people or programs read says anything new."""
    changed = any(change.verdict != "renamed" for change in comparison.weights)
    return changed and not any(file.of in {"card", "configuration"} for file in comparison.files)


def _of_tokens(comparison: Comparison) -> Iterator[str]:
    for change in comparison.vocabularies:
        if change.special_removed:
            yield "special-tokens"
        if change.removed_count or change.renumbered or change.merges or not change.added_count:
            yield "tokens"
        else:
            yield "tokens-added"


def _of_file(file: FileChange, keys: list[KeyChange], comparison: Comparison) -> Iterator[str]:
    """By its class and, where it holds settings, by those of them that changed."""
    if file.of == "license":
        yield "license-text"
        return
    if file.of == "card" or not file.affects:
        yield "documents"
        return
    if file.reformatted:
        yield "layout"
        return
    told = [_of_key(file, change) for change in keys]
    yield from told
    template = any(text.path == f"{file.path}#chat_template" for text in comparison.texts)
    if template:
        yield "template"
    seen = bool(told) or template or any(change.path == file.path for change in comparison.vocabularies)
    if any(path == file.path for path, _ in comparison.more_keys):
        # what is left out may be anything
        yield _of_key(file, KeyChange(path=file.path, key="model_type", before=None, after=None))
    if not seen:
        yield from _unseen(file)


def _of_key(file: FileChange, change: KeyChange) -> str:
    if change.key.startswith(_CODE):
        return "code"
    if _SAVED_WITH.fullmatch(change.key):
        return "saved-with"
    match file.of:
        case "tokenizer":
            return _of_tokenizer(file.path.rpartition("/")[2], change)
        case "weights":
            return _of_metadata(change.key)
        case "chat-template":
            return "template"
        case _:
            return _of_setting(file, change.key)


def _of_tokenizer(name: str, change: KeyChange) -> str:
    if name == "added_tokens.json" or change.key.startswith("added_tokens_decoder."):
        return "tokens-added" if change.before is None else "tokens"
    if _SPECIAL.fullmatch(change.key) and change.before is not None:
        return "special-tokens"
    splits = name == "tokenizer.json" and change.key.startswith(("model.", "pre_tokenizer", "normalizer"))
    return "tokens" if splits else "tokenizer-settings"


def _of_setting(file: FileChange, key: str) -> str:
    if file.path.rpartition("/")[2] == _GENERATION:
        return "generation"
    return "architecture" if file.of == "configuration" and _ARCHITECTURE.fullmatch(key) else "settings"


def _of_metadata(key: str) -> str:
    """What stands in a file of weights beside the tensors."""
    if key.endswith("chat_template"):
        return "template"
    if key.startswith("tokenizer."):
        return "special-tokens" if _SPECIAL.fullmatch(key) else "tokens"
    return "architecture" if _ARCHITECTURE.fullmatch(key) else "weights-settings"


def _unseen(file: FileChange) -> Iterator[str]:
    """A file of which nothing but that it changed is known; of weights, ``weights`` of the comparison speaks."""
    renamed, name = file.kind == "renamed", file.path.rpartition("/")[2]
    match file.of:
        case "code":
            yield "code"
        case "chat-template":
            yield "template"
        case "tokenizer":
            yield "tokenizer-settings" if renamed or file.path.endswith(".json") else "tokenizer-model"
        case "configuration":
            decisive = file.kind in {"added", "removed"} and name in _DECISIVE
            yield "generation" if name == _GENERATION else "architecture" if decisive else "settings"
        case "weights":
            if file.path.endswith(".json"):
                yield "weights-index"
        case _:
            yield "other-files"
