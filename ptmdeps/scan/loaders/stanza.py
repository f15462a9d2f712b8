"""Calls of ``stanza`` (read in 1.15.0) and ``spacy_stanza`` (1.0.4): a language, and a package of it if one is named.

``resources_version`` says which release of the models is meant; it is no ref of a repository.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader


def _row(call: str, model: Argument, package: Argument, default: str = "") -> Loader:
    return Loader(
        call=call,
        model=model,
        reads="stanza",
        hub="stanza",
        notation="entry",
        parts=(package,),
        default=default,
        pin="none",
    )


_PACKAGE = Argument(2, "package")

LOADERS: tuple[Loader, ...] = (
    _row("stanza.Pipeline", Argument(0, "lang"), _PACKAGE, "en"),
    _row("stanza.download", Argument(0, "lang"), _PACKAGE, "en"),
    # It identifies languages by a model of this name, and loads the languages it meets.
    Loader(call="stanza.MultilingualPipeline", reads="stanza", hub="stanza", default="multilingual", pin="none"),
    _row("spacy_stanza.load_pipeline", Argument(0, "name"), Argument(None, "package")),
)
