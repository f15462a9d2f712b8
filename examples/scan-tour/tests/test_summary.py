"""Loads of tests are a scope of their own: they are not locked."""

from transformers import AutoModel


def test_loads() -> None:
    """A model that only a test loads does not become one of the program."""
    AutoModel.from_pretrained("hf-internal-testing/tiny-random-bert")
