"""A small application of langchain, tested as its author would."""
