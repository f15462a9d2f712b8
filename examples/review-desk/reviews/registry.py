"""The models that this project uses, in one place."""

from __future__ import annotations

SENTIMENT = "acme/sentiment"
FOOD_ADAPTER = "acme/sentiment-food-lora"
EMBEDDINGS = "acme/embeddings"
