"""The models that can be chosen, by what they are good at."""

ENCODERS = {
    "fast": "sentence-transformers/all-MiniLM-L6-v2",
    "good": "sentence-transformers/all-mpnet-base-v2",
}
