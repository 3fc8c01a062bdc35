"""A small application of llama_index, tested as its author would."""
