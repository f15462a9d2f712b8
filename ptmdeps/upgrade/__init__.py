"""What moved upstream, and what changed between two revisions of a model."""
