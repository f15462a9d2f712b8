"""Which files are configurations of the project, told by their names."""

from __future__ import annotations

import re

from ptmdeps.scan.configurations.formats import ENDINGS

_OTHER_NAMES = re.compile(
    r"(?:package|composer|angular|bower|lerna|nx|turbo|vercel|now|firebase|renovate|manifest|components|biome|deno"
    r"|project\.assets|asset-manifest|codecov|mkdocs|_config|citation|environment|conda|meta|pnpm-workspace|babel"
    r"|pyproject|cargo|setup|tox|pytest|mypy|alembic|poetry|pdm|uv|netlify|rustfmt|clippy|gruvbox|book|hugo"
    r"|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|merges|preprocessor_config|processor_config"
    r"|generation_config|trainer_state|all_results|train_results|eval_results|adapter_config|model_index|contents"
    r"|config_sentence_transformers|sentence_bert_config|scheduler_config|quantize_config|model-index|metafile"
    r"|.*lock|.*-lock|.*\.lock|.*[._-]schema|tsconfig.*|jsconfig.*|openapi.*|swagger.*|docker-compose.*|compose.*"
    r"|\..*|.*\.safetensors\.index|.*\.bin\.index|.*[-_.]results?|results?[-_.].*|leaderboard.*|dependabot|mlc-chat-config)"
    r"\.[a-z0-9]+",
    re.IGNORECASE,
)
_LOCK_OF_MODELS = re.compile(r"huggingface\.lock\.ya?ml", re.IGNORECASE)
_OTHER_FOLDERS = frozenset(
    [
        *("locale", "locales", "i18n", "lang", "translations", "__snapshots__", "snapshots", "cassettes", "fixtures"),
        *("leaderboard", "leaderboards", "results", "eval_results", "benchmark_results", "node_modules", "vendor"),
        *("playwright", "cypress", "__fixtures__", "testdata", "test_data", "wandb", "mlruns", ".git", ".github"),
        *(".circleci", ".vscode", ".idea", ".gitlab", ".devcontainer", ".azure-pipelines"),
    ]
)
_LARGEST = 1_000_000


def reads(path: str) -> bool:
    """Whether a file can be a configuration of the project; told by its name alone."""
    if not path.endswith(ENDINGS):
        return False
    *folders, name = path.split("/")
    if _OTHER_NAMES.fullmatch(name) and not _LOCK_OF_MODELS.fullmatch(name):
        return False
    return _OTHER_FOLDERS.isdisjoint(folder.lower() for folder in folders)


def is_too_large(data: bytes) -> bool:
    """Whether a file is data, by its size."""
    return len(data) > _LARGEST
