"""Which models a world has: those that its test names, or all, and those that were trained in it, less the deleted."""

from __future__ import annotations

from ..state.store import Collection, Record
from ..state.world import World
from ..wire import models
from ..wire.protocol import errors
from ..wire.protocol.call import Json


def _trained(world: World) -> Collection:
    """The models that fine-tuning jobs of this world made."""
    return world.store.collection("/models", "/models", errors.no_such_model)


def _deleted(world: World) -> Collection:
    """The models that were deleted, each as no more than its id."""
    return world.store.collection("/models/deleted", "/models/deleted", errors.no_such_model)


def listed(world: World) -> list[Json]:
    """The objects of all models, the trained ones last."""
    names = world.settings.models or models.CATALOGUE
    described = [models.describe(name) for name in names if not _is_deleted(world, name)]
    return [*described, *_trained(world).bodies()]


def is_available(world: World, name: str) -> bool:
    """Whether a request may name this model."""
    if _is_deleted(world, name):
        return False
    return world.settings.knows_model(name) or is_trained(world, name)


def is_trained(world: World, name: str) -> bool:
    """Whether a fine-tuning job of this world made the model."""
    return _trained(world).find(name) is not None


def describe(world: World, name: str) -> Json:
    """The model object."""
    trained = _trained(world).find(name)
    return models.describe(name) if trained is None else trained.body


def add(world: World, name: str, created: int, owner: str) -> None:
    """Store a model that was trained: `name` is its id, `created` the second, `owner` the `owned_by` of its object."""
    body = {"id": name, "object": "model", "created": created, "owned_by": owner}
    _trained(world).put(Record(body))


def delete(world: World, name: str) -> None:
    """Remove a model; where ids are assumed to exist, one of the same name is assumed again when it is asked for."""
    if is_trained(world, name):
        _trained(world).delete(name)
    if not world.settings.assume_exists:
        _deleted(world).put(Record({"id": name}))


def _is_deleted(world: World, name: str) -> bool:
    return _deleted(world).find(name) is not None
