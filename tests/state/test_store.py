"""The store: objects by id, in collections that go with the objects they are below."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pytest_fakeopenai.state.store import Collection, Record, Store


def missing(key: str) -> Exception:
    return KeyError(f"no {key}")


def items(*keys: str) -> list[dict[str, Any]]:
    return [{"id": key} for key in keys]


def collection(*keys: str, limit: int | None = None) -> Collection:
    collection = Collection(missing, limit)
    for key in keys:
        collection.put(Record({"id": key}))
    return collection


def test_keeps_objects_in_the_order_in_which_they_were_made() -> None:
    assert collection("b", "a", "c").bodies() == items("b", "a", "c")


def test_finds_an_object_by_its_id() -> None:
    record = Record({"id": "a", "n": 1}, ["secret"])
    store = Collection[list[str]](missing)
    store.put(Record({"id": "b"}))
    store.put(record)

    assert store.get("a") is store.find("a") is record
    assert store.find("z") is None


def test_replaces_an_object_in_its_place() -> None:
    store = collection("a", "b")
    store.put(Record({"id": "a", "n": 2}))

    assert store.bodies() == [{"id": "a", "n": 2}, {"id": "b"}]


@pytest.mark.parametrize("act", [Collection.get, Collection.delete])
def test_raises_its_own_error_for_an_unknown_id(act: Any) -> None:
    with pytest.raises(KeyError, match="no z"):
        act(collection("a"), "z")


def test_discards_what_is_there_and_what_is_not() -> None:
    store = collection("a", "b")
    store.discard("a")
    store.discard("a")
    assert store.bodies() == items("b")


def test_deletes_for_good() -> None:
    store = collection("a", "b")
    store.delete("a")

    assert store.bodies() == items("b")
    assert store.find("a") is None


def test_keeps_only_the_newest_where_there_is_a_limit() -> None:
    assert collection("a", "b", "c", limit=2).bodies() == items("b", "c")


# ---- the collections of a world


def store(limit: int | None = None) -> Store:
    return Store(threading.RLock(), limit)


def messages(store: Store, thread: str) -> Collection:
    return store.collection("/threads/{thread_id}/messages", f"/threads/{thread}/messages", missing)


def steps(store: Store, thread: str, run: str) -> Collection:
    return store.collection("/threads/{t}/runs/{r}/steps", f"/threads/{thread}/runs/{run}/steps", missing)


def filled(store: Store, *threads: str) -> Collection:
    """The threads of a store, each with a message, a run and a step of it."""
    all_threads: Collection = store.collection("/threads", "/threads", missing)
    for thread in threads:
        all_threads.put(Record({"id": thread}))
        messages(store, thread).put(Record({"id": "m"}))
        store.collection("/threads/{t}/runs", f"/threads/{thread}/runs", missing).put(Record({"id": "r"}))
        steps(store, thread, "r").put(Record({"id": "s"}))
    return all_threads


def test_makes_a_collection_once() -> None:
    all_threads = store()
    assert messages(all_threads, "a") is messages(all_threads, "a")
    assert messages(all_threads, "a") is not messages(all_threads, "b")


def test_makes_one_collection_for_threads_that_ask_at_once() -> None:
    shared, barrier = store(), threading.Barrier(16)

    def ask() -> Collection:
        barrier.wait()
        return messages(shared, "a")

    with ThreadPoolExecutor(16) as pool:
        collections = [each.result() for each in [pool.submit(ask) for _ in range(16)]]
    assert {id(each) for each in collections} == {id(messages(shared, "a"))}


@pytest.mark.parametrize("act", [Collection.delete, Collection.discard])
def test_forgets_what_is_below_an_object_that_is_removed(act: Any) -> None:
    world = store()
    act(filled(world, "a", "b"), "a")
    assert (messages(world, "a").bodies(), steps(world, "a", "r").bodies()) == ([], [])
    assert (messages(world, "b").bodies(), steps(world, "b", "r").bodies()) == (items("m"), items("s"))


def test_forgets_nothing_below_an_object_that_is_replaced() -> None:
    world = store()
    filled(world, "a").put(Record({"id": "a", "n": 2}))
    assert messages(world, "a").bodies() == items("m")


def test_forgets_what_is_below_the_oldest_where_there_is_a_limit() -> None:
    world = store(limit=2)
    threads = filled(world, "a", "b", "c")
    assert threads.bodies() == items("b", "c")
    assert (messages(world, "a").bodies(), steps(world, "a", "r").bodies()) == ([], [])
    assert steps(world, "c", "r").bodies() == items("s")


def test_keeps_the_newest_collections_of_one_template_where_there_is_a_limit() -> None:
    world = store(limit=2)
    oldest, *_ = [messages(world, thread) for thread in "abc"]
    assert messages(world, "c") is messages(world, "c")
    assert messages(world, "a") is not oldest
