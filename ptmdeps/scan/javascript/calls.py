"""The calls of JavaScript libraries that load models, as data: one row a call."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.scan.loaders.loader import Notation

TRANSFORMERS = ("@huggingface/transformers", "@xenova/transformers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call.

    Attributes:
        packages: the npm packages that export it.
        name: what follows the package: names joined by dots, a star for any one; ``new`` in front for constructors.
        position: which argument is the model, or is the object that has it.
        key: the key of that object; empty where the argument itself is the model.
        options: which argument is the object with the ref.
        ref: the key of the ref.
        file: the key or (``#1``) the position of the file.
        reads: which files are read.
        hub: where the name belongs.
        notation: how the name is written.
        default: the model without a name, where the library always uses the same.
        by_task: whether the model without a name is the default of the task, the first argument.
        by_method: whether the last name says enough for a receiver that cannot be known.
    """

    packages: tuple[str, ...]
    name: str
    position: int = 0
    key: str = ""
    options: int | None = None
    ref: str = ""
    file: str = ""
    reads: str
    hub: str = "huggingface"
    notation: Notation = "id"
    default: str = ""
    by_task: bool = False
    by_method: bool = False


_ORT = ("onnxruntime-web", "onnxruntime-node", "onnxruntime-react-native", "onnxruntime-common")
_TFJS = ("@tensorflow/tfjs", "@tensorflow/tfjs-converter", "@tensorflow/tfjs-layers", "@tensorflow/tfjs-node")
_WEB_LLM = ("@mlc-ai/web-llm",)
_HUB = ("@huggingface/hub",)
_LANGCHAIN = ("@langchain/community", "langchain", "@langchain/huggingface")

ROWS: tuple[Row, ...] = (
    Row(
        packages=TRANSFORMERS,
        name="pipeline",
        position=1,
        options=2,
        ref="revision",
        reads="transformers.js",
        by_task=True,
    ),
    Row(
        packages=TRANSFORMERS,
        name="*.from_pretrained",
        options=1,
        ref="revision",
        reads="transformers.js",
        by_method=True,
    ),
    Row(packages=("kokoro-js",), name="KokoroTTS.from_pretrained", options=1, ref="revision", reads="transformers.js"),
    Row(packages=_HUB, name="snapshotDownload", key="repo", options=0, ref="revision", reads="snapshot"),
    *(
        Row(packages=_HUB, name=name, key="repo", options=0, ref="revision", file="path", reads="file")
        for name in ("downloadFile", "downloadFileToCacheDir")
    ),
    Row(packages=_ORT, name="InferenceSession.create", reads="file", notation="address"),
    Row(packages=_TFJS, name="loadGraphModel", reads="snapshot", notation="tfhub"),
    Row(packages=_TFJS, name="loadLayersModel", reads="snapshot", notation="tfhub"),
    Row(packages=_WEB_LLM, name="CreateMLCEngine", reads="snapshot", hub="webllm", notation="name"),
    Row(packages=_WEB_LLM, name="CreateServiceWorkerMLCEngine", reads="snapshot", hub="webllm", notation="name"),
    Row(
        packages=_WEB_LLM, name="CreateWebWorkerMLCEngine", position=1, reads="snapshot", hub="webllm", notation="name"
    ),
    *(
        Row(
            packages=("ollama",), name=f"{receiver}{name}", key="model", reads="snapshot", hub="ollama", notation="name"
        )
        for name in ("chat", "generate", "embed", "embeddings", "pull")
        for receiver in ("", "default.")
    ),
    *(
        Row(
            packages=_LANGCHAIN,
            name=f"new {name}",
            key="model|modelName",
            reads="transformers.js",
            default="Xenova/all-MiniLM-L6-v2",
        )
        for name in ("HuggingFaceTransformersEmbeddings",)
    ),
    Row(packages=("@wllama/wllama",), name="*.loadModelFromHF", file="#1", reads="file", by_method=True),
    Row(packages=("@wllama/wllama",), name="*.loadModelFromUrl", reads="file", notation="address", by_method=True),
    *(
        Row(
            packages=(
                "@mediapipe/tasks-vision",
                "@mediapipe/tasks-text",
                "@mediapipe/tasks-audio",
                "@mediapipe/tasks-genai",
            ),
            name="*.createFromOptions",
            position=1,
            key=key,
            reads="file",
            notation="address",
        )
        for key in ("baseOptions.modelAssetPath",)
    ),
    Row(
        packages=(
            "@mediapipe/tasks-vision",
            "@mediapipe/tasks-text",
            "@mediapipe/tasks-audio",
            "@mediapipe/tasks-genai",
        ),
        name="*.createFromModelPath",
        position=1,
        reads="file",
        notation="address",
    ),
)
"""Every row; argument names are those of the packages' own type declarations."""

PACKAGES = tuple(sorted({package for row in ROWS for package in row.packages}))

GLOBALS = {"onnxruntime-web": "ort", "@tensorflow/tfjs": "tf"}
"""What a ``<script src>`` of the package defines without an import."""

TASK_ALIASES = {
    "sentiment-analysis": "text-classification",
    "ner": "token-classification",
    "asr": "automatic-speech-recognition",
    "text-to-speech": "text-to-audio",
    "embeddings": "feature-extraction",
}

_ALWAYS = {
    "audio-classification": "Xenova/wav2vec2-base-superb-ks",
    "automatic-speech-recognition": "Xenova/whisper-tiny.en",
    "background-removal": "Xenova/modnet",
    "document-question-answering": "Xenova/donut-base-finetuned-docvqa",
    "image-classification": "Xenova/vit-base-patch16-224",
    "image-segmentation": "Xenova/detr-resnet-50-panoptic",
    "image-to-image": "Xenova/swin2SR-classical-sr-x2-64",
    "image-to-text": "Xenova/vit-gpt2-image-captioning",
    "object-detection": "Xenova/detr-resnet-50",
    "question-answering": "Xenova/distilbert-base-cased-distilled-squad",
    "summarization": "Xenova/distilbart-cnn-6-6",
    "text-classification": "Xenova/distilbert-base-uncased-finetuned-sst-2-english",
    "text2text-generation": "Xenova/flan-t5-small",
    "token-classification": "Xenova/bert-base-multilingual-cased-ner-hrl",
    "translation": "Xenova/t5-small",
    "zero-shot-audio-classification": "Xenova/clap-htsat-unfused",
    "zero-shot-classification": "Xenova/distilbert-base-uncased-mnli",
    "zero-shot-image-classification": "Xenova/clip-vit-base-patch32",
    "zero-shot-object-detection": "Xenova/owlvit-base-patch32",
}
DEFAULTS_BEFORE_4 = _ALWAYS | {
    "depth-estimation": "Xenova/dpt-large",
    "feature-extraction": "Xenova/all-MiniLM-L6-v2",
    "fill-mask": "Xenova/bert-base-uncased",
    "image-feature-extraction": "Xenova/vit-base-patch16-224-in21k",
    "text-generation": "Xenova/gpt2",
    "text-to-audio": "Xenova/speecht5_tts",
}
"""Defaults of ``pipeline(task)``: the same in @xenova/transformers 2.17.2 and @huggingface/transformers 3.0 to 3.8."""

DEFAULTS_SINCE_4 = _ALWAYS | {
    "depth-estimation": "onnx-community/depth-anything-v2-small",
    "feature-extraction": "onnx-community/all-MiniLM-L6-v2-ONNX",
    "fill-mask": "onnx-community/ettin-encoder-32m-ONNX",
    "image-feature-extraction": "onnx-community/dinov3-vits16-pretrain-lvd1689m-ONNX",
    "text-generation": "onnx-community/Qwen3-0.6B-ONNX",
    "text-to-audio": "onnx-community/Supertonic-TTS-ONNX",
}
"""The same of @huggingface/transformers 4.3.1."""
