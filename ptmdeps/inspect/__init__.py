"""What a file says about itself: pure readers of bytes that others wrote.

Nothing here opens files, talks to a hub, runs code of a model or unpickles. Whatever the bytes are, a reader answers
with facts or with :class:`ptmdeps.errors.UnsafeContent`.
"""
