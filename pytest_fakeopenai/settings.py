"""The switches of one fake: what a marker, an ini option or a keyword may say, checked in one place."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Unscripted = Literal["refuse", "echo"]
Unused = Literal["fail", "allow"]
Validation = Literal["strict", "warn", "off"]

# The values of each switch, in the order in which messages list them; the first is the default.
CHOICES: dict[str, tuple[Any, ...]] = {
    "unscripted": get_args(Unscripted),
    "unused": get_args(Unused),
    "validation": get_args(Validation),
    "guard": (True, False),
}


@dataclass(frozen=True)
class Settings:
    """How strict a fake is.

    - `unscripted`: what a request gets for which nothing is scripted, once a test has scripted something:
      "refuse" answers 400 and fails the test, "echo" repeats the last user text.
    - `unused`: whether a scripted reply that nobody asked for fails the test: "fail" or "allow".
    - `validation`: whether a reply must fit its request (tools offered, JSON schema): "strict" refuses, "warn" warns,
      "off" sends it.
    - `guard`: whether looking up OpenAI's own hosts fails in this process.
    """

    unscripted: Unscripted = "refuse"
    unused: Unused = "fail"
    validation: Validation = "strict"
    guard: bool = True

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))

    @classmethod
    def of(cls, options: dict[str, Any]) -> Settings:
        """Settings from named options; ValueError names an unknown one and its nearest match."""
        for name in options:
            if name not in CHOICES:
                raise ValueError(_unknown(name))
        return cls(**options)


def _check(name: str, value: object) -> None:
    if not any(value is choice or (isinstance(value, str) and value == choice) for choice in CHOICES[name]):
        raise ValueError(f"{name}= takes {' or '.join(map(repr, CHOICES[name]))}, got {value!r}")


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, CHOICES, n=1)
    hint = f"; did you mean {near[0]}=?" if near else "."
    return f"fake_openai has no option {name!r}{hint} Its options are {', '.join(CHOICES)}."
