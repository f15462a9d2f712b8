"""Commands that serve a model, and images of containers that do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ptmdeps.scan.commands.command import Command, Further

_REF = ("--revision",)
_TRUST = frozenset({"--trust-remote-code"})
_VLLM_FLAGS = _TRUST | {
    "--enforce-eager",
    "--enable-prefix-caching",
    "--disable-log-requests",
    "--headless",
    "--async-scheduling",
}
_TOKENIZER = Further(options=("--tokenizer",), ref=("--tokenizer-revision",), reads="tokenizer")
_DRAFT = Further(options=("--speculative-model",), ref=("--speculative-model-revision",))

# vllm 0.33.0 engine/arg_utils.py; `vllm serve` without a model serves the default of its configuration.
_VLLM = Command(
    words=("vllm", "serve"),
    reads="transformers",
    position=0,
    options=("--model",),
    flags=_VLLM_FLAGS,
    ref=_REF,
    also=(_TOKENIZER, _DRAFT),
)
_API_SERVER = replace(_VLLM, words=("python", "-m", "vllm.entrypoints.openai.api_server"), position=None)
_MODEL = Command(words=("x",), reads="transformers", options=("--model",), ref=_REF)

# sglang 0.5.23 srt/server_args.py.
_SGLANG = Command(
    words=("python", "-m", "sglang.launch_server"),
    reads="transformers",
    options=("--model-path", "--model"),
    ref=_REF,
    also=(
        Further(options=("--tokenizer-path",), reads="tokenizer"),
        Further(options=("--speculative-draft-model-path", "--speculative-draft")),
    ),
)
_TGI = Command(
    words=("text-generation-launcher",),
    reads="transformers",
    options=("--model-id",),
    ref=_REF,
    environment=("MODEL_ID",),
    ref_environment=("REVISION",),
    also=(Further(options=("--tokenizer-name",), reads="tokenizer"),),
)
_TEI = Command(
    words=("text-embeddings-router",),
    reads="sentence-transformers",
    options=("--model-id",),
    ref=_REF,
    environment=("MODEL_ID",),
    ref_environment=("REVISION",),
)
_INFINITY = Command(
    words=("infinity_emb", "v2"),
    reads="sentence-transformers",
    options=("--model-id", "--model-name-or-path"),
    ref=_REF,
    environment=("INFINITY_MODEL_ID",),
    ref_environment=("INFINITY_REVISION",),
)
# llama.cpp common/arg.cpp: `-hf owner/name[:quantisation]`; `-m` is a file.
_LLAMA_CPP = Command(
    words=("llama-server",),
    reads="file",
    options=("-hf", "-hfr", "--hf-repo", "-m", "--model"),
    files=("--hf-file", "-hff"),
    notation="gguf",
    also=(
        Further(options=("-hfd", "-hfrd", "--hf-repo-draft"), notation="gguf"),
        Further(options=("-mu", "--model-url"), notation="address"),
    ),
    environment=("LLAMA_ARG_HF_REPO",),
    optional=True,
)
_FASTCHAT = Command(
    words=("x",), reads="transformers", options=("--model-path", "--model"), ref=_REF, default="lmsys/vicuna-7b-v1.5"
)

ROWS = (
    _VLLM,
    *(replace(_VLLM, words=("vllm", *rest), position=None) for rest in (("bench", "throughput"), ("bench", "latency"))),
    replace(_VLLM, words=("vllm", "run-batch"), position=None),
    _API_SERVER,
    replace(_API_SERVER, words=("python", "-m", "vllm.entrypoints.api_server")),
    replace(_API_SERVER, words=("python", "-m", "vllm.entrypoints.openai.run_batch")),
    replace(_VLLM, words=("trl", "vllm-serve"), position=None, also=()),
    _SGLANG,
    replace(_SGLANG, words=("sglang", "serve")),
    replace(_SGLANG, words=("python", "-m", "sglang.bench_one_batch")),
    replace(_SGLANG, words=("python", "-m", "sglang.bench_offline_throughput")),
    _TGI,
    _TEI,
    _INFINITY,
    *(
        replace(_LLAMA_CPP, words=(word,))
        for word in (
            "llama-server",
            "llama-cli",
            "llama-run",
            "llama-embedding",
            "llama-mtmd-cli",
            "llama-bench",
            "llamafile",
        )
    ),
    Command(
        words=("python", "-m", "llama_cpp.server"),
        reads="file",
        options=("--hf-model-repo-id",),
        files=("--model",),
        optional=True,
    ),
    *(
        Command(
            words=words,
            reads="transformers",
            options=("--model",),
            default="mlx-community/Llama-3.2-3B-Instruct-4bit" if verb in {"generate", "chat"} else "",
            optional=verb == "server",
        )
        for verb in ("generate", "chat", "server", "lora", "fuse", "evaluate")
        for words in (
            (f"mlx_lm.{verb}",),
            ("python", "-m", f"mlx_lm.{verb}"),
            ("python", "-m", "mlx_lm", verb),
            ("mlx_lm", verb),
        )
    ),
    *(
        Command(words=words, reads="transformers", options=("--hf-path", "--model"))
        for words in (("mlx_lm.convert",), ("python", "-m", "mlx_lm.convert"), ("python", "-m", "mlx_lm", "convert"))
    ),
    *(
        Command(words=words, reads="transformers", options=("--model",))
        for verb in ("generate", "server", "chat", "chat_ui")
        for words in ((f"mlx_vlm.{verb}",), ("python", "-m", f"mlx_vlm.{verb}"))
    ),
    *(
        replace(_FASTCHAT, words=("python", "-m", f"fastchat.serve.{name}"))
        for name in ("model_worker", "vllm_worker", "cli", "sglang_worker", "multi_model_worker", "huggingface_api")
    ),
    *(
        Command(words=("lmdeploy", *rest), reads="transformers", position=0, ref=_REF, flags=_TRUST)
        for rest in (("serve", "api_server"), ("serve", "gradio"), ("chat",), ("lite", "auto_awq"), ("convert",))
    ),
    Command(words=("trtllm-serve", "serve"), reads="transformers", position=0, flags=_TRUST, ref=("--hf-revision",)),
    Command(words=("trtllm-serve",), reads="transformers", position=0, flags=_TRUST, ref=("--hf-revision",)),
    Command(words=("aphrodite", "run"), reads="transformers", position=0, flags=_TRUST, ref=_REF),
    *(
        Command(words=("mlc_llm", verb), reads="transformers", position=0, notation="scheme")
        for verb in ("serve", "chat")
    ),
    Command(
        words=("xinference", "launch"),
        reads="model",
        options=("--model-name", "-n"),
        hub="xinference",
        notation="name",
        pin="none",
    ),
    Command(words=("transformers", "chat"), reads="transformers", position=0, ref=("--model-revision",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A container image that serves models: what its name holds, and the command that its arguments go to."""

    holds: str
    command: tuple[str, ...]


IMAGES = (
    Image(holds="vllm/vllm-openai", command=_VLLM.words),
    Image(holds="vllm/vllm-cpu", command=_VLLM.words),
    Image(holds="lmcache/vllm-openai", command=_VLLM.words),
    Image(holds="text-generation-inference", command=_TGI.words),
    Image(holds="huggingface/tgi-", command=_TGI.words),
    Image(holds="text-embeddings-inference", command=_TEI.words),
    Image(holds="michaelf34/infinity", command=("infinity_emb",)),
    Image(holds="ollama/ollama", command=("ollama",)),
    Image(holds="llama.cpp:server", command=_LLAMA_CPP.words),
)
"""Their entry points, as their Dockerfiles give them; `vllm serve` takes what the older api_server takes, too."""


_BUILD_OF_VLLM = re.compile(
    r"(?:[\w-][\w.-]*(?::\d+)?/)+(?:\w+-)?vllm(?:-(?:openai|cpu|gpu|cuda|rocm|hpu|gaudi|tpu|xpu|npu|neuron|arm64|release|ci"
    r"|test|repo|dev|fork))*(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?",
    re.ASCII,
)
"""Images that others build of vLLM for their hardware; their entry point is the server of its API."""


def command_of_image(image: str) -> tuple[str, ...] | None:
    """Return the words that the arguments of a container are appended to; ``None`` for an image that is not known."""
    known = next((row.command for row in IMAGES if row.holds in image), None)
    return known or (_API_SERVER.words if _BUILD_OF_VLLM.fullmatch(image) else None)
