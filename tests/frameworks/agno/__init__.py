"""A small application of agno, tested as its author would."""
