"""For other programs: they say which model."""

from transformers import AutoModel


def load_encoder(name: str, **options: object) -> AutoModel:
    """Load an encoder by its name."""
    return AutoModel.from_pretrained(name, **options)
