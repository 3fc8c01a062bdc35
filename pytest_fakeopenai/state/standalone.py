"""The state of a server outside any test."""

from __future__ import annotations

import logging

from ..replies.timing import Pace
from ..settings import Names, Settings
from ..wire.protocol.ids import Ids
from .conditions import ResolveEndpoint
from .script import Responder, Surfaces
from .world import World

_LOGGER = logging.getLogger("pytest_fakeopenai")
_NEWEST = 1000


class StandaloneWorld(World):
    """The world of a server outside any test: real time, a bounded memory, and a log in place of a verdict.

    It asks for a key where `api_keys` lists the good ones, and `models` are the only ones there are, by default any.

    It stores the `limit` newest requests, and as many objects of each kind. With an object that it forgets go those
    below its path, as do the messages of a thread.

    One that assumes that ids exist takes the rest of a request on trust as well: what OpenAI would refuse is logged,
    and where the SDK's types and the API's answers disagree it follows the types.
    """

    def __init__(
        self,
        responder: Responder | None = None,
        surfaces: Surfaces = tuple,
        resolve_endpoint: ResolveEndpoint = str,
        *,
        pace: Pace | None = None,
        assume_exists: bool = False,
        models: Names = None,
        api_keys: Names = None,
        limit: int = _NEWEST,
    ) -> None:
        settings = Settings(
            unscripted="echo",
            unused="allow",
            validation="warn" if assume_exists else "known",
            guard=False,
            assume_exists=assume_exists,
            models=models,
            api_keys=api_keys,
        )
        self.asks_for_key = api_keys is not None
        self.follows_types = assume_exists
        super().__init__(settings, surfaces, resolve_endpoint, ids=Ids.real(), limit=limit, pace=pace)
        if responder is not None:
            self.script.set_default(responder)

    def record_failure(self, text: str, cause: BaseException | None = None) -> None:
        """Log what would fail a test."""
        _LOGGER.error(text, exc_info=cause)

    def warn(self, text: str) -> None:
        """Log what would be a test's warning."""
        _LOGGER.warning(text)
