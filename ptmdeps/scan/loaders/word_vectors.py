"""Downloads of ``nltk`` (read in 3.10.4), ``gensim`` (4.4.0) and ``fasttext`` (documented): names of own indexes."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader

LOADERS: tuple[Loader, ...] = (
    # Without a name it opens a window to choose from.
    Loader(
        call="nltk.download",
        model=Argument(0, "info_or_id"),
        reads="file",
        hub="nltk",
        notation="entry",
        pin="none",
        optional=True,
    ),
    Loader(
        call="gensim.downloader.load",
        model=Argument(0, "name"),
        reads="file",
        hub="gensim",
        notation="entry",
        pin="none",
    ),
    Loader(
        call="fasttext.util.download_model",
        model=Argument(0, "lang_id"),
        reads="file",
        hub="fasttext",
        notation="entry",
        pin="none",
        result="path",
    ),
    # fasttext-langdetect 1.0.5: which of two files it fetches is decided by an option.
    Loader(
        call="ftlangdetect.detect",
        model=Argument(None, "model_path"),
        reads="file",
        hub="url",
        notation="address",
        pin="none",
        has_default=True,
    ),
)
