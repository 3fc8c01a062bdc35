"""JSON Schema as structured outputs allow it: checking values and making them."""
