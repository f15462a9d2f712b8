"""ptmdeps: lock, install and enforce the pre-trained models that code loads."""

__version__ = "0.1.0"
