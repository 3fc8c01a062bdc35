"""Which models there are in a world: those that its test names, or all; those that were trained, less those deleted."""

from __future__ import annotations

from ..state.store import Record
from ..state.world import World
from ..wire import models
from ..wire.protocol.call import Json

_MADE, _DELETED = "/models", "/models/deleted"


def listed(world: World) -> list[Json]:
    """The models that a list shows."""
    named = world.settings.models or models.CATALOGUE
    described = [models.describe(name) for name in named if not _is_deleted(world, name)]
    return [*described, *world.collection(_MADE).bodies()]


def is_available(world: World, name: str) -> bool:
    """Whether a request may name this model."""
    if _is_deleted(world, name):
        return False
    return world.settings.knows_model(name) or is_trained(world, name)


def is_trained(world: World, name: str) -> bool:
    """Whether a fine-tuning job of this world made the model."""
    return world.collection(_MADE).find(name) is not None


def describe(world: World, name: str) -> Json:
    """The model object."""
    made = world.collection(_MADE).find(name)
    return models.describe(name) if made is None else made.body


def add(world: World, name: str, created: int, owner: str) -> None:
    """Have another model."""
    body = {"id": name, "object": "model", "created": created, "owned_by": owner}
    world.collection(_MADE).put(Record(body))


def delete(world: World, name: str) -> None:
    """Have a model no longer; where ids are assumed to exist, one of the same name is soon assumed again."""
    if is_trained(world, name):
        world.collection(_MADE).delete(name)
    if not world.settings.assume_exists:
        world.collection(_DELETED).put(Record({"id": name}))


def _is_deleted(world: World, name: str) -> bool:
    return world.collection(_DELETED).find(name) is not None
