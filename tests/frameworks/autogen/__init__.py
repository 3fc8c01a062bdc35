"""A small application of autogen, tested as its author would."""
