"""Results → text, JSON and the like: tables of functions, no decisions."""
