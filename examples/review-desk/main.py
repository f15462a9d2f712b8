"""Read reviews: `python main.py ["a review" …] [--sentiment-model ID]`."""

from __future__ import annotations

import argparse

from reviews import registry
from reviews.fingerprints import fingerprint
from reviews.food import FoodCritic
from reviews.sentiment import SentimentReader
from reviews.similarity import ComplaintFinder

REVIEWS = ("the food is great !", "awful film , very bad .")


def main() -> None:
    """Say what the models make of each review, and which weights they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reviews", nargs="*", default=REVIEWS, metavar="REVIEW")
    parser.add_argument("--sentiment-model", default=registry.SENTIMENT, metavar="ID")
    options = parser.parse_args()

    sentiment = SentimentReader(options.sentiment_model)
    food = FoodCritic()
    complaints = ComplaintFinder()
    for review in options.reviews:
        print(
            f"{review:26} mood {sentiment.read(review)}  food {food.read(review)}  like {complaints.nearest(review)!r}"
        )
    for name, model in (
        (options.sentiment_model, sentiment.model),
        (registry.FOOD_ADAPTER, food.model),
        (registry.EMBEDDINGS, complaints.model),
    ):
        print(f"{name:26} weights {fingerprint(model)}")


if __name__ == "__main__":
    main()
