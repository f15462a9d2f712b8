"""Stores that keep models as snapshots of revisions over blobs: the layout of a Hugging Face cache, for every hub."""
