"""The shipped tables are well formed, and say what the libraries say."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.scan.defaults.tables import Row, row_of, rows, table_of
from ptmdeps.scan.identifiers import HubName, read_identifier

V = Version
ROWS = pytest.mark.parametrize("row", rows(), ids=[row.call for row in rows()])


@ROWS
def test_row_is_well_formed(row: Row) -> None:
    assert re.fullmatch(r"[a-z_]\w*(\.\w+)+", row.call)
    assert row.arguments and row.distribution == canonicalize_name(row.distribution)
    assert row.objects or row.chooses == "task"
    assert all(row_of(row.call, argument) is row for argument in row.arguments)


@ROWS
def test_table_is_well_formed(row: Row) -> None:
    table = table_of(row)
    assert table.read and list(table.read) == sorted(set(table.read))
    assert table.changes and any(table.at(table.newest, key) for key in table.changes)
    for key, changes in table.changes.items():
        assert bool(key) == bool(row.chooses)
        since = [change.since for change in changes]
        assert since == sorted(set(since)) and set(since) <= set(table.read)
        assert changes[0].fact
        assert all(one.fact != other.fact for one, other in pairwise(changes))
        for fact in (change.fact for change in changes if change.fact):
            assert fact.ref is None or re.fullmatch(r"[0-9a-f]{6,40}", fact.ref)
            assert row.hub != "huggingface" or isinstance(read_identifier(fact.name), HubName)


def test_calls_are_named_once() -> None:
    calls = [row.call for row in rows()]
    assert len(calls) == len(set(calls))


@pytest.mark.parametrize(
    ("version", "task", "expected"),
    [
        ("5.23.0", "audio-classification", "superb/wav2vec2-base-superb-ks@372e048"),
        ("5.23.0", "automatic-speech-recognition", "facebook/wav2vec2-base-960h@22aad52"),
        ("5.23.0", "text-to-audio", "suno/bark-small@1dbd7a1"),
        ("5.23.0", "text-to-speech", "suno/bark-small@1dbd7a1"),
        ("5.23.0", "feature-extraction", "distilbert/distilbert-base-cased@6ea8117"),
        ("5.23.0", "sentiment-analysis", "distilbert/distilbert-base-uncased-finetuned-sst-2-english@714eb0f"),
        ("5.23.0", "ner", "dbmdz/bert-large-cased-finetuned-conll03-english@4c53496"),
        ("5.23.0", "table-question-answering", "google/tapas-base-finetuned-wtq@e3dde19"),
        ("5.23.0", "document-question-answering", "impira/layoutlm-document-qa@beed3c4"),
        ("5.23.0", "fill-mask", "distilbert/distilroberta-base@fb53ab8"),
        ("5.23.0", "text-generation", "HuggingFaceTB/SmolLM3-3B@a07cc9a"),
        ("5.23.0", "zero-shot-classification", "facebook/bart-large-mnli@d7645e1"),
        ("5.23.0", "zero-shot-image-classification", "openai/clip-vit-base-patch32@3d74acf"),
        ("5.23.0", "zero-shot-audio-classification", "laion/clap-htsat-fused@cca9e28"),
        ("5.23.0", "image-classification", "google/vit-base-patch16-224@3f49326"),
        ("5.23.0", "image-feature-extraction", "google/vit-base-patch16-224@3f49326"),
        ("5.23.0", "image-segmentation", "facebook/detr-resnet-50-panoptic@d53b52a"),
        ("5.23.0", "image-text-to-text", "Qwen/Qwen3-VL-2B-Instruct@8964489"),
        ("5.23.0", "object-detection", "facebook/detr-resnet-50@1d5f47b"),
        ("5.23.0", "zero-shot-object-detection", "google/owlvit-base-patch32@cbc355f"),
        ("5.23.0", "decision", "Qwen/Qwen2.5-0.5B-Instruct@7ae5576"),
        ("5.23.0", "depth-estimation", "Intel/dpt-large@bc15f29"),
        ("5.23.0", "video-classification", "MCG-NJU/videomae-base-finetuned-kinetics@488eb9a"),
        ("5.23.0", "mask-generation", "facebook/sam-vit-huge@87aecf0"),
        ("5.23.0", "keypoint-matching", "magic-leap-community/superglue_outdoor@f4041f8"),
        ("5.23.0", "any-to-any", "google/gemma-3n-E4B-it@c1221e9"),
        ("5.23.0", "summarization", None),
        ("5.23.0", "vqa", None),
        ("5.23.0", "translation_en_to_fr", None),
        ("4.57.6", "text-generation", "openai-community/gpt2@607a30d"),
        ("4.57.6", "image-text-to-text", "llava-hf/llava-onevision-qwen2-0.5b-ov-hf@2c9ba3b"),
        ("4.57.6", "question-answering", "distilbert/distilbert-base-cased-distilled-squad@564e9b5"),
        ("4.57.6", "summarization", "sshleifer/distilbart-cnn-12-6@a4f8f3e"),
        ("4.57.6", "translation_en_to_fr", "google-t5/t5-base@a9723ea"),
        ("4.57.6", "translation", None),
        ("4.57.6", "text2text-generation", "google-t5/t5-base@a9723ea"),
        ("4.57.6", "vqa", "dandelin/vilt-b32-finetuned-vqa@d0a1f6a"),
        ("4.57.6", "image-to-text", "ydshieh/vit-gpt2-coco-en@5bebf1e"),
        ("4.57.6", "image-to-image", "caidas/swin2SR-classical-sr-x2-64@cee1c92"),
        ("4.30.2", "summarization", "sshleifer/distilbart-cnn-12-6@a4f8f3e"),
        ("4.30.2", "text-generation", "gpt2@6c0e608"),
        ("4.16.2", "text-generation", "gpt2@None"),
    ],
)
def test_facts_of_transformers(version: str, task: str, expected: str | None) -> None:
    row = row_of("transformers.pipelines.pipeline", "model")
    assert row is not None
    fact = table_of(row).at(V(version), task)
    assert (f"{fact.name}@{fact.ref}" if fact else None) == expected


@pytest.mark.parametrize(
    ("call", "argument", "version", "expected"),
    [
        ("keybert.KeyBERT", "model", "0.9.0", "sentence-transformers/all-MiniLM-L6-v2"),
        (
            *("langchain_huggingface.embeddings.HuggingFaceEmbeddings", "model", "1.2.3"),
            "sentence-transformers/all-mpnet-base-v2",
        ),
        ("vllm.EngineArgs", "model", "0.33.0", "Qwen/Qwen3-0.6B"),
        ("vllm.EngineArgs", "model", "0.9.2", "facebook/opt-125m"),
        ("ultralytics.YOLO", "model", "8.4.190", "yolo26n.pt"),
        ("ultralytics.SAM", "model", "8.4.190", "sam_b.pt"),
        ("fastembed.TextEmbedding", "model_name", "0.9.1", "BAAI/bge-small-en-v1.5"),
        ("llama_index.embeddings.huggingface.HuggingFaceEmbedding", "model_name", "0.8.0", "BAAI/bge-small-en"),
        ("haystack.components.readers.ExtractiveReader", "model", "2.20.0", "deepset/roberta-base-squad2-distilled"),
    ],
)
def test_facts_of_other_libraries(call: str, argument: str, version: str, expected: str) -> None:
    row = row_of(call, argument)
    assert row is not None
    fact = table_of(row).at(V(version), "")
    assert fact and fact.name == expected


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        *(("transformers.AutoModel", "model"), ("other.pipeline", "model"), ("transformers.pipeline", "tokenizer")),
        *(("transformers.my_pipeline", "model"), ("keybert.KeyBERT.load", "model"), ("keybert", "model")),
    ],
)
def test_call_without_a_table(call: str, argument: str) -> None:
    assert row_of(call, argument) is None
