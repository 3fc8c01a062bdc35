"""A small application of pydantic_ai, tested as its author would."""
