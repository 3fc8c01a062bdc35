"""What the families of endpoints say of themselves, by the names of their endpoints."""

from __future__ import annotations

from typing import Any

from pytest_fakeopenai.endpoints import discover, surfaces
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.wire.contract import Violation
from pytest_fakeopenai.wire.contract.checked import Checked
from pytest_fakeopenai.wire.protocol.front_end import NEWER, FrontEnd

SURFACES = {surface.endpoint: surface for surface in surfaces()}
OPERATIONS = {operation.endpoint: operation for operation in discover()}


def front_end(endpoint: str) -> FrontEnd:
    """The front end that an endpoint is behind; one that no family has is behind the newer."""
    return OPERATIONS[endpoint].front_end if endpoint in OPERATIONS else NEWER


def check(endpoint: str) -> Checked:
    """The compiled check of the parameters of an endpoint, or of the SDK's method of this name."""
    parameters = OPERATIONS[endpoint].parameters if endpoint in OPERATIONS else params.OF_METHOD
    return params.check(endpoint, parameters)


def violations(endpoint: str, body: dict[str, Any]) -> list[Violation]:
    """What the types of an endpoint's parameters do not allow of a body."""
    return params.violations(
        endpoint, body, OPERATIONS[endpoint].parameters, older=OPERATIONS[endpoint].front_end.older
    )
