"""A small application of crewai, tested as its author would."""
