"""BERT models of a few kilobytes: the encoder, the text classifier, and every way to store their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from embedded_hub import weights
from embedded_hub.models.card import CardValue, Files, card, json_file

if TYPE_CHECKING:
    from collections.abc import Mapping

Storage = Literal["safetensors", "sharded safetensors", "pickle", "sharded pickle", "legacy pickle"]

HIDDEN = 16
LABELS = ("negative", "positive")
_INNER = 32
_POSITIONS = 64
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WORDS = ("the", "a", "this", "is", "film", "food", "good", "bad", "great", "awful", "not", "very", ".", ",", "!", "?")
_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz0123456789")
VOCABULARY = tuple(dict.fromkeys((*_SPECIAL, *_WORDS, *_LETTERS, *(f"##{letter}" for letter in _LETTERS))))

_SHARDS = 3


def bert_classifier(
    *,
    seed: str = "v1",
    weight_bytes: int = 0,
    storage: Storage = "safetensors",
    facts: Mapping[str, CardValue] | None = None,
) -> Files:
    """Return a text classifier with its tokenizer.

    Args:
        seed: other seeds give other weights.
        weight_bytes: least size of the weights (more rows in the embedding table).
        storage: how the weights are kept.
        facts: front matter of the card, added to or replacing what is there.
    """
    shapes = _prefixed("bert.", _encoder_shapes(weight_bytes))
    shapes |= {"classifier.weight": (len(LABELS), HIDDEN), "classifier.bias": (len(LABELS),)}
    labels = {
        "id2label": dict(map(_label, enumerate(LABELS))),
        "label2id": {label: i for i, label in enumerate(LABELS)},
    }
    shown: dict[str, CardValue] = {
        "license": "apache-2.0",
        "language": ["en"],
        "pipeline_tag": "text-classification",
        "library_name": "transformers",
    }
    shown |= {"datasets": ["stanfordnlp/sst2"], "base_model": "google-bert/bert-base-uncased", "tags": ["sentiment"]}
    return {
        "README.md": card("Sentiment", {**shown, **(facts or {})}),
        "config.json": _config(
            "BertForSequenceClassification", shapes["bert.embeddings.word_embeddings.weight"][0], labels
        ),
        **tokenizer_files(),
        **stored(weights.drawn(seed, shapes), storage),
    }


def bert_encoder(
    *,
    seed: str = "v1",
    weight_bytes: int = 0,
    storage: Storage = "safetensors",
    facts: Mapping[str, CardValue] | None = None,
) -> Files:
    """Return the bare encoder with its tokenizer; arguments as for `bert_classifier`."""
    shapes = _encoder_shapes(weight_bytes)
    shown: dict[str, CardValue] = {
        "license": "mit",
        "language": ["en"],
        "library_name": "transformers",
        "pipeline_tag": "feature-extraction",
    }
    return {
        "README.md": card("Encoder", {**shown, **(facts or {})}),
        "config.json": _config("BertModel", shapes["embeddings.word_embeddings.weight"][0], {}),
        **tokenizer_files(),
        **stored(weights.drawn(seed, shapes), storage),
    }


def cluttered(*, seed: str = "v1", weight_bytes: int = 0) -> Files:
    """Return a classifier whose repository holds its weights five times, as many do: four copies nobody needs."""
    files = bert_classifier(seed=seed, weight_bytes=weight_bytes)
    weight = files["model.safetensors"]
    # Only their size matters: no test loads these.
    copies = {
        name: name.encode() + weight[len(name) :] for name in ("tf_model.h5", "flax_model.msgpack", "onnx/model.onnx")
    }
    return {**files, **copies, **bert_classifier(seed=seed, weight_bytes=weight_bytes, storage="pickle")}


def tokenizer_files() -> Files:
    """Return the files of a WordPiece tokenizer, fast and slow."""
    named = {f"{token.strip('[]').lower()}_token": token for token in _SPECIAL}
    settings = {"do_lower_case": True, "model_max_length": _POSITIONS, "tokenizer_class": "BertTokenizer", **named}
    return {
        "tokenizer.json": json_file(_fast_tokenizer()),
        "tokenizer_config.json": json_file(settings),
        "special_tokens_map.json": json_file(named),
        "vocab.txt": ("\n".join(VOCABULARY) + "\n").encode(),
    }


def stored(tensors: weights.Tensors, storage: Storage) -> Files:
    """Return the weight files that hold these tensors, named as transformers names them."""
    match storage:
        case "safetensors":
            return {"model.safetensors": weights.safetensors(tensors)}
        case "pickle":
            return {"pytorch_model.bin": weights.torch_zip(tensors)}
        case "legacy pickle":
            return {"pytorch_model.bin": weights.torch_legacy(tensors)}
        case "sharded safetensors":
            return _sharded(tensors, "model-{:05}-of-{:05}.safetensors", "model.safetensors.index.json")
        case "sharded pickle":
            return _sharded(tensors, "pytorch_model-{:05}-of-{:05}.bin", "pytorch_model.bin.index.json")


def _sharded(tensors: weights.Tensors, name: str, index: str) -> Files:
    write = weights.safetensors if name.endswith(".safetensors") else weights.torch_zip
    parts = {name.format(number + 1, _SHARDS): part for number, part in enumerate(weights.shards(tensors, _SHARDS))}
    where = {tensor: file for file, part in parts.items() for tensor in part}
    total = {"metadata": {"total_size": weights.size(tensors.values())}, "weight_map": where}
    return {index: json_file(total), **{file: write(part) for file, part in parts.items()}}


def _label(pair: tuple[int, str]) -> tuple[str, str]:
    return str(pair[0]), pair[1]


def _prefixed(prefix: str, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {prefix + name: shape for name, shape in shapes.items()}


def _encoder_shapes(weight_bytes: int) -> dict[str, tuple[int, ...]]:
    rows = max(len(VOCABULARY), -(-weight_bytes // (4 * HIDDEN)))
    linear = {
        "attention.self.query": (HIDDEN, HIDDEN),
        "attention.self.key": (HIDDEN, HIDDEN),
        "attention.self.value": (HIDDEN, HIDDEN),
        "attention.output.dense": (HIDDEN, HIDDEN),
        "intermediate.dense": (_INNER, HIDDEN),
        "output.dense": (HIDDEN, _INNER),
    }
    layer = {f"encoder.layer.0.{name}": shape for name, shape in linear.items()} | {"pooler.dense": (HIDDEN, HIDDEN)}
    norms = ("embeddings.LayerNorm", "encoder.layer.0.attention.output.LayerNorm", "encoder.layer.0.output.LayerNorm")
    return {
        "embeddings.word_embeddings.weight": (rows, HIDDEN),
        "embeddings.position_embeddings.weight": (_POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        **{f"{name}.weight": shape for name, shape in layer.items()},
        **{f"{name}.bias": shape[:1] for name, shape in layer.items()},
        **{f"{name}.{kind}": (HIDDEN,) for name in norms for kind in ("weight", "bias")},
    }


def _config(architecture: str, rows: int, extra: Mapping[str, object]) -> bytes:
    return json_file(
        {
            "architectures": [architecture],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": HIDDEN,
            "intermediate_size": _INNER,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": _POSITIONS,
            "num_attention_heads": 2,
            "num_hidden_layers": 1,
            "pad_token_id": 0,
            "type_vocab_size": 2,
            "vocab_size": rows,
            **extra,
        }
    )


def _fast_tokenizer() -> dict[str, object]:
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    model = {
        "type": "WordPiece",
        "unk_token": "[UNK]",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
    }
    cleaning = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": token, **plain} for number, token in enumerate(_SPECIAL)],
        "normalizer": {"type": "BertNormalizer", **cleaning},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {**model, "vocab": {token: number for number, token in enumerate(VOCABULARY)}},
    }
