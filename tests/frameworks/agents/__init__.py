"""A small application of agents, tested as its author would."""
