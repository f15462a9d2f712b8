"""Loads of libraries that run, train and steer language models, and of frameworks that wrap them."""

from __future__ import annotations

import pytest

from tests.unit.scan.conftest import Scan
from tests.unit.scan.said import LOCAL, UNRESOLVED, said

ST = "huggingface:sentence-transformers"

ENGINES = [
    ("from vllm import LLM", 'LLM("acme/model", revision="v1")', ["huggingface:acme/model@v1"]),
    (
        "from vllm import LLM",
        'LLM(model="acme/a", tokenizer="acme/t", tokenizer_revision="v2", speculative_config={"model": "acme/d"})',
        ["huggingface:acme/a", "huggingface:acme/d", "huggingface:acme/t@v2"],
    ),
    ("from vllm import AsyncEngineArgs", 'AsyncEngineArgs(model="acme/model")', ["huggingface:acme/model"]),
    ("from vllm import EngineArgs", "EngineArgs()", ["huggingface:Qwen/Qwen3-0.6B"]),
    ("from vllm.transformers_utils.tokenizer import get_tokenizer", 'get_tokenizer("acme/t")', ["huggingface:acme/t"]),
    ("from vllm.lora.request import LoRARequest", 'LoRARequest("sql", 1, "acme/lora")', ["huggingface:acme/lora"]),
    ("from tensorrt_llm import LLM", 'LLM(model="acme/model")', ["huggingface:acme/model"]),
    ("from aphrodite import LLM", 'LLM(model="acme/model")', ["huggingface:acme/model"]),
    ("import sglang as sgl", 'sgl.Engine(model_path="acme/model")', ["huggingface:acme/model"]),
    (
        "import sglang as sgl",
        'sgl.Runtime(model_path="acme/a", tokenizer_path="acme/b")',
        ["huggingface:acme/a", "huggingface:acme/b"],
    ),
    (
        "from lmdeploy import pipeline",
        'pipeline("internlm/internlm2-chat-7b")',
        ["huggingface:internlm/internlm2-chat-7b"],
    ),
    ("import mii", 'mii.pipeline("mistralai/Mistral-7B-v0.1")', ["huggingface:mistralai/Mistral-7B-v0.1"]),
    (
        "from infinity_emb import EngineArgs",
        'EngineArgs(model_name_or_path="BAAI/bge-small", revision="v1")',
        ["huggingface:BAAI/bge-small@v1"],
    ),
    ("from litgpt import LLM", 'LLM.load("microsoft/phi-2")', ["huggingface:microsoft/phi-2"]),
    (
        "from llama_cpp import Llama",
        'Llama.from_pretrained(repo_id="Qwen/Qwen2-GGUF", filename="*q8_0.gguf")',
        ["huggingface:Qwen/Qwen2-GGUF[*q8_0.gguf]"],
    ),
    ("from llama_cpp import Llama", 'Llama(model_path="./llama.gguf")', []),
    (
        "from llama_cpp.llama_tokenizer import LlamaHFTokenizer",
        'LlamaHFTokenizer.from_pretrained("meetkai/functionary")',
        ["huggingface:meetkai/functionary"],
    ),
    (
        "from ctransformers import AutoModelForCausalLM",
        'AutoModelForCausalLM.from_pretrained("TheBloke/x-GGML", model_file="x.bin", revision="v1")',
        ["huggingface:TheBloke/x-GGML@v1[x.bin]"],
    ),
    ("from gpt4all import GPT4All", 'GPT4All("orca-mini-3b.gguf")', ["gpt4all:orca-mini-3b.gguf"]),
    ("from gpt4all import GPT4All", 'GPT4All("./models/mine.gguf")', [LOCAL]),
    (
        "from mlx_lm import load, generate",
        'load("mlx-community/Mistral", revision="v1")',
        ["huggingface:mlx-community/Mistral@v1"],
    ),
    ("from mlx_lm import convert", 'convert("mistralai/Mistral", quantize=True)', ["huggingface:mistralai/Mistral"]),
    ("from mlx_vlm import load", 'load("mlx-community/Qwen2-VL")', ["huggingface:mlx-community/Qwen2-VL"]),
    ("from mlx_embeddings.utils import load", 'load("mlx-community/MiniLM")', ["huggingface:mlx-community/MiniLM"]),
    (
        "from petals import AutoDistributedModelForCausalLM as M",
        'M.from_pretrained("petals-team/StableBeluga2")',
        ["huggingface:petals-team/StableBeluga2"],
    ),
    (
        "from ipex_llm.transformers import AutoModelForCausalLM as M",
        'M.from_pretrained("acme/model", load_in_4bit=True)',
        ["huggingface:acme/model"],
    ),
    (
        "from intel_extension_for_transformers.transformers import AutoModelForCausalLM as M",
        'M.from_pretrained("acme/model")',
        ["huggingface:acme/model"],
    ),
    (
        "import ctranslate2",
        'ctranslate2.converters.TransformersConverter("facebook/m2m100_418M")',
        ["huggingface:facebook/m2m100_418M"],
    ),
    ("import ctranslate2", 'ctranslate2.Translator("converted")', []),
    (
        "from hf_hub_ctranslate2 import GeneratorCT2fromHfHub as G",
        'G("michaelfeil/ct2fast")',
        ["huggingface:michaelfeil/ct2fast"],
    ),
    ("import ollama", 'ollama.pull("llama3:8b")', ["ollama:llama3:8b"]),
    ("import ollama", 'ollama.chat(model="mistral", messages=[])', ["ollama:mistral"]),
    ("from ollama import Client", 'Client(host="x").generate("phi3", "Hello")', ["ollama:phi3"]),
    ("from ollama import embed", 'embed(model="nomic-embed-text", input="x")', ["ollama:nomic-embed-text"]),
    ("import ollama", 'ollama.create(model="mario", from_="llama3")', ["ollama:llama3"]),
    ("import ollama", "ollama.list()", []),
    (
        "from optimum.onnxruntime import ORTModelForSequenceClassification as M",
        'M.from_pretrained("acme/model", export=True, revision="v1")',
        ["huggingface:acme/model@v1"],
    ),
    (
        "from optimum.intel import OVModelForCausalLM",
        'OVModelForCausalLM.from_pretrained("ov-out/model")',
        ["huggingface:ov-out/model"],
    ),
    (
        "from optimum.pipelines import pipeline",
        'pipeline("text-classification", model="acme/m", accelerator="ort")',
        ["huggingface:acme/m"],
    ),
    ("from optimum.exporters.onnx import main_export", 'main_export("acme/m", output="x")', ["huggingface:acme/m"]),
    (
        "from auto_gptq import AutoGPTQForCausalLM as M",
        'M.from_quantized("TheBloke/x", revision="4bit")',
        ["huggingface:TheBloke/x@4bit"],
    ),
    (
        "from auto_gptq import AutoGPTQForCausalLM as M",
        'M.from_pretrained("facebook/opt-125m", config)',
        ["huggingface:facebook/opt-125m"],
    ),
    ("from gptqmodel import GPTQModel", 'GPTQModel.load("ModelCloud/x")', ["huggingface:ModelCloud/x"]),
    ("from awq import AutoAWQForCausalLM as M", 'M.from_quantized("TheBloke/x-AWQ")', ["huggingface:TheBloke/x-AWQ"]),
    (
        "from hqq.models.hf.base import AutoHQQHFModel",
        'AutoHQQHFModel.from_quantized("mobiuslabsgmbh/x")',
        ["huggingface:mobiuslabsgmbh/x"],
    ),
]

TRAINING = [
    (
        "from unsloth import FastLanguageModel",
        'FastLanguageModel.from_pretrained(model_name="unsloth/llama-3-8b", load_in_4bit=True)',
        ["huggingface:unsloth/llama-3-8b"],
    ),
    (
        "from trl import SFTTrainer",
        'SFTTrainer("facebook/opt-350m", train_dataset=d)',
        ["huggingface:facebook/opt-350m"],
    ),
    (
        "from transformers import AutoModel\nfrom trl import SFTTrainer",
        'model = AutoModel.from_pretrained("acme/base")\nSFTTrainer(model=model)',
        ["huggingface:acme/base"],
    ),
    ("from trl import SFTTrainer", "def train(model):\n    SFTTrainer(model=model)", []),
    (
        "from trl import GRPOTrainer",
        'def reward(x): ...\nGRPOTrainer(model="Qwen/Qwen2", reward_funcs=["acme/reward", reward])',
        ["huggingface:Qwen/Qwen2", "huggingface:acme/reward"],
    ),
    (
        "from trl import DPOTrainer",
        'DPOTrainer("acme/a", ref_model="acme/b")',
        ["huggingface:acme/a", "huggingface:acme/b"],
    ),
    ("from trl import AutoModelForCausalLMWithValueHead as M", 'M.from_pretrained("gpt2")', ["huggingface:gpt2"]),
    (
        "from setfit import SetFitModel",
        'SetFitModel.from_pretrained("acme/m", revision="v1")',
        ["huggingface:acme/m@v1"],
    ),
    (
        "from setfit import AbsaModel",
        'AbsaModel.from_pretrained("acme/aspect@v1", "acme/polarity")',
        ["huggingface:acme/aspect@v1", "huggingface:acme/polarity"],
    ),
    (
        "from span_marker import SpanMarkerModel",
        'SpanMarkerModel.from_pretrained("tomaarsen/x")',
        ["huggingface:tomaarsen/x"],
    ),
    ("from gliner import GLiNER", 'GLiNER.from_pretrained("urchade/gliner_base")', ["huggingface:urchade/gliner_base"]),
    ("from gliner2 import GLiNER2", 'GLiNER2.from_pretrained("fastino/gliner2")', ["huggingface:fastino/gliner2"]),
    (
        "from gliclass import GLiClassModel",
        'GLiClassModel.from_pretrained("knowledgator/g")',
        ["huggingface:knowledgator/g"],
    ),
    (
        "from simpletransformers.ner import NERModel",
        'NERModel("bert", "bert-base-cased")',
        ["huggingface:bert-base-cased"],
    ),
    ("from simpletransformers.ner import NERModel", 'NERModel("bert", "outputs/best")', [LOCAL]),
    (
        "from simpletransformers.seq2seq import Seq2SeqModel",
        'Seq2SeqModel(encoder_decoder_type="bart", encoder_decoder_name="facebook/bart-large")',
        ["huggingface:facebook/bart-large"],
    ),
    (
        "from transformer_lens import HookedTransformer as H",
        'H.from_pretrained("pythia-70m")',
        ["transformer_lens:pythia-70m"],
    ),
    (
        "from transformer_lens import HookedTransformer as H",
        'H.from_pretrained("google/gemma-2b")',
        ["huggingface:google/gemma-2b"],
    ),
    (
        "from sae_lens import SAE",
        'SAE.from_pretrained("gpt2-small-res-jb", "blocks.8")',
        ["sae_lens:gpt2-small-res-jb"],
    ),
    (
        "from nnsight import LanguageModel",
        'LanguageModel("openai-community/gpt2")',
        ["huggingface:openai-community/gpt2"],
    ),
    ("from guidance import models", 'models.Transformers("acme/m")', ["huggingface:acme/m"]),
    ("from guidance import models", 'models.LlamaCpp("./m.gguf")', []),
    ("from outlines import models", 'models.transformers("mistralai/M", device="cuda")', ["huggingface:mistralai/M"]),
    ("import outlines", 'outlines.models.llamacpp("TheBloke/x", "x.gguf")', ["huggingface:TheBloke/x[x.gguf]"]),
    ("import outlines", "outlines.from_transformers(model, tokenizer)", []),
    ("import dspy", 'dspy.HFModel(model="acme/m")', ["huggingface:acme/m"]),
    ("import dspy", 'dspy.LM("openai/gpt-4o-mini")', []),
    ("from llmlingua import PromptCompressor", "PromptCompressor()", ["huggingface:NousResearch/Llama-2-7b-hf"]),
    ("from smolagents import TransformersModel", 'TransformersModel(model_id="acme/m")', ["huggingface:acme/m"]),
    ("from smolagents import InferenceClientModel", 'InferenceClientModel(model_id="acme/m")', []),
    ("from distilabel.models import TransformersLLM", 'TransformersLLM(model="acme/m")', ["huggingface:acme/m"]),
]

FRAMEWORKS = [
    (
        "from langchain_huggingface import HuggingFaceEmbeddings",
        'HuggingFaceEmbeddings(model_name="all-MiniLM-L6-v2", model_kwargs={"device": "cpu", "revision": "v1"})',
        [f"{ST}/all-MiniLM-L6-v2@v1"],
    ),
    ("from langchain_huggingface import HuggingFaceEmbeddings", "HuggingFaceEmbeddings()", [f"{ST}/all-mpnet-base-v2"]),
    (
        "from langchain.embeddings import HuggingFaceEmbeddings",
        'HuggingFaceEmbeddings(model="acme/e")',
        ["huggingface:acme/e"],
    ),
    (
        "from langchain.embeddings import HuggingFaceInstructEmbeddings as E",
        "E()",
        ["huggingface:hkunlp/instructor-large"],
    ),
    (
        "from langchain_community.embeddings import HuggingFaceBgeEmbeddings as E",
        'E(model_name="BAAI/b")',
        ["huggingface:BAAI/b"],
    ),
    (
        "from langchain_huggingface import HuggingFacePipeline",
        'HuggingFacePipeline.from_model_id(model_id="gpt2", task="text-generation")',
        ["huggingface:gpt2"],
    ),
    ("from langchain_huggingface import HuggingFaceEndpoint", 'HuggingFaceEndpoint(repo_id="acme/m")', []),
    ("from langchain_huggingface import ChatHuggingFace", "ChatHuggingFace(llm=llm)", []),
    (
        "from langchain_community.embeddings import FastEmbedEmbeddings",
        "FastEmbedEmbeddings()",
        ["huggingface:BAAI/bge-small-en-v1.5"],
    ),
    ("from langchain_community.embeddings import SpacyEmbeddings", "SpacyEmbeddings()", ["spacy:en_core_web_sm"]),
    (
        "from langchain_community.cross_encoders import HuggingFaceCrossEncoder",
        'HuggingFaceCrossEncoder(model_name="BAAI/bge-reranker-base")',
        ["huggingface:BAAI/bge-reranker-base"],
    ),
    (
        "from langchain_community.embeddings import TensorflowHubEmbeddings",
        'TensorflowHubEmbeddings(model_url="https://tfhub.dev/google/use/4")',
        ["tfhub:https://tfhub.dev/google/use/4"],
    ),
    (
        "from langchain_text_splitters import SentenceTransformersTokenTextSplitter",
        "SentenceTransformersTokenTextSplitter(chunk_overlap=0)",
        [f"{ST}/all-mpnet-base-v2"],
    ),
    ("from langchain_community.llms import Ollama", 'Ollama(model="llama2")', ["ollama:llama2"]),
    ("from langchain_ollama import ChatOllama", 'ChatOllama(model="llama3.1:8b")', ["ollama:llama3.1:8b"]),
    (
        "from langchain_ollama import OllamaEmbeddings",
        'OllamaEmbeddings(model="mxbai-embed-large")',
        ["ollama:mxbai-embed-large"],
    ),
    ("from langchain_community.llms import LlamaCpp", 'LlamaCpp(model_path="m.gguf")', []),
    ("from langchain_openai import ChatOpenAI", 'ChatOpenAI(model="gpt-4o")', []),
    (
        "from llama_index.embeddings.huggingface import HuggingFaceEmbedding",
        'HuggingFaceEmbedding(model_name="BAAI/bge-base-en-v1.5")',
        ["huggingface:BAAI/bge-base-en-v1.5"],
    ),
    (
        "from llama_index.embeddings.huggingface import HuggingFaceEmbedding as E",
        "E()",
        ["huggingface:BAAI/bge-small-en"],
    ),
    (
        "from llama_index.embeddings.huggingface_api import HuggingFaceInferenceAPIEmbedding as E",
        'E(model_name="a/b")',
        [],
    ),
    (
        "from llama_index.llms.huggingface import HuggingFaceLLM",
        'HuggingFaceLLM(model_name="acme/m", tokenizer_name="acme/t")',
        ["huggingface:acme/m", "huggingface:acme/t"],
    ),
    ("from llama_index.llms.huggingface import HuggingFaceLLM", "HuggingFaceLLM(model=model, tokenizer=tokenizer)", []),
    (
        "from llama_index.llms.llama_cpp import LlamaCPP",
        'LlamaCPP(model_url="https://huggingface.co/TheBloke/x/resolve/main/x.gguf")',
        ["huggingface:TheBloke/x@main[x.gguf]"],
    ),
    ("from llama_index.llms.ollama import Ollama", 'Ollama(model="mistral", request_timeout=60)', ["ollama:mistral"]),
    (
        "from llama_index.core.postprocessor import SentenceTransformerRerank as R",
        "R(top_n=3)",
        ["huggingface:cross-encoder/stsb-distilroberta-base"],
    ),
    (
        "from haystack.nodes import FARMReader",
        'FARMReader("deepset/r", model_version="v1")',
        ["huggingface:deepset/r@v1"],
    ),
    (
        "from haystack.nodes import DensePassageRetriever",
        "DensePassageRetriever(document_store=store)",
        [
            "huggingface:facebook/dpr-ctx_encoder-single-nq-base",
            "huggingface:facebook/dpr-question_encoder-single-nq-base",
        ],
    ),
    (
        "from haystack.nodes import EmbeddingRetriever",
        'EmbeddingRetriever(document_store=store, embedding_model="deepset/e")',
        ["huggingface:deepset/e"],
    ),
    ("from haystack.nodes import EmbeddingRetriever", 'EmbeddingRetriever(embedding_model="ada", api_key=key)', []),
    ("from haystack.nodes import PromptNode", 'PromptNode("gpt-3.5-turbo")', []),
    ("from haystack.nodes import PromptNode", "PromptNode()", ["huggingface:google/flan-t5-base"]),
    (
        "from haystack.components.embedders import SentenceTransformersTextEmbedder as E",
        "E()",
        [f"{ST}/all-mpnet-base-v2"],
    ),
    ("from haystack.components.embedders import HuggingFaceAPITextEmbedder as E", 'E(api_params={"model": "a/b"})', []),
    ("from haystack.components.generators import OpenAIGenerator", 'OpenAIGenerator(model="gpt-4o")', []),
    (
        "from haystack.components.extractors import NamedEntityExtractor as E",
        'E(backend="spacy", model="en_core_web_trf")',
        ["spacy:en_core_web_trf"],
    ),
    (
        "from haystack.components.extractors import NamedEntityExtractor as E",
        'E(backend="hugging_face", model="a/ner")',
        ["huggingface:a/ner"],
    ),
    (
        "from haystack_integrations.components.embedders.fastembed import FastembedTextEmbedder as E",
        "E()",
        ["huggingface:BAAI/bge-small-en-v1.5"],
    ),
    (
        "from haystack_integrations.components.generators.ollama import OllamaChatGenerator as G",
        'G(model="qwen3:0.6b")',
        ["ollama:qwen3:0.6b"],
    ),
    ("from txtai import Embeddings", 'Embeddings(path="acme/e", content=True)', ["huggingface:acme/e"]),
    ("from txtai import Embeddings", "Embeddings()", []),
    (
        "from txtai.pipeline import Summary",
        'Summary("sshleifer/distilbart-cnn-12-6")',
        ["huggingface:sshleifer/distilbart-cnn-12-6"],
    ),
    ("from txtai import LLM", 'LLM("acme/m-GGUF/m.gguf")', ["huggingface:acme/m-GGUF[m.gguf]"]),
    ("from txtai import Embeddings", 'Embeddings(path="acme/e-GGUF/e.gguf")', ["huggingface:acme/e-GGUF[e.gguf]"]),
    ("from txtai import Embeddings", 'Embeddings(path="cohere/embed-english-v3.0")', [LOCAL]),
    ("from txtai import LLM", 'LLM("ollama/llama3")', [LOCAL]),
    (
        "from chromadb.utils import embedding_functions",
        "embedding_functions.SentenceTransformerEmbeddingFunction()",
        [f"{ST}/all-MiniLM-L6-v2"],
    ),
    (
        "import chromadb.utils.embedding_functions as functions",
        "functions.DefaultEmbeddingFunction()",
        ["url:https://chroma-onnx-models.s3.amazonaws.com/all-MiniLM-L6-v2/onnx.tar.gz"],
    ),
    (
        "from chromadb.utils import embedding_functions as f",
        "f.OpenCLIPEmbeddingFunction()",
        ["openclip:ViT-B-32/laion2b_s34b_b79k"],
    ),
    ("from chromadb.utils import embedding_functions as f", 'f.HuggingFaceEmbeddingFunction(model_name="a/b")', []),
]


CONVENTION = [
    ("from zipvoice import Voice", 'Voice.from_pretrained("acme/a", revision="v1")', ["huggingface:acme/a@v1"]),
    ("import zipvoice.tts as z", 'z.Voice.from_pretrained(repo_id="acme/a")', ["huggingface:acme/a"]),
    ("from zipvoice import Voice", 'Voice.from_pretrained("base")', [UNRESOLVED]),
    ("from zipvoice import Voice", 'Voice.from_pretrained("./base")', [LOCAL]),
    ("from zipvoice import Voice", 'Voice.load("acme/a")', []),
    (
        "from pytorch_pretrained_bert import BertModel",
        'BertModel.from_pretrained("bert-base-uncased")',
        ["huggingface:bert-base-uncased"],
    ),
]


@pytest.mark.parametrize(("imports", "code", "expected"), [*ENGINES, *TRAINING, *FRAMEWORKS, *CONVENTION])
def test_load_of_a_model_that_is_served_or_trained(
    imports: str, code: str, expected: list[str], scan_files: Scan
) -> None:
    assert said(scan_files(f"{imports}\n{code}\n")) == expected


@pytest.mark.parametrize(
    "code",
    [
        'import json\njson.load("mlx-community/Mistral")\n',
        'from my_llm import LLM\nLLM("acme/model")\n',
        'class LLM:\n    def __init__(self, model): ...\nLLM(model="acme/model")\n',
        'from openai import OpenAI\nOpenAI().chat.completions.create(model="acme/model")\n',
        'from my_ollama import chat\nchat(model="llama3")\n',
        'from mine import HuggingFaceEmbeddings\nHuggingFaceEmbeddings(model_name="acme/model")\n',
        'from docker import Client\nClient().pull("nginx")\n',
    ],
)
def test_same_name_of_something_else_is_no_load(code: str, scan_files: Scan) -> None:
    assert said(scan_files(code)) == []
