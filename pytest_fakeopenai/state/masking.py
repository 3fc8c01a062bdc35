"""Credentials in recorded requests: whole where they are used, masked where they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..settings import API_KEY

_MASK = "***"
# The names of headers and of parameters in a URL that hold a credential, and of fields that do.
_NAMES = re.compile(
    r"authorization|auth(?![a-z])|cookie|secret|token|passw|credential|signature|^sig$|^key$"
    r"|(?:api|access|account|subscription|private|functions)[-_]?key",
    re.IGNORECASE,
)
_FIELDS = re.compile(r"authorization|(?:api|access)_?key|.*(?:secret|password)|(?:\w+_)?token", re.IGNORECASE)
_HEADERS = "headers"  # the field of a tool that holds the headers for its server
_HAS_FIELDS = re.compile(rb'(?i)"(?:authorization|\w*key|\w*secret|\w*password|\w*token|headers)"')


class Masked(str):
    """A text that is itself in every use, and masked in its `repr`."""

    __slots__ = ()

    def __repr__(self) -> str:
        scheme, blank, value = self.partition(" ")
        return repr(f"{scheme} {_MASK}" if blank and value and scheme.isalpha() else _MASK)


def masked(name: str, value: str) -> str:
    """The value of a header, or of a parameter in a URL, masked where its name is that of a credential.

    The fake's own key is none, nor is what is empty.
    """
    if not value or value.rpartition(" ")[2] == API_KEY or not _NAMES.search(name):
        return value
    return Masked(value)


def mask_headers(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Headers, or patterns of them, with credentials masked."""
    return {name: masked(name, each) if isinstance(each, str) else each for name, each in headers.items()}


def mask_fields(value: Any) -> Any:
    """A JSON value with the credentials in its fields masked, such as those of a remote tool's server."""
    if isinstance(value, list):
        return [mask_fields(each) for each in value]
    return {name: _mask_field(name, each) for name, each in value.items()} if isinstance(value, dict) else value


def _mask_field(name: Any, value: Any) -> Any:
    if name == _HEADERS and isinstance(value, dict):
        return mask_headers(value)
    if isinstance(value, str) and value and isinstance(name, str) and _FIELDS.fullmatch(name):
        return Masked(value)
    return mask_fields(value)


def may_hold_credentials(body: bytes) -> bool:
    """Whether a field of a body may hold one, which is quicker to see than to find them."""
    return _HAS_FIELDS.search(body) is not None
