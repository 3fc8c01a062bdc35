"""A small application of llm, tested as its author would."""
