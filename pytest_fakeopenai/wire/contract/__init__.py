"""The contract of a request: what OpenAI refuses, in OpenAI's words."""

from __future__ import annotations

from dataclasses import dataclass

from ...faults import ApiError


@dataclass(frozen=True)
class Breach:
    """A thing in which a request breaks the contract, and the error that says so.

    `known` tells whether OpenAI is known to refuse it; what only the SDK's types say may be narrower than the API.
    """

    error: ApiError
    known: bool = True
