"""The texts, functions and schemas of the examples by which the counting of tokens is held against the API's.

Of gpt-4o's tokens USER are 8, SYSTEM 6, `lamp_state` 2, `.lamp_state` 3, `.bell` 2, the schema's name 2.
"""

from __future__ import annotations

from typing import Any

USER = "Is the lamp in the hall on?"
SYSTEM = "You look after a house."
ANSWER = "It is on."

PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"room": {"type": "string", "description": "The room"}},
    "required": ["room"],
    "additionalProperties": False,
}
DESCRIPTION = "Tells whether a lamp is on.\n\nAnswers on or off."
LAMP = '{"room": "hall"}'
BELL = '{"times":2,"how":"soft"}'
RUNG = '{"rung":true}'

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Lamp",
    "properties": {
        "room": {"type": "string", "description": "Which one \N{EN DASH} a name"},
        "watts": {"type": "integer", "minimum": 1, "default": 40},
    },
    "required": ["room", "watts"],
    "additionalProperties": False,
}

# 70 tokens.
THOUGHT = "lamp " * 69 + "on"
