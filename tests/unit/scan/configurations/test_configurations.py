"""What configuration files load."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.scan.configurations import WORDS, outcomes_of, reads
from ptmdeps.scan.configurations.formats import ENDINGS
from ptmdeps.scan.references import LocalReference, Reference, UnresolvedReference


def found(path: str, text: str) -> list[Reference]:
    assert reads(path)
    return [outcome for outcome in outcomes_of(path, text.encode()) if isinstance(outcome, Reference)]


def names(path: str, text: str) -> list[tuple[str, int]]:
    return [(str(reference.key), reference.location.line) for reference in found(path, text)]


AXOLOTL = """\
base_model: NousResearch/Meta-Llama-3-8B
tokenizer_config: EleutherAI/gpt-neox-20b
datasets:
  - path: mhenrichsen/alpaca_2k_test
    type: alpaca
  - path: ./data.jsonl
  - path: json
hub_model_id: acme/uploaded
lora_model_dir:
"""
RECIPE = """\
model_name_or_path: mistralai/Mistral-7B-v0.1
model_revision: main
learning_rate: 2.0e-5
dataset_mixer:
  HuggingFaceH4/ultrachat_200k: 1.0
  acme/other: 0.5
hub_model_id: zephyr-7b
"""
MIXTURE = """\
model_name_or_path: acme/sft
dataset_mixture:
  datasets:
    - id: acme/preferences
      config: default
bf16: true
"""
LLAMA_FACTORY = """\
model_name_or_path: Qwen/Qwen3-4B
adapter_name_or_path: saves/qwen3-4b/lora/sft
template: qwen3
finetuning_type: lora
dataset: identity,alpaca_en_demo
"""
SPACY = """\
[paths]
vectors = "en_core_web_lg"

[nlp]
lang = "en"

[components.transformer.model]
@architectures = "spacy-transformers.TransformerModel.v3"
name = "roberta-base"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
name = "tok2vec"

[initialize]
vectors = ${paths.vectors}
"""
PROJECT = """\
vars:
  pipeline: "en_core_web_trf"
  name: demo
commands:
  - name: download
    script:
      - "python -m spacy download ${vars.pipeline}"
      - "python -m spacy download en_core_web_sm"
workflows:
  all: [download]
"""
PRESIDIO = """\
nlp_engine_name: transformers
models:
  - lang_code: en
    model_name:
      spacy: en_core_web_sm
      transformers: StanfordAIMI/stanford-deidentifier-base
"""
RASA = """\
language: en
pipeline:
  - name: SpacyNLP
    model: en_core_web_md
  - name: LanguageModelFeaturizer
    model_name: bert
    model_weights: rasa/LaBSE
"""
MERGE = """\
models:
  - model: acme/left-7b+acme/left-lora
  - model: model_b
merge_method: linear
base_model: acme/right-7b
"""
HYDRA = """\
name: acme/backbone-base
model:
  _target_: transformers.AutoModel.from_pretrained
  pretrained_model_name_or_path: ${name}
  revision: v1
own:
  _target_: acme.Thing
  size: 3
"""
TASK = "task: demo\ndataset_path: super_glue\ndataset_name: boolq\noutput_type: multiple_choice\n"
DIARIZER = """\
diarizer:
  vad:
    model_path: vad_multilingual_marblenet # or a path
  speaker_embeddings:
    model_path: /models/titanet.nemo
  msdd_model:
    model_path: null
  asr:
    model_path: stt_en_conformer_ctc_large
"""
TRUSS = """\
model_cache:
  - repo_id: acme/cached
    revision: abc1234
    allow_patterns: ["*.json", model.safetensors]
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "lora.yml",
            AXOLOTL,
            [
                ("huggingface:NousResearch/Meta-Llama-3-8B", 1),
                ("huggingface:EleutherAI/gpt-neox-20b", 2),
                ("huggingface:mhenrichsen/alpaca_2k_test", 4),
            ],
        ),
        (
            "sft.yaml",
            RECIPE,
            [
                ("huggingface:mistralai/Mistral-7B-v0.1", 1),
                ("huggingface:HuggingFaceH4/ultrachat_200k", 5),
                ("huggingface:acme/other", 6),
            ],
        ),
        ("dpo.yaml", MIXTURE, [("huggingface:acme/sft", 1), ("huggingface:acme/preferences", 4)]),
        ("qwen.yaml", LLAMA_FACTORY, [("huggingface:Qwen/Qwen3-4B", 1)]),
        (
            "config.cfg",
            SPACY,
            [("spacy:en_core_web_lg", 2), ("huggingface:roberta-base", 9), ("spacy:en_core_web_lg", 2)],
        ),
        (
            "project.yml",
            PROJECT,
            [("spacy:en_core_web_trf", 2), ("spacy:en_core_web_trf", 2), ("spacy:en_core_web_sm", 8)],
        ),
        (
            "nlp.yaml",
            PRESIDIO,
            [("spacy:en_core_web_sm", 5), ("huggingface:StanfordAIMI/stanford-deidentifier-base", 6)],
        ),
        ("rasa.yml", RASA, [("spacy:en_core_web_md", 4), ("huggingface:rasa/LaBSE", 7)]),
        (
            "merge.yml",
            MERGE,
            [("huggingface:acme/left-7b", 2), ("huggingface:acme/left-lora", 2), ("huggingface:acme/right-7b", 5)],
        ),
        ("model.yaml", HYDRA, [("huggingface:acme/backbone-base", 1)]),
        ("task.yaml", TASK, [("huggingface:super_glue", 2)]),
        (
            "diar_infer.yaml",
            DIARIZER,
            [("nemo:vad_multilingual_marblenet", 3), ("nemo:stt_en_conformer_ctc_large", 9)],
        ),
        ("truss.yaml", TRUSS, [("huggingface:acme/cached", 2)]),
        (
            "dataset_info.json",
            '{"web": {"hf_hub_url": "acme/web",\n "ms_hub_url": "AI/web"}}',
            [("huggingface:acme/web", 1)],
        ),
    ],
)
def test_known_schema(path: str, text: str, expected: list[tuple[str, int]]) -> None:
    assert names(path, text) == expected
    assert not any(reference.soft for reference in found(path, text))


def test_reference_of_a_recipe_says_everything() -> None:
    model, *datasets = found("recipes/sft.yaml", RECIPE)
    assert (model.ref, model.kind, model.resolution, model.scope) == ("main", "model", "config", "main")
    assert model.loader == "trainer recipe: model_name_or_path"
    assert (model.pinning.way, model.pinning.keyword) == ("argument", "model_revision")
    assert model.evidence == (model.location,)
    assert {dataset.kind for dataset in datasets} == {"dataset"}


def test_cached_repository_keeps_its_files_and_ref() -> None:
    (reference,) = found("config.yaml", TRUSS)
    assert reference.ref == "abc1234"
    assert reference.selection.files == ("model.safetensors",)


def test_hydra_target_is_the_call_of_the_catalogue() -> None:
    (reference,) = found("conf/model.yaml", HYDRA)
    assert reference.loader == "hydra: transformers.AutoModel.from_pretrained"
    assert (reference.resolution, reference.ref, reference.soft) == ("literal", "v1", False)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("_target_: transformers.AutoModel.from_pretrained\n", [UnresolvedReference]),
        (
            "_target_: transformers.AutoModel.from_pretrained\npretrained_model_name_or_path: ???\n",
            [UnresolvedReference],
        ),
        ("_target_: transformers.AutoModel.from_pretrained\n_args_: [./local]\n", [LocalReference]),
        ("_target_: transformers.AutoModel.from_pretrained\n_args_: [acme/m]\n", [Reference]),
        ("_target_: timm.create_model\nmodel_name: resnet18\npretrained: true\n", [Reference]),
        ("_target_: timm.create_model\nmodel_name: resnet18\npretrained: false\n", []),
        ("_target_: timm.create_model\nmodel_name: resnet18\n", []),
        ("_target_: torchvision.models.resnet18\nweights: DEFAULT\n", [Reference]),
        ("_target_: torchvision.models.resnet18\nweights: null\n", []),
        ("_target_: transformers.AutoModel.from_pretrained\n_args_: ['<your-model>']\n", [UnresolvedReference]),
        ("_target_: transformers.pipeline\nmodel: acme/m\ntokenizer: acme/t\n", [Reference, Reference]),
        ("_target_: timm.create_model\nmodel_name: resnet18\npretrained: [1]\n", [Reference]),
        ("_target_: kokoro.KPipeline\nlang_code: a\n", [Reference]),
        (
            "class_path: sentence_transformers.SentenceTransformer\ninit_args:\n  model_name_or_path: acme/m\n",
            [Reference],
        ),
    ],
)
def test_described_objects(text: str, kinds: list[type]) -> None:
    assert [type(outcome) for outcome in outcomes_of("model.yaml", text.encode())] == kinds


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "model: {name_or_path: acme/one, model_name: acme/two}", ["acme/one", "acme/two"]),
        ("a.yaml", "x:\n  pretrained_model_name_or_path: bert-base-uncased", ["bert-base-uncased"]),
        ("a.toml", 'embedding_model = "BAAI/bge-small-en-v1.5"', ["BAAI/bge-small-en-v1.5"]),
        ("a.json", '{"embeddings": {"model": "all-MiniLM-L6-v2"}}', ["sentence-transformers/all-MiniLM-L6-v2"]),
        ("a.json", '{"rerankerModel": "ms-marco-MiniLM-L-6-v2"}', ["cross-encoder/ms-marco-MiniLM-L-6-v2"]),
        ("a.jsonc", '{"modelId": "acme/m",} // "modelId": "acme/n"', ["acme/m"]),
        ("a.ini", "[llm]\nmodel = meta-llama/Llama-3.1-8B ; note", ["meta-llama/Llama-3.1-8B"]),
        ("a.gin", "Trainer.base_model = 'acme/m'", ["acme/m"]),
        ("a.yaml", "model: openai/whisper-large-v3", ["openai/whisper-large-v3"]),
        ("a.yaml", "m: {repo_id: acme/m, filename: a.gguf}", ["acme/m"]),
        ("a.yaml", "{{ if .x }}\nbase_model: acme/m\n{{ end }}", ["acme/m"]),
        ("a.yaml", "storageUri: hf://acme/m@v2", ["acme/m"]),
        ("a.yaml", "file: huggingface://acme/m/a.gguf", ["acme/m"]),
        ("a.yaml", "uri: https://huggingface.co/acme/m/resolve/v1/a.bin", ["acme/m"]),
        ("a.yaml", "jit: https://example.org/a.jit", ["https://example.org/a.jit"]),
        ("a.yaml", "llm: {provider: ollama, model: 'llama3:8b'}", ["llama3:8b"]),
        ("a.yaml", "spacy_model: en_core_web_sm", ["en_core_web_sm"]),
        ("a.yaml", "llm: {tokenizer: acme/m, context_window: 3900}", ["acme/m"]),
        ("a.yaml", "llamacpp: {llm_hf_repo_id: acme/Mistral-7B-GGUF}", ["acme/Mistral-7B-GGUF"]),
        ("a.yaml", "ollama: {llm_model: llama2, api_base: 'http://localhost'}", ["llama2"]),
        ("a.yaml", "base_model: ${oc.env:MODEL,acme/m}", ["acme/m"]),
        ("a.yaml", "hf_dataset: acme/data", ["acme/data"]),
        ("a.yaml", "config: {MODEL_ID: acme/m, endpoint: /generate}", ["acme/m"]),
        ("a.yaml", "{model_type: mistral, type: mistral, base_model: acme/m}", ["acme/m"]),
        ("a.yaml", "a: &m acme/m\n? [x]\n: y\nbase_model: *m", ["acme/m"]),
        ("a.toml", "n = 1\n[[models]]\nid = 'x'\nbase_model = 'acme/m'\nflags = [true]", ["acme/m"]),
        ("a.toml", "broken\n[llm]\nbase_model = 'acme/m'", ["acme/m"]),
        ("a.json", '{"base_model": "acme\\u002fm"}', ["acme/m"]),
        ("a.yaml", "base_model: ${a.b}\na: {b: '${c}'}\nc: acme/m", ["acme/m"]),
    ],
)
def test_telling_keys_are_soft(path: str, text: str, expected: list[str]) -> None:
    references = found(path, text)
    assert [reference.key.name for reference in references] == expected
    assert all(reference.soft for reference in references)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "model: openai/gpt-4o"),
        ("a.yaml", "model: anthropic/claude-3-5-sonnet"),
        ("a.yaml", "model: azure/my-gpt-4-base"),
        ("a.yaml", "model_name: gpt-4o-mini"),
        ("a.yaml", "llm: {model: Qwen/Qwen3-4B, api_key: x}"),
        ("a.yaml", "[{model_name: Qwen/Qwen3-4B, context_window: 4096}]"),
        ("a.yaml", "llm_hf_repo_id: acme/thing"),
        ("a.yaml", "llm: {model: Qwen/Qwen3-4B, provider: openrouter}"),
        ("a.yaml", "litellm_params: {model: Qwen/Qwen3-4B}"),
        ("a.yaml", "models: [{type: main, engine: nim, model: nvidia/nemotron-8b}]"),
        ("a.yaml", "llm: {_type: openai, model_name: Qwen/Qwen3-4B}"),
        ("a.yaml", "nvidia_api_key: x\nllm_model: Qwen/Qwen3-4B"),
        ("a.yaml", "rerank_model: BAAI/bge-reranker-base\nrerank_endpoint_url: http://h"),
        ("a.yaml", "model: meta/llama-3.1-8b-instruct"),
        ("a.yaml", "served_model_name: acme/llama-7b"),
        ("a.yaml", "model: nested/path/base"),
        ("a.yaml", "model: ./local-base"),
        ("a.yaml", "model: models/llama-7b"),
        ("a.yaml", "model: application/json"),
        ("a.yaml", "model: acme/thing"),
        ("a.yaml", "model_id: and/or"),
        ("a.yaml", "repo: acme/website"),
        ("a.yaml", "checkpoint: actions/checkout@v4"),
        ("a.json", '{"model": "@scope/package-base"}'),
        ("a.json", '{"model_name": "acme/llama-7b", "score": 12}'),
        ("a.json", '{"model_type": "bert", "transformers_version": "4", "_name_or_path": "acme/m"}'),
        ("a.yaml", "hub_model_id: acme/uploaded-7b"),
        ("a.yaml", "url: https://huggingface.co/acme/m"),
        ("a.yaml", "url: https://example.org/data.zip"),
        ("a.yaml", "base_model: your-org/your-model"),
        ("a.yaml", "jobs: {}\non: push\nmodel_id: acme/m"),
        ("a.json", '["acme/llama-7b", "acme/llama-8b"]'),
    ],
)
def test_other_values_are_nothing(path: str, text: str) -> None:
    assert list(outcomes_of(path, text.encode())) == []


@pytest.mark.parametrize(
    "path",
    [
        *("package.json", "package-lock.json", "tsconfig.build.json", "web/locales/en.json", "uv.lock", "a.py"),
        *("openapi.yaml", "docker-compose.yml", "eval_results/a.json", "pyproject.toml", "models.lock.json"),
        *("tests/cassettes/a.yaml", ".github/workflows/ci.yml", "tokenizer.json", "model.safetensors.index.json"),
    ],
)
def test_other_files_are_not_read(path: str) -> None:
    assert not reads(path)
    assert list(outcomes_of(path, b"base_model: acme/m\n")) == []


@pytest.mark.parametrize(
    "path", ["conf/a.yaml", "b.yml", "c.toml", "config.json", "huggingface.lock.yaml", "setup/a.cfg"]
)
def test_configurations_are_read(path: str) -> None:
    assert reads(path)


def test_files_without_words_have_no_outcome() -> None:
    assert not WORDS.search(b"name: demo\nversion: 1\n")
    for text in (AXOLOTL, RECIPE, SPACY, PROJECT, PRESIDIO, RASA, MERGE, HYDRA, TASK, TRUSS):
        assert WORDS.search(text.encode())


def test_local_and_unresolved_models_of_a_schema_are_said() -> None:
    outcomes = list(outcomes_of("qwen.yaml", LLAMA_FACTORY.encode()))
    assert [type(outcome) for outcome in outcomes] == [Reference, LocalReference]
    merged = [outcome for outcome in outcomes_of("m.yaml", MERGE.encode()) if isinstance(outcome, UnresolvedReference)]
    assert [outcome.expression for outcome in merged] == ["model_b"]


def test_large_data_is_left_out() -> None:
    text = "base_model: acme/m\n" + "# x\n" * 300_000
    assert list(outcomes_of("a.yaml", text.encode())) == []


def test_aliases_do_not_grow() -> None:
    lines = ["a0: &a0 [acme/m, acme/m]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    start = perf_counter()
    assert list(outcomes_of("a.yaml", "\n".join(lines).encode())) == []
    assert perf_counter() - start < 2


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "piece", ["[", "{", "a: ", "- ", '"', "'", "/*", "a.", "? ", "&a ", "model: {", "\\\n", "model: a/b\n"]
)
def test_time_is_linear(ending: str, piece: str) -> None:
    data = ("base_model: " + piece * (60_000 // len(piece))).encode()
    start = perf_counter()
    list(outcomes_of(f"a{ending}", data))
    assert perf_counter() - start < 5


_PIECES = st.sampled_from(
    [
        *"[]{}:,-\n\"'#=&*|>%!?\\ ",
        "model: ",
        "base_model",
        "acme/m",
        "${a}",
        "_target_: ",
        "transformers.pipeline",
        "[a.b]",
    ]
)


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from([f"a{ending}" for ending in ENDINGS]), text=st.lists(_PIECES, max_size=60).map("".join))
def test_any_text_is_read_the_same_twice(path: str, text: str) -> None:
    assert list(outcomes_of(path, text.encode())) == list(outcomes_of(path, text.encode()))


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from([f"a{ending}" for ending in ENDINGS]), data=st.binary(max_size=200))
def test_any_bytes_are_read(path: str, data: bytes) -> None:
    list(outcomes_of(path, data))
