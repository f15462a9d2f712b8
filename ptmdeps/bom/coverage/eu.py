"""Annex XII of the EU's AI Act: what providers of general-purpose models tell those who build systems with them."""

from __future__ import annotations

from ptmdeps.bom.coverage import advice, judging
from ptmdeps.bom.coverage.advice import say_of
from ptmdeps.bom.coverage.judging import attribute, each, either, fact, facts, stated_of
from ptmdeps.bom.coverage.model import ElementList, cluster, row
from ptmdeps.bom.model import Kind

_MODEL: tuple[Kind, ...] = ("model",)

_ELEMENTS = (
    *cluster(
        "1. General description of the model",
        row(
            "(a) Tasks, and systems it can be part of",
            "what it is made for",
            "facts task, intended-use, said.intended_use",
            each(
                _MODEL,
                either(fact("intended-use"), stated_of("intended_use")),
                "intended-use",
                "task",
                half=fact("task"),
            ),
            advice.CARD,
        ),
        row(
            "(b) Acceptable use policies",
            "what users must not do with it",
            "facts terms, out-of-scope",
            each(_MODEL, fact("terms"), "terms", half=fact("out-of-scope")),
            advice.ASK,
        ),
        row(
            "(c) Date of release and methods of distribution",
            "when and where it is published",
            "Component.published, said.released, Component.repository",
            each(
                _MODEL,
                lambda _, one: one.repository and (one.published or (one.said and one.said.released)),
                lack="lock",
                half=either(attribute("published", "repository"), stated_of("released")),
            ),
            say_of("released", "2026-12-31"),
        ),
        row(
            "(d) Interaction with hardware and software outside the model",
            "what it works together with",
            "facts library, hardware; relations requires",
            each(
                _MODEL,
                lambda bom, one: [*bom.leaving(one.identifier, "requires", "needs")] and one.fact("library"),
                "library",
                half=lambda bom, one: one.fact("library") or [*bom.leaving(one.identifier, "requires", "needs")],
            ),
            advice.CARD,
        ),
        row(
            "(e) Versions of relevant software",
            "versions of what loads it",
            "fact saved-with; components of kind package",
            each(
                _MODEL,
                fact("saved-with"),
                "saved-with",
                half=lambda bom, one: [*bom.leaving(one.identifier, "requires")],
            ),
            advice.PYTHON,
        ),
        row(
            "(f) Architecture and number of parameters",
            "how it is built, and how big",
            "facts architecture, parameters",
            each(
                _MODEL,
                facts("architecture", "parameters"),
                "parameters",
                "architecture",
                half=fact("architecture", "model-type", "parameters"),
            ),
            advice.CARD,
        ),
        row(
            "(g) Modality and format of inputs and outputs",
            "what goes in and what comes out",
            "facts inputs, outputs",
            each(_MODEL, facts("inputs", "outputs"), "inputs", half=fact("inputs", "outputs")),
            advice.CARD,
        ),
        row(
            "(h) Licence",
            "its licence",
            "Component.license",
            each(_MODEL, judging.licensed, half=judging.declares),
            advice.LICENSE,
        ),
    ),
    *cluster(
        "2. Elements of the model and its development",
        row(
            "(a) Technical means of integration",
            "how it is loaded, and with what",
            "facts library, entry-points; Component.entrypoints, occurrences",
            each(
                _MODEL,
                either(fact("library", "entry-points"), attribute("entrypoints")),
                "library",
                half=attribute("occurrences"),
            ),
            advice.CARD,
        ),
        row(
            "(b) Modality, format and maximum size of inputs and outputs",
            "what goes in and comes out, and how long it may be",
            "facts inputs, outputs, context-length",
            each(
                _MODEL,
                facts("inputs", "outputs", "context-length"),
                "context-length",
                "inputs",
                half=fact("inputs", "outputs", "context-length"),
            ),
            advice.CARD,
        ),
        row(
            "(c) Data used for training, testing and validation",
            "kind, origin and preparation of the data",
            "relations trained-on, facts training, preprocessing",
            each(
                _MODEL,
                lambda bom, one: (
                    [*bom.leaving(one.identifier, "trained-on")] and fact("training", "preprocessing")(bom, one)
                ),
                "training",
                half=lambda bom, one: (
                    [*bom.leaving(one.identifier, "trained-on")] or fact("training", "preprocessing")(bom, one)
                ),
            ),
            advice.ASK,
        ),
    ),
)

EU_ANNEX_XII = ElementList(
    name="eu-annex-xii",
    title="Regulation (EU) 2024/1689 (AI Act), Annex XII",
    publisher="European Union",
    version="",
    date="2024-06-13",
    url="https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
    read="The points of the annex in our words. It binds providers of general-purpose models; for who uses one it is "
    "a list of what they may expect to be told. This is no legal advice, and says nothing about whether a model "
    "is one of general purpose.",
    elements=_ELEMENTS,
)
