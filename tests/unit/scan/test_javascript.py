"""What JavaScript and TypeScript load."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.scan.javascript import WORDS, outcomes_of, reads
from ptmdeps.scan.references import LocalReference, Reference, UnresolvedReference

TRANSFORMERS = 'import { pipeline, AutoModel, env } from "@huggingface/transformers";\n'


def found(code: str, path: str = "a.ts") -> list[Reference]:
    return [outcome for outcome in outcomes_of(path, code.encode()) if isinstance(outcome, Reference)]


def names(code: str, path: str = "a.ts") -> list[str]:
    return sorted(str(reference.key) for reference in found(code, path))


@pytest.mark.parametrize(
    "code",
    [
        "pipeline('asr', 'acme/m')",
        "await pipeline<'asr'>('asr', `acme/m`)",
        "const MODEL = 'acme/m'; pipeline('asr', MODEL)",
        "const MODELS = { small: 'acme/m' } as const; pipeline('asr', MODELS.small)",
        "const M = { a: { id: 'acme/m', size: 1 } }; pipeline('asr', M.a.id)",
        "const owner = 'acme'; pipeline('asr', `${owner}/m`)",
        "pipeline('asr', 'acme/' + 'm')",
        "pipeline('asr', process.env.MODEL ?? 'acme/m')",
        "pipeline('asr', process.env.MODEL || 'acme/m')",
        "function load(model = 'acme/m') { return pipeline('asr', model) }",
        "const load = async (model: string = 'acme/m') => pipeline('asr', model)",
        "class P { static model = 'acme/m'; static get() { return pipeline('asr', this.model) } }",
        "class P { static async get() { this.id ??= 'acme/m'; return pipeline('asr', this.id) } }",
        (
            "class B { static model = null; get() { return pipeline('asr', this.model) } }\n"
            "class P extends B { static model = 'acme/m' }"
        ),
        (
            "class P { static d = 'acme/m'; constructor() { this.m = this.name() }\n"
            "name() { return P.d }\nload() { return pipeline('asr', this.m) } }"
        ),
        "AutoModel.from_pretrained('acme/m')",
        "/* pipeline('asr', 'acme/no') */ pipeline('asr', 'acme/m') // 'x/y'",
        "const pattern = /['\"`]/; pipeline('asr', 'acme/m')",
        "pipeline('asr', ('acme/m')!)",
        "pipeline('asr', 'acme\\x2fm')",
        "pipeline('asr', `acme\\u002fm`)",
        "const LIST = ['acme/m']; pipeline('asr', LIST[0])",
        "const M = { a: 'acme/m' }; pipeline('asr', M?.[key])",
        "const m = 'acme/m'; const M = { m }; pipeline('asr', M.m)",
        "pipeline('asr', a ? (b ? 'acme/m' : null) : null)",
        "pipeline('asr', a ? b ? 'acme/m' : x : y)",
        "const name = () => 'acme/m'; pipeline('asr', name())",
        "const load = ({ model = 'acme/m' }) => { return pipeline('asr', model) }",
        "const { model = 'acme/m' } = options; pipeline('asr', model)",
        "class P { static model = 'acme/m' }\nclass Q extends P { get() { return pipeline('asr', this.model) } }",
        "const a = b, b = a; pipeline('asr', a ?? 'acme/m')",
    ],
)
def test_model_of_transformers_js(code: str) -> None:
    assert names(TRANSFORMERS + code) == ["huggingface:acme/m"]


@pytest.mark.parametrize(
    "code",
    [
        "import * as hf from '@xenova/transformers'; hf.pipeline('asr', 'acme/m')",
        "import { pipeline as p } from '@xenova/transformers'; p('asr', 'acme/m')",
        "const { pipeline } = require('@xenova/transformers'); pipeline('asr', 'acme/m')",
        "const { pipeline: p } = await import('@xenova/transformers'); p('asr', 'acme/m')",
        "const hf = await import('@xenova/transformers'); const { pipeline } = hf; pipeline('asr', 'acme/m')",
        "import('@xenova/transformers').then(({ pipeline }) => pipeline('asr', 'acme/m'))",
        "import { pipeline } from 'https://esm.sh/@xenova/transformers@2'; pipeline('asr', 'acme/m')",
        "import { pipeline } from 'npm:@huggingface/transformers@3'; pipeline('asr', 'acme/m')",
    ],
)
def test_ways_to_import(code: str) -> None:
    assert names(code) == ["huggingface:acme/m"]


@pytest.mark.parametrize(
    "code",
    [
        "import { pipeline } from 'stream'; pipeline('a', 'acme/m')",
        "import { pipeline } from './transformers'; pipeline('asr', 'acme/m')",
        "pipeline('asr', 'acme/m')",
        TRANSFORMERS + "async function f(x) { let pipeline = await get(x); return pipeline('asr', 'acme/m') }",
        TRANSFORMERS + "const text = \"pipeline('asr', 'acme/m')\"",
        "AutoModel.from_pretrained('acme/m')",
    ],
)
def test_names_without_their_import_are_nothing(code: str) -> None:
    assert list(outcomes_of("a.js", code.encode())) == []


def test_ref_alternatives_and_evidence() -> None:
    code = TRANSFORMERS + "const id = big ? 'acme/large' : 'acme/small';\npipeline('asr', id, { revision: 'v1' });\n"
    large, small = found(code, "web/a.js")
    assert (large.key.name, large.alternatives, large.ref) == ("acme/large", ("acme/small",), "v1")
    assert (small.resolution, small.location.line, small.evidence[1].line) == ("constant", 3, 2)
    assert (small.pinning.way, small.pinning.keyword) == ("argument", "revision")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "import { snapshotDownload } from '@huggingface/hub'; snapshotDownload({ repo: 'acme/m' })",
            "huggingface:acme/m",
        ),
        (
            (
                "import { downloadFile } from '@huggingface/hub';"
                "downloadFile({ repo: { type: 'model', name: 'acme/m' }, path: 'a.json' })"
            ),
            "huggingface:acme/m",
        ),
        (
            "import * as ort from 'onnxruntime-web'; ort.InferenceSession.create('https://example.org/m.onnx')",
            "url:https://example.org/m.onnx",
        ),
        (
            "import { CreateMLCEngine } from '@mlc-ai/web-llm'; CreateMLCEngine('Llama-3-8B-q4f32_1-MLC')",
            "webllm:Llama-3-8B-q4f32_1-MLC",
        ),
        ("import ollama from 'ollama'; ollama.chat({ model: 'llama3:8b' })", "ollama:llama3:8b"),
        (
            (
                "import { HandLandmarker } from '@mediapipe/tasks-vision';"
                "HandLandmarker.createFromOptions(v, { baseOptions: { modelAssetPath: 'https://example.org/h.task' } })"
            ),
            "url:https://example.org/h.task",
        ),
        ("fetch('https://huggingface.co/acme/m/resolve/main/a.onnx')", "huggingface:acme/m"),
        (
            (
                "import { HuggingFaceTransformersEmbeddings as E } from '@langchain/community/hf';"
                "new E({ model: 'acme/m' })"
            ),
            "huggingface:acme/m",
        ),
    ],
)
def test_other_libraries(code: str, expected: str) -> None:
    assert names(code) == [expected]
    assert not found(code)[0].soft


def test_library_default_and_file_by_position() -> None:
    code = "import { HuggingFaceTransformersEmbeddings } from 'langchain/hf'; new HuggingFaceTransformersEmbeddings()"
    assert names(code) == ["huggingface:Xenova/all-MiniLM-L6-v2"]
    code = "import { Wllama } from '@wllama/wllama'; const w = new Wllama(); w.loadModelFromHF('acme/m', 'a.gguf')"
    (reference,) = found(code)
    assert (reference.selection.files, reference.reads) == (("a.gguf",), "file")


def test_dataset_of_the_hub_client() -> None:
    (reference,) = found(
        "import { downloadFile } from '@huggingface/hub'; downloadFile({ repo: 'datasets/a/b', path: 'x' })"
    )
    assert (reference.kind, reference.key.name, reference.selection.files) == ("dataset", "a/b", ("x",))


def test_address_that_no_call_takes_is_soft() -> None:
    (reference,) = found("const URL = 'https://huggingface.co/acme/m/resolve/main/a.onnx';")
    assert (reference.soft, reference.ref, reference.selection.files) == (True, "main", ("a.onnx",))


def test_entries_of_a_menu_are_soft() -> None:
    code = """
    import { pipeline } from '@huggingface/transformers';
    const MODELS = ['Xenova/a', "onnx-community/b", 'acme/c', 'Xenova/', 'Xenova/a'];  // 'Xenova/d'
    await pipeline('text-generation', 'Xenova/e');
    """
    assert [(reference.key.name, reference.soft) for reference in found(code)] == [
        ("Xenova/e", False),
        ("Xenova/a", True),
        ("onnx-community/b", True),
    ]
    assert [reference.key.name for reference in found("export const M = { id: 'Xenova/a' }")] == ["Xenova/a"]


@pytest.mark.parametrize(
    ("package", "task", "expected"),
    [
        ("@xenova/transformers", "feature-extraction", "Xenova/all-MiniLM-L6-v2"),
        ("https://esm.sh/@huggingface/transformers@4.3.1", "embeddings", "onnx-community/all-MiniLM-L6-v2-ONNX"),
        ("https://esm.sh/@huggingface/transformers@3", "text-generation", "Xenova/gpt2"),
        ("@huggingface/transformers", "asr", "Xenova/whisper-tiny.en"),
    ],
)
def test_default_model_of_a_task(package: str, task: str, expected: str) -> None:
    (reference,) = found(f"import {{ pipeline }} from '{package}'; pipeline('{task}')")
    assert (reference.key.name, reference.resolution) == (expected, "default-model")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("pipeline('text-generation')", "before version 4"),
        ("pipeline('no-task')", "no default"),
        ("AutoModel.from_pretrained(undefined)", "no model is named"),
        ("AutoModel.from_pretrained(load(1, new Map(), /x/g, 2.5) + `${y}` + z.w[0])", "no text"),
        ("pipeline(task)", "task is not known"),
        ("pipeline(...args)", "passed on"),
        ("self.onmessage = (e) => pipeline('asr', e.data.model)", "no text"),
        ("AutoModel.from_pretrained('<your-model>')", "placeholder"),
    ],
)
def test_unresolved(code: str, reason: str) -> None:
    (outcome,) = outcomes_of("a.js", (TRANSFORMERS + code).encode())
    assert isinstance(outcome, UnresolvedReference)
    assert reason in outcome.reason


@pytest.mark.parametrize(
    "code",
    [
        "AutoModel.from_pretrained('my-bare-name')",
        "AutoModel.from_pretrained('./models/m')",
        "env.allowRemoteModels = false; AutoModel.from_pretrained('acme/m')",
    ],
)
def test_local(code: str) -> None:
    (outcome,) = outcomes_of("a.js", (TRANSFORMERS + code).encode())
    assert isinstance(outcome, LocalReference)


def test_page_keeps_its_lines() -> None:
    page = "<p>Don't</p>\n<script type='module'>\n" + TRANSFORMERS + "pipeline('asr', 'acme/m')\n</script>\n"
    assert [reference.location.line for reference in found(page, "index.html")] == [4]


def test_script_tag_defines_a_global() -> None:
    page = (
        '<script src="https://cdn.jsdelivr.net/npm/onnxruntime-web/dist/ort.min.js"></script>'
        "<script>ort.InferenceSession.create('https://example.org/m.onnx')</script>"
    )
    assert names(page, "index.html") == ["url:https://example.org/m.onnx"]


@pytest.mark.parametrize("path", ["a.py", "a.min.js", "types.d.ts", "vendor/a.js", "a.json"])
def test_other_files_are_not_read(path: str) -> None:
    assert not reads(path)
    assert list(outcomes_of(path, (TRANSFORMERS + "pipeline('asr', 'acme/m')").encode())) == []


def test_bundles_are_left_out() -> None:
    assert list(outcomes_of("a.js", (TRANSFORMERS + "pipeline('asr', 'acme/m');" + "x" * 30_000).encode())) == []


def test_words() -> None:
    assert WORDS.search(TRANSFORMERS.encode())
    assert not WORDS.search(b"import React from 'react'")


@pytest.mark.parametrize(
    "piece",
    [*("{\n", "(\n", "[\n", "`${\n", "a=\n", "a?b:\n", "a??\n", "await\n", "class A{\n", "'\n", "/*\n", "=/[\n", "${")],
)
def test_time_is_linear(piece: str) -> None:
    code = TRANSFORMERS + 'pipeline("x", ' + piece * (40_000 // len(piece))
    start = perf_counter()
    list(outcomes_of("a.js", code.encode()))
    assert perf_counter() - start < 5


_PIECES = st.sampled_from(
    [
        *"{}()[]`'\"/\\*=?:;,.\n$<>!+ ",
        "${",
        "=>",
        "??",
        "pipeline(",
        "class A ",
        "this.m",
        "a",
        "'acme/m'",
        "await ",
        "return ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(["a.ts", "a.html"]), text=st.lists(_PIECES, max_size=60).map("".join))
def test_any_code_is_read_the_same_twice(path: str, text: str) -> None:
    code = f"<script>{TRANSFORMERS}{text}</script>".encode()
    assert list(outcomes_of(path, code)) == list(outcomes_of(path, code))


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    list(outcomes_of("a.js", TRANSFORMERS.encode() + data))
