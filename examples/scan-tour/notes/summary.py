"""Sums notes up."""

import argparse

from transformers import AutoModelForSequenceClassification, pipeline


def tagger(checkpoint: str) -> AutoModelForSequenceClassification:
    """Load whatever the caller names."""
    return AutoModelForSequenceClassification.from_pretrained(checkpoint)


def main() -> None:
    """Sum up what is typed in."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", default="de")
    parser.add_argument("--tagger")
    arguments = parser.parse_args()
    translate = pipeline("translation", model=f"Helsinki-NLP/opus-mt-{arguments.language}-en")
    shorten = pipeline("summarization")
    urgent = tagger("distilbert/distilbert-base-uncased-finetuned-sst-2-english")
    own = AutoModelForSequenceClassification.from_pretrained(arguments.tagger)
    trained = AutoModelForSequenceClassification.from_pretrained("./checkpoints/tagger")
    print(shorten(translate(input())), urgent, own, trained)
