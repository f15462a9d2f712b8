"""Commands that train, evaluate, convert or run a model."""

from __future__ import annotations

from ptmdeps.scan.commands.command import Command, Further

_NAMED = ("--model-name-or-path",)
_DATASET = Further(options=("--dataset-name",), kind="dataset", reads="dataset")
_NO_HUB = (
    "openai",
    "openai-completions",
    "openai-chat-completions",
    "anthropic",
    "anthropic-chat",
    "local-completions",
)
_EVALUATED = Command(
    words=("lm_eval",),
    reads="transformers",
    nested="--model-args",
    options=("pretrained",),
    ref=("revision",),
    also=(
        Further(options=("tokenizer",), reads="tokenizer"),
        Further(options=("peft",), reads="peft"),
    ),
    unless=("--model", (*_NO_HUB, "local-chat-completions", "gguf", "ggml", "dummy", "textsynth")),
    optional=True,
)
_WHISPER_SIZES = "whisper"


def _train(*words: str) -> Command:
    return Command(
        words=words,
        reads="transformers",
        options=_NAMED,
        ref=("--model-revision",),
        assignments=True,
        also=(
            _DATASET,
            Further(options=("--adapter-name-or-path",), reads="peft"),
            Further(options=("--reward-model-path", "--reward-model-name-or-path")),
        ),
        optional=True,
    )


def _speech(program: str, default: str) -> Command:
    return Command(
        words=(program,),
        reads="file",
        options=("--model",),
        hub=_WHISPER_SIZES,
        notation="name",
        default=default,
        pin="hash" if program == "whisper" else "none",
    )


def _lm_eval(*words: str) -> Command:
    return Command(
        words=words,
        reads=_EVALUATED.reads,
        nested=_EVALUATED.nested,
        options=_EVALUATED.options,
        ref=_EVALUATED.ref,
        also=_EVALUATED.also,
        unless=_EVALUATED.unless,
        optional=True,
    )


ROWS = (
    *(_lm_eval(*words) for words in (("lm_eval",), ("lm-eval",), ("lm_eval", "run"), ("python", "-m", "lm_eval"))),
    *(_train("trl", method) for method in ("sft", "dpo", "grpo", "kto", "reward", "rloo", "ppo", "orpo", "cpo", "env")),
    *(_train("llamafactory-cli", verb) for verb in ("train", "chat", "export", "api", "webchat", "eval")),
    *(
        Command(
            words=words, reads="transformers", options=("--base-model",), ref=("--revision-of-model",), optional=True
        )
        for words in (
            ("axolotl", "train"),
            ("axolotl", "preprocess"),
            ("axolotl", "merge-lora"),
            ("python", "-m", "axolotl.cli.train"),
        )
    ),
    *(
        Command(
            words=("optimum-cli", "export", target),
            reads="transformers",
            options=("--model", "-m"),
            ref=("--revision",) if target == "neuron" else (),
        )
        for target in ("onnx", "openvino", "tflite", "neuron", "executorch")
    ),
    Command(words=("ct2-transformers-converter",), reads="transformers", options=("--model",), ref=("--revision",)),
    *(
        Command(words=("autotrain", task), reads="transformers", options=("--model",), optional=True)
        for task in (
            "llm",
            "text-classification",
            "image-classification",
            "dreambooth",
            "seq2seq",
            "token-classification",
        )
    ),
    Command(words=("mteb", "run"), reads="sentence-transformers", options=("-m", "--model"), ref=("--model-revision",)),
    _speech("whisper", "turbo"),
    _speech("whisperx", "small"),
    _speech("whisper-ctranslate2", "turbo"),
    Command(
        words=("insanely-fast-whisper",),
        reads="transformers",
        options=("--model-name",),
        default="openai/whisper-large-v3",
    ),
    Command(words=("mlx_whisper",), reads="snapshot", options=("--model",), default="mlx-community/whisper-tiny"),
    *(
        Command(
            words=words,
            reads="file",
            options=("-n", "--name"),
            hub="demucs",
            notation="name",
            default="htdemucs",
            pin="none",
        )
        for words in (("demucs",), ("python", "-m", "demucs"), ("python", "-m", "demucs.separate"))
    ),
    Command(
        words=("tts",),
        reads="model",
        options=("--model-name",),
        hub="coqui",
        notation="name",
        pin="none",
        optional=True,
    ),
    Command(
        words=("yolo",),
        reads="file",
        options=("model",),
        assignments=True,
        hub="ultralytics",
        notation="asset",
        pin="none",
        optional=True,
    ),
)
