"""A small application of haystack, tested as its author would."""
