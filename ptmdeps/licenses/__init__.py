"""Licences: what they ask for, and what that means along the graph of a project."""
