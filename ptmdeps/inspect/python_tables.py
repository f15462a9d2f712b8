"""What libraries are called where they are installed from, and which ones a kind of file needs: tables.

Read from transformers 5.23 (``quantizers/*.py``: what ``validate_environment`` asks for; ``tokenization_*.py``: what
they import) and 4.57 where that asks for another library; where either will do, both are named.
"""

from __future__ import annotations

from collections.abc import Mapping

Alternatives = tuple[str, ...]
"""Distributions of which one is enough."""

OF_READING: Mapping[str, tuple[str, ...]] = {
    "configuration": ("transformers",),
    "diffusers": ("diffusers",),
    "peft": ("peft", "transformers"),
    "processor": ("transformers",),
    "sentence-transformers": ("sentence-transformers", "transformers"),
    "tokenizer": ("transformers",),
    "tokenizers": ("tokenizers",),
    "transformers": ("transformers",),
}
"""What each kind of reading (``Requirement.reads``) is done with."""

OF_QUANTIZATION: Mapping[str, tuple[Alternatives, ...]] = {
    "aqlm": (("aqlm",), ("accelerate",)),
    "auto-round": (("auto-round",),),
    "awq": (("autoawq", "gptqmodel"), ("accelerate",)),
    "bitnet": (("accelerate",),),
    "bitsandbytes": (("bitsandbytes",), ("accelerate",)),
    "compressed-tensors": (("compressed-tensors",),),
    "eetq": (("eetq", "kernels"), ("accelerate",)),
    "fbgemm_fp8": (("fbgemm-gpu",), ("accelerate",)),
    "fouroversix": (("fouroversix",),),
    "fp8": (("accelerate",),),
    "fp_quant": (("fp-quant",),),
    "gptq": (("auto-gptq", "gptqmodel"), ("optimum",)),
    "higgs": (("flute-kernel",), ("fast-hadamard-transform",), ("accelerate",)),
    "hqq": (("hqq",), ("accelerate",)),
    "intel/auto-round": (("auto-round",),),
    "mxfp4": (("accelerate",),),
    "quanto": (("optimum-quanto",), ("accelerate",)),
    "quark": (("amd-quark",),),
    "spqr": (("spqr-quant",), ("accelerate",)),
    "torchao": (("torchao",),),
    "vptq": (("vptq",), ("accelerate",)),
}
"""What ``quantization_config.quant_method`` of a ``config.json`` needs."""

OF_TOKENIZER: Mapping[str, tuple[str, ...]] = {
    "BertJapaneseTokenizer": ("fugashi",),
    "BioGptTokenizer": ("sacremoses",),
    "CpmAntTokenizer": ("jieba",),
    "CpmTokenizer": ("jieba", "sentencepiece"),
    "FSMTTokenizer": ("sacremoses",),
    "FlaubertTokenizer": ("sacremoses",),
    "XLMTokenizer": ("sacremoses",),
}
"""What ``tokenizer_class`` of a ``tokenizer_config.json`` needs besides transformers."""

SENTENCEPIECE = frozenset(
    {"bpe.model", "sentencepiece.bpe.model", "sentencepiece.model", "spiece.model", "spm.model", "tokenizer.model"}
)
"""Files of slow tokenizers that transformers converts with sentencepiece and protobuf where there is no fast one."""

OF_LIBRARY_NAME: Mapping[str, str] = {
    "adapter-transformers": "adapters",
    "asteroid": "asteroid",
    "bertopic": "bertopic",
    "diffusers": "diffusers",
    "espnet": "espnet",
    "fastai": "fastai",
    "flair": "flair",
    "gliner": "gliner",
    "keras": "keras",
    "keras-hub": "keras-hub",
    "mlx": "mlx",
    "model2vec": "model2vec",
    "nemo": "nemo-toolkit",
    "open_clip": "open-clip-torch",
    "paddlenlp": "paddlenlp",
    "peft": "peft",
    "pyannote-audio": "pyannote-audio",
    "sentence-transformers": "sentence-transformers",
    "setfit": "setfit",
    "sklearn": "scikit-learn",
    "span-marker": "span-marker",
    "spacy": "spacy",
    "speechbrain": "speechbrain",
    "stable-baselines3": "stable-baselines3",
    "stanza": "stanza",
    "timm": "timm",
    "transformers": "transformers",
    "ultralytics": "ultralytics",
    "vllm": "vllm",
}
"""``library_name`` of a model card (huggingface.js ``model-libraries.ts``) → distribution."""

OF_IMPORT: Mapping[str, Alternatives] = {
    "PIL": ("pillow",),
    "accelerate": ("accelerate",),
    "av": ("av",),
    "bitsandbytes": ("bitsandbytes",),
    "bs4": ("beautifulsoup4",),
    "causal_conv1d": ("causal-conv1d",),
    "cv2": ("opencv-contrib-python", "opencv-python", "opencv-python-headless"),
    "datasets": ("datasets",),
    "decord": ("decord",),
    "diffusers": ("diffusers",),
    "einops": ("einops",),
    "fla": ("flash-linear-attention",),
    "flash_attn": ("flash-attn",),
    "ftfy": ("ftfy",),
    "huggingface_hub": ("huggingface-hub",),
    "jieba": ("jieba",),
    "librosa": ("librosa",),
    "mamba_ssm": ("mamba-ssm",),
    "numpy": ("numpy",),
    "open_clip": ("open-clip-torch",),
    "pandas": ("pandas",),
    "peft": ("peft",),
    "regex": ("regex",),
    "requests": ("requests",),
    "safetensors": ("safetensors",),
    "scipy": ("scipy",),
    "sentence_transformers": ("sentence-transformers",),
    "sentencepiece": ("sentencepiece",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "soundfile": ("soundfile",),
    "tiktoken": ("tiktoken",),
    "timm": ("timm",),
    "tokenizers": ("tokenizers",),
    "torch": ("torch",),
    "torchaudio": ("torchaudio",),
    "torchvision": ("torchvision",),
    "tqdm": ("tqdm",),
    "transformers": ("transformers",),
    "triton": ("triton",),
    "xformers": ("xformers",),
    "yaml": ("pyyaml",),
}
"""Modules that code of models imports → the distributions that have them. Of others nothing is said: a module and the
distribution that has it are often called differently."""
