"""JSON Schema as structured outputs allow it: checking values and making them."""


class SchemaError(ValueError):
    """There is no example of a schema; the message says where and why."""
