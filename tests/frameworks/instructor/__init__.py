"""A small application of instructor, tested as its author would."""
