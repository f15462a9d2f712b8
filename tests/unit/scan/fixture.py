"""The 37 hard cases of model loading that peers were measured with: one project that holds them all."""

from __future__ import annotations

import json

APP = r'''"""Docs: AutoModel.from_pretrained("acme/doc-fp")"""
import os, argparse, functools
from dataclasses import dataclass
import torch, timm, spacy, whisper
from transformers import AutoModel, AutoTokenizer, pipeline
import transformers as tr
from huggingface_hub import snapshot_download, hf_hub_download
from sentence_transformers import SentenceTransformer
from diffusers import DiffusionPipeline
from vllm import LLM
from langchain_huggingface import HuggingFaceEmbeddings
from consts import EMB                       # consts.py: EMB = "acme/case05-import-const"
NAME = "acme/case02-module-const"
REG = {"a": "acme/case06-registry-a", "b": "acme/case06-registry-b"}
@dataclass
class Cfg:
    model_name: str = "acme/case07-dataclass"
AutoModel.from_pretrained("acme/case01-literal")
AutoModel.from_pretrained(NAME)
AutoModel.from_pretrained(EMB)
def f(key, name="acme/case03-param-default"):
    AutoModel.from_pretrained(name)
    AutoModel.from_pretrained(REG[key])
def g(n):
    return AutoModel.from_pretrained(n)
g("acme/case04-wrapper")
cfg = Cfg()
AutoModel.from_pretrained(cfg.model_name)
p = argparse.ArgumentParser(); p.add_argument("--ckpt", default="acme/case08-argparse"); args = p.parse_args()
AutoModel.from_pretrained(args.ckpt)
AutoModel.from_pretrained(os.environ.get("EMB_REPO", "acme/case09-env"))
size = "small"
AutoModel.from_pretrained(f"acme/case10-fstring-{size}")
for m in ["acme/case11-loop-a", "acme/case11-loop-b"]:
    AutoModel.from_pretrained(m)
AutoModel.from_pretrained("acme/case12-if" if torch.cuda.is_available() else "acme/case12-else")
load = functools.partial(tr.AutoModel.from_pretrained, "acme/case13-partial"); load()
getattr(tr, "AutoModel").from_pretrained("acme/case14-getattr")
class C:
    repo = "acme/case15-class-attr"
    def go(self): return AutoModel.from_pretrained(self.repo)
SentenceTransformer("case16-st-short")
pipeline("text-classification", model="acme/case17-pipeline-kw")
pipeline("summarization")                    # default model, removed in transformers 5.x
snapshot_download(repo_id="acme/case18-snapshot")
hf_hub_download("acme/case19-file", "model.safetensors")
torch.hub.load("acme/case20-torchhub:v1", "resnet")
timm.create_model("hf-hub:acme/case21-timm", pretrained=True)
spacy.load("en_case22_web_sm"); whisper.load_model("case23-base")
LLM(model="acme/case24-vllm"); HuggingFaceEmbeddings(model_name="acme/case25-lc")
DiffusionPipeline.from_pretrained("acme/case26-diff", custom_pipeline="acme/case26b-custom",
    revision="0123456789abcdef0123456789abcdef01234567")
tok = AutoTokenizer.from_pretrained("./local-fp")
out = "/mnt/x"; AutoModel.from_pretrained(os.path.join(out, "local-fp2"))
path = snapshot_download("acme/case27-snap2"); AutoModel.from_pretrained(path)
# AutoModel.from_pretrained("acme/comment-fp")
'''

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["AutoModel.from_pretrained('acme/markdown-fp')"]},
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": [
                "!hf download acme/case36-nbsh\n",
                "%matplotlib inline\n",
                "from transformers import AutoModel\n",
                "AutoModel.from_pretrained('acme/case35-nb')",
            ],
        },
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}

NOTEBOOK_TEXT = json.dumps(NOTEBOOK, indent=1) + "\n"
NOTEBOOK_LINES = {
    name: NOTEBOOK_TEXT[: NOTEBOOK_TEXT.index(name)].count("\n") + 1 for name in ("acme/case35-nb", "acme/case36-nbsh")
}

DOCKERFILE = """\
FROM python:3.12
RUN hf download acme/case28-docker --revision main && ollama pull case29-ollama:7b
CMD ["vllm","serve","acme/case30-vllmserve"]
"""

SCRIPT = """\
#!/bin/sh
huggingface-cli download acme/case31-sh
text-generation-launcher --model-id acme/case32-tgi
"""

CONFIGURATION = """\
model: {name_or_path: acme/case33-yaml, model_name: acme/case34-yaml}
"""

TYPESCRIPT = """\
import { pipeline } from '@huggingface/transformers';
const extract = await pipeline('feature-extraction', 'acme/case37-ts', { revision: 'main' });
"""

FILES = {
    "app.py": APP,
    "consts.py": 'EMB = "acme/case05-import-const"\n',
    "Dockerfile": DOCKERFILE,
    "run.sh": SCRIPT,
    "conf.yaml": CONFIGURATION,
    "nb.ipynb": NOTEBOOK_TEXT,
    "x.ts": TYPESCRIPT,
}
