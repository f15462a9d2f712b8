"""What ptmdeps changes in the libraries of a program inside its environment: one module a library."""
