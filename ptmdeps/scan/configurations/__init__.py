"""Model references in configuration files: known trainers and servers by their schemas, the rest by telling keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptmdeps.scan.configurations.documents import is_too_large, reads
from ptmdeps.scan.configurations.formats import documents_of
from ptmdeps.scan.configurations.reading import outcomes_of_document
from ptmdeps.scan.references import Outcome

WORDS = re.compile(
    rb"(?i)model|checkpoint|pretrain|tokenizer|encoder|embed|repo_|repo\b|dataset_(?:path|id|repo)|hub_url|rerank|huggingface|https?://|hf_|backbone"
    rb"|\bllm|lora|spacy|vectors|_target_|class_path|_component_|\bhf:"
)
"""What stands in every file that can name a model; a file without it is not read further."""


def outcomes_of(path: str, data: bytes) -> Iterator[Outcome]:
    """Yield what a configuration file loads, in the order of the file.

    Any bytes are fine: what cannot be read as the format that the name says is read line by line, or not at all.
    """
    if reads(path) and not is_too_large(data):
        for document in documents_of(path, data):
            yield from outcomes_of_document(path, document)


__all__ = ["WORDS", "outcomes_of", "reads"]
