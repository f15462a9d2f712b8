"""Libraries that name models their own way: a short name → where its bytes come from, read without importing anything.

What is read of which library, and which versions are shipped, is said in ``docs/reference/libraries.md``.
"""
