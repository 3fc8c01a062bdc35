"""A small application of litellm, tested as its author would."""
