"""The Python distributions that a project has: installed in its environment, pinned in its lock files."""
