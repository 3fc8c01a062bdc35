"""What stands for a part without being one: JSON values, dataclasses, pydantic models and objects of the SDK."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

# What the SDK's classes are called that can stand for a whole answer, or for one event of a stream.
WHOLE_ANSWERS = frozenset({"ChatCompletion", "Response", "Completion"})


_OF_RESPONSES = re.compile(r"response(\.[a-z_]+)+")
_PARSED = ("parsed", "parsed_arguments")
_NUMBER = "sequence_number"  # which every event of Responses has


def plain_value(value: object) -> object:
    """The dicts and lists that a value stands for; TypeError for what cannot be a reply."""
    if isinstance(value, (dict, list)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "model_dump_json") and not isinstance(value, type):
        return dump(value)
    raise TypeError(
        "a reply is made of str, dict, list, dataclass, pydantic model, parts such as Text or ToolCall, "
        f"Reply(…), a callable or an SDK object; got {type(value).__name__}: {value!r}"
    )


def dump(value: Any) -> Any:
    """A pydantic model as JSON; of an SDK object only what was set, whether the client has a class for it or not."""
    sdk = any(cls.__module__.startswith("openai.types.") for cls in type(value).__mro__)
    dumped = value.model_dump(mode="json", by_alias=True, exclude_unset=sdk, warnings=not sdk)
    return _unparsed(dumped) if sdk and type(value).__name__.startswith("Parsed") else dumped


def _unparsed(value: Any) -> Any:
    """The JSON of an object of the SDK without what its helpers have made of the texts in it."""
    if isinstance(value, dict):
        return {name: _unparsed(each) for name, each in value.items() if name not in _PARSED}
    return [_unparsed(each) for each in value] if isinstance(value, list) else value


def sdk_class(value: object) -> str:
    """The name of the SDK's response class that the value is an instance of, or an empty string."""
    for cls in type(value).__mro__:
        if cls.__module__.startswith("openai.types."):
            name = cls.__name__.partition("[")[0]
            if name in WHOLE_ANSWERS or name.endswith(("Chunk", "Event")):
                return name
    return ""


def event_kind(value: object) -> str:
    """What an event of a stream is called, of one of the SDK's classes or as a dict; an empty string for the rest.

    A dict is an event where its `object` ends in `.chunk`, or its `type` is that of an event of Responses.
    """
    if not isinstance(value, dict):
        name = sdk_class(value)
        return name if name.endswith(("Chunk", "Event")) else ""
    if isinstance(kind := value.get("object"), str) and kind.endswith(".chunk"):
        return kind
    kind = value.get("type")
    is_event = isinstance(kind, str) and (_OF_RESPONSES.fullmatch(kind) or (kind == "error" and _NUMBER in value))
    return str(kind) if is_event else ""
