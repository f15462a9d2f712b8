"""What runs inside the user's own Python under ``ptmdeps run``: only ``sitecustomize``, copied into the environment."""
