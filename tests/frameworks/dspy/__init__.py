"""A small application of dspy, tested as its author would."""
