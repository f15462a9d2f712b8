"""Calls of spaCy (read in 3.8.18) and of what builds on it; a model is a Python package, pinned like one.

Packages of spaCy's own releases and of ``scispacy`` (0.6.2) can also be imported and loaded by themselves.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader

_SIZES = {
    "core_web": {"en": "sm md lg trf", "zh": "sm md lg trf"},
    "core_news": {
        **dict.fromkeys(("ca", "da", "ja", "sl", "uk"), "sm md lg trf"),
        **dict.fromkeys(("de", "el", "es", "fi", "fr", "hr", "it", "ko", "lt", "mk"), "sm md lg"),
        **dict.fromkeys(("nb", "nl", "pl", "pt", "ro", "ru", "sv"), "sm md lg"),
    },
    "dep_news": dict.fromkeys(("de", "es", "fr"), "trf"),
    "ent_wiki": {"xx": "sm"},
    "sent_ud": {"xx": "sm"},
    "coreference_web": {"en": "trf"},
    "vectors_web": {"en": "lg"},
    "core_sci": {"en": "sm md lg scibert"},
    "ner_craft": {"en": "md"},
    "ner_jnlpba": {"en": "md"},
    "ner_bc5cdr": {"en": "md"},
    "ner_bionlp13cg": {"en": "md"},
}

PACKAGES = tuple(
    f"{language}_{genre}_{size}"
    for genre, languages in _SIZES.items()
    for language, sizes in languages.items()
    for size in sizes.split()
)
"""Models that are packages of their own name; those of the last rows belong to ``scispacy``."""


def _row(call: str, model: Argument, default: str = "") -> Loader:
    """A name with a slash is a folder: spaCy reads no hub."""
    return Loader(call=call, model=model, reads="package", hub="spacy", notation="preset", default=default, pin="none")


LOADERS: tuple[Loader, ...] = (
    _row("spacy.load", Argument(0, "name")),
    _row("spacy.util.load_model", Argument(0, "name")),
    _row("spacy.util.load_model_from_package", Argument(0, "name")),
    _row("spacy.cli.download", Argument(0, "model")),
    _row("keyphrase_vectorizers.KeyphraseCountVectorizer", Argument(0, "spacy_pipeline"), "en_core_web_sm"),
    _row("keyphrase_vectorizers.KeyphraseTfidfVectorizer", Argument(0, "spacy_pipeline"), "en_core_web_sm"),
    *(
        Loader(call=f"{package}.load", reads="package", hub="spacy", default=package, pin="none")
        for package in PACKAGES
    ),
)
