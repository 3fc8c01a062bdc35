"""A JSON schema that an answer has to fit, in the form in which models read it, and in which it is billed.

The schema `lamp`, of an object with a closed set of properties, is shown as

    # Response Formats

    ## lamp

    // A lamp in the house
    {"type":"object","properties":{"room":{"type":"string","description":"Which one \\u2013 a name"}}}
"""

from __future__ import annotations

import json
from typing import Any

from ..protocol.call import Json

_NAMED = ("properties", "$defs", "definitions")  # whose keys are names of the user's own
_VALUES = ("const", "enum")
_HIDDEN_NAMES = """
    $schema additionalProperties default exclusiveMaximum exclusiveMinimum format maxItems maxLength maxProperties
    maximum minItems minLength minProperties minimum multipleOf pattern patternProperties required uniqueItems
"""
_HIDDEN = frozenset(_HIDDEN_NAMES.split())


def format_text(json_schema: Json) -> str:
    """A JSON schema as the model reads it, given with its name and its description."""
    description = f"// {json_schema['description']}\n" if json_schema.get("description") else ""
    schema = json.dumps(_shown(json_schema.get("schema")), separators=(",", ":"))
    return f"# Response Formats\n\n## {json_schema.get('name')}\n\n{description}{schema}"


def _shown(schema: Any, *, names: bool = False) -> Any:
    """What the model is shown of a schema: neither bounds nor defaults, nor what closes it; `names` is one of names."""
    if isinstance(schema, list):
        return [_shown(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value if key in _VALUES and not names else _shown(value, names=not names and key in _NAMED)
        for key, value in schema.items()
        if names or key not in _HIDDEN
    }
