"""Loads of libraries for text: pipelines, word vectors, topics, encoders, metrics."""

from __future__ import annotations

import pytest

from ptmdeps.scan.loaders.spacy import PACKAGES
from tests.unit.scan.conftest import Scan
from tests.unit.scan.said import LOCAL, UNRESOLVED, said

ST = "huggingface:sentence-transformers"

PIPELINES = [
    ("import spacy", 'spacy.load("en_core_web_sm")', ["spacy:en_core_web_sm"]),
    ("import spacy", 'spacy.load("en_core_web_sm", disable=["ner"])', ["spacy:en_core_web_sm"]),
    ("import spacy", 'spacy.load("training/model-best")', [LOCAL]),
    ("import spacy", 'spacy.load("./model")', [LOCAL]),
    ("import spacy", 'spacy.blank("en")', []),
    ("import spacy", 'spacy.load(f"{language}_core_news_sm")', [UNRESOLVED]),
    ("from spacy.cli import download", 'download("de_core_news_md")', ["spacy:de_core_news_md"]),
    ("import spacy", 'spacy.cli.download("de_core_news_md")', ["spacy:de_core_news_md"]),
    ("from spacy.util import load_model", 'load_model("fr_dep_news_trf")', ["spacy:fr_dep_news_trf"]),
    ("import en_core_web_sm", "en_core_web_sm.load()", ["spacy:en_core_web_sm"]),
    ("import en_core_sci_lg as model", "model.load(disable=[])", ["spacy:en_core_sci_lg"]),
    ("from en_core_web_trf import load", "load()", ["spacy:en_core_web_trf"]),
    (
        "from keyphrase_vectorizers import KeyphraseCountVectorizer",
        "KeyphraseCountVectorizer()",
        ["spacy:en_core_web_sm"],
    ),
    (
        "from keyphrase_vectorizers import KeyphraseTfidfVectorizer",
        'KeyphraseTfidfVectorizer(spacy_pipeline="de_core_news_sm")',
        ["spacy:de_core_news_sm"],
    ),
    ("import stanza", "stanza.Pipeline()", ["stanza:en"]),
    ("import stanza", 'stanza.Pipeline("en", package="mimic")', ["stanza:en/mimic"]),
    ("import stanza", 'stanza.Pipeline(lang="de", processors="tokenize,pos")', ["stanza:de"]),
    ("import stanza", 'stanza.download("zh", model_dir="here")', ["stanza:zh"]),
    ("from stanza import MultilingualPipeline", "MultilingualPipeline()", ["stanza:multilingual"]),
    ("import spacy_stanza", 'spacy_stanza.load_pipeline("en", package="gum")', ["stanza:en/gum"]),
    ("from flair.models import SequenceTagger", 'SequenceTagger.load("ner")', ["flair:ner"]),
    (
        "from flair.nn import Classifier",
        'Classifier.load("flair/ner-english-large")',
        ["huggingface:flair/ner-english-large"],
    ),
    ("from flair.models import TextClassifier", 'TextClassifier.load("out/best-model.pt")', [LOCAL]),
    ("from flair.data import Dictionary", 'Dictionary.load("chars")', []),
    ("from flair.embeddings import FlairEmbeddings", 'FlairEmbeddings("news-forward")', ["flair:news-forward"]),
    ("from flair.embeddings import WordEmbeddings", 'WordEmbeddings("glove")', ["flair:glove"]),
    (
        "from flair.embeddings import TransformerWordEmbeddings",
        'TransformerWordEmbeddings("roberta-base", revision="v1")',
        ["huggingface:roberta-base@v1"],
    ),
    (
        "from flair.embeddings import TransformerDocumentEmbeddings",
        "TransformerDocumentEmbeddings()",
        ["huggingface:bert-base-uncased"],
    ),
    (
        "from flair.embeddings import SentenceTransformerDocumentEmbeddings",
        'SentenceTransformerDocumentEmbeddings("all-MiniLM-L6-v2")',
        [f"{ST}/all-MiniLM-L6-v2"],
    ),
    ("import nltk", 'nltk.download("punkt")', ["nltk:punkt"]),
    ("import nltk", 'nltk.download(["punkt", "stopwords"], quiet=True)', ["nltk:punkt", "nltk:stopwords"]),
    ("from nltk import download", 'download("wordnet")', ["nltk:wordnet"]),
    ("import nltk", "nltk.download()", []),
    ("import nltk", 'nltk.data.find("tokenizers/punkt")', []),
    ("import nltk", 'nltk.data.load("tokenizers/punkt/english.pickle")', []),
    ("import gensim.downloader as api", 'api.load("glove-wiki-gigaword-50")', ["gensim:glove-wiki-gigaword-50"]),
    ("import gensim", 'gensim.models.Word2Vec.load("word2vec.model")', []),
    ("import fasttext.util", 'fasttext.util.download_model("en", if_exists="ignore")', ["fasttext:en"]),
    ("from ftlangdetect import detect", "detect(text=text, low_memory=False)", [UNRESOLVED]),
    ("import fasttext", 'fasttext.load_model("cc.en.300.bin")', []),
    ("from detoxify import Detoxify", 'Detoxify("unbiased").predict("x")', ["detoxify:unbiased"]),
    ("from detoxify import Detoxify", "Detoxify()", ["detoxify:original"]),
    ("from detoxify import Detoxify", 'Detoxify(checkpoint="mine.ckpt")', [LOCAL]),
    (
        "from pysentimiento import create_analyzer",
        'create_analyzer(task="sentiment", lang="es")',
        [UNRESOLVED],
    ),
    (
        "from pysentimiento import create_analyzer",
        'create_analyzer(task="ner", lang="es", model_name="acme/ner")',
        ["huggingface:acme/ner"],
    ),
    (
        "from deepmultilingualpunctuation import PunctuationModel",
        'PunctuationModel(model="kredor/punctuate-all")',
        ["huggingface:kredor/punctuate-all"],
    ),
    ("from fastcoref import FCoref", 'FCoref(device="cuda:0")', ["huggingface:biu-nlp/f-coref"]),
    ("from fastcoref import LingMessCoref", "LingMessCoref()", ["huggingface:biu-nlp/lingmess-coref"]),
    (
        "from allennlp.predictors.predictor import Predictor",
        'Predictor.from_path("https://example.org/bidaf.2020.tar.gz")',
        ["url:https://example.org/bidaf.2020.tar.gz"],
    ),
    ("from allennlp.models.archival import load_archive", 'load_archive("model.tar.gz")', [LOCAL]),
    (
        "from allennlp_models.pretrained import load_predictor",
        'load_predictor("coref-spanbert")',
        ["allennlp:coref-spanbert"],
    ),
    (
        "from allennlp.modules.token_embedders import PretrainedTransformerEmbedder",
        'PretrainedTransformerEmbedder("bert-base-uncased")',
        ["huggingface:bert-base-uncased"],
    ),
    ("from easynmt import EasyNMT", 'EasyNMT("opus-mt")', ["easynmt:opus-mt"]),
    ("from wtpsplit import SaT", 'SaT("sat-3l-sm")', ["huggingface:segment-any-text/sat-3l-sm"]),
    ("from wtpsplit import WtP", 'WtP("wtp-bert-mini")', ["huggingface:benjamin/wtp-bert-mini"]),
    (
        "from fairseq.checkpoint_utils import load_model_ensemble_and_task_from_hf_hub",
        'load_model_ensemble_and_task_from_hf_hub("facebook/xm_transformer")',
        ["huggingface:facebook/xm_transformer"],
    ),
    (
        "from unstructured_inference.models.base import get_model",
        'get_model("yolox")',
        ["unstructured:yolox"],
    ),
    (
        "from open_flamingo import create_model_and_transforms",
        'create_model_and_transforms("ViT-L-14", "openai", lang_encoder_path="acme/lm", tokenizer_path="acme/tok")',
        ["huggingface:acme/lm", "huggingface:acme/tok"],
    ),
    (
        "from lavis.models import load_model_and_preprocess",
        'load_model_and_preprocess(name="blip_caption", model_type="base_coco", is_eval=True)',
        ["lavis:blip_caption/base_coco"],
    ),
    ("from lavis.models import load_model", 'load_model("albef_retrieval", "coco")', ["lavis:albef_retrieval/coco"]),
    ("import esm", "model, alphabet = esm.pretrained.esm2_t33_650M_UR50D()", ["esm:esm2_t33_650M_UR50D"]),
    ("from esm import pretrained", 'pretrained.load_model_and_alphabet("esm1b")', ["esm:esm1b"]),
    ("from esm.models.esmc import ESMC", 'ESMC.from_pretrained("esmc_300m")', ["esm:esmc_300m"]),
]

ENCODERS = [
    ("from bertopic import BERTopic", 'BERTopic(embedding_model="all-mpnet-base-v2")', [f"{ST}/all-mpnet-base-v2"]),
    ("from bertopic import BERTopic", "BERTopic(nr_topics=10)", [UNRESOLVED]),
    ("from bertopic import BERTopic", 'BERTopic.load("MaartenGr/Wikipedia")', ["huggingface:MaartenGr/Wikipedia"]),
    ("from bertopic import BERTopic", 'BERTopic.load("my_topics")', []),
    (
        "from bertopic.backend import MultiModalBackend",
        'MultiModalBackend("clip-ViT-B-32", batch_size=32)',
        [f"{ST}/clip-ViT-B-32"],
    ),
    (
        "from bertopic.backend import FastEmbedBackend",
        "FastEmbedBackend()",
        ["huggingface:BAAI/bge-small-en-v1.5"],
    ),
    (
        "from bertopic.backend import Model2VecBackend",
        'Model2VecBackend("minishlab/potion-base-8M")',
        ["huggingface:minishlab/potion-base-8M"],
    ),
    (
        "from bertopic.representation import ZeroShotClassification",
        "ZeroShotClassification(topics)",
        ["huggingface:facebook/bart-large-mnli"],
    ),
    ("from bertopic.representation import PartOfSpeech", "PartOfSpeech()", ["spacy:en_core_web_sm"]),
    ("from bertopic.representation import TextGeneration", 'TextGeneration("gpt2")', ["huggingface:gpt2"]),
    ("from keybert import KeyBERT", "KeyBERT()", [f"{ST}/all-MiniLM-L6-v2"]),
    (
        "from keybert import KeyBERT",
        'KeyBERT("distilbert-base-nli-mean-tokens")',
        [f"{ST}/distilbert-base-nli-mean-tokens"],
    ),
    (
        "from keybert import KeyBERT\nfrom sentence_transformers import SentenceTransformer",
        'KeyBERT(model=SentenceTransformer("acme/encoder"))',
        ["huggingface:acme/encoder"],
    ),
    (
        "from top2vec import Top2Vec",
        'Top2Vec(documents, embedding_model="universal-sentence-encoder")',
        ["top2vec:universal-sentence-encoder"],
    ),
    ("from top2vec import Top2Vec", 'Top2Vec(documents, embedding_model="doc2vec")', []),
    ("from top2vec import Top2Vec", "Top2Vec(documents, workers=8)", []),
    (
        "from contextualized_topic_models.utils.data_preparation import TopicModelDataPreparation",
        'TopicModelDataPreparation("paraphrase-distilroberta-base-v2")',
        [f"{ST}/paraphrase-distilroberta-base-v2"],
    ),
    ("from FlagEmbedding import BGEM3FlagModel", 'BGEM3FlagModel("BAAI/bge-m3")', ["huggingface:BAAI/bge-m3"]),
    (
        "from FlagEmbedding import FlagAutoModel",
        'FlagAutoModel.from_finetuned("BAAI/bge-base-en-v1.5")',
        ["huggingface:BAAI/bge-base-en-v1.5"],
    ),
    (
        "from FlagEmbedding import FlagReranker",
        'FlagReranker("BAAI/bge-reranker-v2-m3")',
        ["huggingface:BAAI/bge-reranker-v2-m3"],
    ),
    (
        "from InstructorEmbedding import INSTRUCTOR",
        'INSTRUCTOR("hkunlp/instructor-large")',
        ["huggingface:hkunlp/instructor-large"],
    ),
    (
        "from pylate import models",
        'models.ColBERT(model_name_or_path="lightonai/GTE-ModernColBERT-v1", revision="v1")',
        ["huggingface:lightonai/GTE-ModernColBERT-v1@v1"],
    ),
    ("from pylate import retrieve", "retrieve.ColBERT(index=index)", []),
    (
        "from colpali_engine.models import ColQwen2, ColQwen2Processor",
        'ColQwen2.from_pretrained("vidore/colqwen2")\nColQwen2Processor.from_pretrained("vidore/processor")',
        ["huggingface:vidore/colqwen2", "huggingface:vidore/processor"],
    ),
    (
        "from ragatouille import RAGPretrainedModel",
        'RAGPretrainedModel.from_pretrained("colbert-ir/colbertv2.0")',
        ["huggingface:colbert-ir/colbertv2.0"],
    ),
    (
        "from colbert import Indexer",
        'Indexer(checkpoint="colbert-ir/colbertv2.0")',
        ["huggingface:colbert-ir/colbertv2.0"],
    ),
    (
        "from rerankers import Reranker",
        'Reranker("mixedbread-ai/rerank", model_type="cross-encoder")',
        ["huggingface:mixedbread-ai/rerank"],
    ),
    ("from rerankers import Reranker", 'Reranker("cohere", lang="en", api_key=key)', []),
    ("from rerankers import Reranker", 'Reranker("cross-encoder")', []),
    ("from flashrank import Ranker", 'Ranker(model_name="rank-T5-flan")', ["flashrank:rank-T5-flan"]),
    ("from fastembed import TextEmbedding", "TextEmbedding()", ["huggingface:BAAI/bge-small-en-v1.5"]),
    ("from fastembed import TextEmbedding", 'TextEmbedding("a/b", specific_model_path="here")', [LOCAL]),
    ("from fastembed import SparseTextEmbedding", 'SparseTextEmbedding("Qdrant/bm25")', ["huggingface:Qdrant/bm25"]),
    (
        "from fastembed.rerank.cross_encoder import TextCrossEncoder",
        'TextCrossEncoder(model_name="Xenova/ms-marco-MiniLM-L-6-v2")',
        ["huggingface:Xenova/ms-marco-MiniLM-L-6-v2"],
    ),
    (
        "from model2vec import StaticModel",
        'StaticModel.from_pretrained("minishlab/potion-base-8M")',
        ["huggingface:minishlab/potion-base-8M"],
    ),
    ("from model2vec.train import StaticModelForClassification as C", "C.from_pretrained()", [UNRESOLVED]),
    (
        "from model2vec.distill import distill",
        'distill(model_name="BAAI/bge-base-en-v1.5")',
        ["huggingface:BAAI/bge-base-en-v1.5"],
    ),
    ("from text2vec import SentenceModel", "SentenceModel()", ["huggingface:shibing624/text2vec-base-chinese"]),
    (
        "from semantic_router.encoders import HuggingFaceEncoder",
        "HuggingFaceEncoder()",
        [f"{ST}/all-MiniLM-L6-v2"],
    ),
]

METRICS = [
    (
        "import lm_eval",
        'lm_eval.simple_evaluate(model="hf", model_args={"pretrained": "EleutherAI/pythia", "revision": "step1"})',
        ["huggingface:EleutherAI/pythia@step1"],
    ),
    ("import lm_eval", "lm_eval.simple_evaluate(model=loaded, tasks=[])", []),
    (
        "from lm_eval.models.huggingface import HFLM",
        'HFLM(pretrained="gpt2", revision="v1", tokenizer="acme/tok")',
        ["huggingface:acme/tok", "huggingface:gpt2@v1"],
    ),
    ("import mteb", 'mteb.get_model("intfloat/e5-small", "v1")', ["huggingface:intfloat/e5-small@v1"]),
    ("from bert_score import score", 'score(a, b, model_type="roberta-large")', ["huggingface:roberta-large"]),
    ("from bert_score import score", 'score(a, b, lang="en")', [UNRESOLVED]),
    (
        "from bert_score import BERTScorer",
        'scorer = BERTScorer(model_type="acme/bert")\nscorer.score(a, b)',
        ["huggingface:acme/bert"],
    ),
    (
        "from comet import download_model",
        'download_model("Unbabel/wmt22-comet-da")',
        ["huggingface:Unbabel/wmt22-comet-da"],
    ),
    ("from comet import download_model", 'download_model("wmt20-comet-da")', ["comet:wmt20-comet-da"]),
    ("from comet import load_from_checkpoint", 'load_from_checkpoint("model.ckpt")', []),
    (
        "import textattack",
        'textattack.models.helpers.LSTMForClassification.from_pretrained("lstm-mr")',
        ["textattack:lstm-mr"],
    ),
]


@pytest.mark.parametrize(("imports", "code", "expected"), [*PIPELINES, *ENCODERS, *METRICS])
def test_load_of_text(imports: str, code: str, expected: list[str], scan_files: Scan) -> None:
    assert said(scan_files(f"{imports}\n{code}\n")) == expected


@pytest.mark.parametrize(
    "code",
    [
        'import yaml\nyaml.load("en_core_web_sm")\n',
        'from my_nlp import load\nload("en_core_web_sm")\n',
        'import json as spacy\nspacy.load("x")\n',
        'from wget import download\ndownload("punkt")\n',
        'from pipelines import Pipeline\nPipeline("en")\n',
        'from sklearn.pipeline import Pipeline\nPipeline(steps=[("a", b)])\n',
        "class KeyBERT: ...\nKeyBERT()\n",
        "def score(a, b): ...\nscore(1, 2)\n",
    ],
)
def test_same_name_of_something_else_is_no_load(code: str, scan_files: Scan) -> None:
    assert said(scan_files(code)) == []


def test_packages_of_spacy_are_named_like_packages() -> None:
    assert len(PACKAGES) == len(set(PACKAGES)) > 80
    assert {"en_core_web_sm", "zh_core_web_trf", "xx_ent_wiki_sm", "nb_core_news_lg", "en_ner_bc5cdr_md"} <= {*PACKAGES}
