"""What moved upstream and what changed, as text, JSON and Markdown."""
