"""The process's one server: started by the first lease, stopped with the last, fresh after that."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pytest_fakeopenai.server import host, thread
from pytest_fakeopenai.server.host import Host
from pytest_fakeopenai.server.tenants import TenantRegistry
from pytest_fakeopenai.settings import Settings
from pytest_fakeopenai.state.world import World

from .peers import dial, fetch, needs_proc, nothing_left


@needs_proc
def test_serves_until_the_last_lease_is_released() -> None:
    with nothing_left():
        host = Host()
        host.lease()
        url = host.url
        host.lease()
        assert host.url == url
        host.release()
        assert (host.running, host.url, fetch(url, "/v1/models").status) == (True, url, 410)
        host.release()
        assert host.running is False
        with pytest.raises(ConnectionRefusedError):
            dial(url)


@pytest.mark.parametrize("leases", [0, 1])
def test_has_no_url_while_it_does_not_run(leases: int) -> None:
    host = Host()
    for _ in range(leases):
        host.lease()
        host.release()
    with pytest.raises(RuntimeError, match=r"^the fake_openai server is not running$"):
        host.url  # noqa: B018 - asking is the test


@needs_proc
def test_starts_a_fresh_server_after_the_last_release() -> None:
    with nothing_left():
        host = Host()
        for _ in range(3):
            host.lease()
            assert fetch(host.url, "/v1/models").status == 410
            host.release()
    assert len(host.registry.take_late()) == 3


def test_counts_no_lease_that_could_not_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(app: object) -> Any:
        raise OSError("no port is free")

    host = Host()
    with monkeypatch.context() as patch:
        patch.setattr(thread, "ServerThread", broken)
        with pytest.raises(OSError, match="no port is free"):
            host.lease()
        assert host.running is False
    host.lease()
    assert fetch(host.url, "/v1/models").status == 410
    host.release()
    assert host.running is False


@needs_proc
def test_starts_one_server_for_leases_at_the_same_time() -> None:
    host = Host()
    together = threading.Barrier(8)

    def lease(_: int) -> str:
        together.wait(20)
        host.lease()
        return host.url

    with nothing_left():
        with ThreadPoolExecutor(8) as pool:
            urls = set(pool.map(lease, range(8)))
        assert urls == {host.url}
        for _ in range(8):
            host.release()


def test_serves_a_world_from_its_opening_to_its_closing() -> None:
    world = World(Settings(), name="test_x")
    host = Host()
    host.lease()
    key = host.open(world)
    path = f"/{key}/v1/models"
    before = fetch(host.url, path).status
    host.close(key, world)
    after = fetch(host.url, path).status
    host.release()
    assert (before, after) == (200, 410)
    assert [late.owner for late in host.registry.take_late()] == ["test_x"]


@needs_proc
def test_serves_in_memory_beside_a_socket() -> None:
    registry = TenantRegistry()
    with nothing_left():
        hosts = [Host(start, registry) for start in (host._on_a_socket, host._in_memory)]
        servers = [each.lease() for each in hosts]
        assert [each.url for each in hosts] == [each.url for each in servers]
        assert [type(each).__name__ for each in servers] == ["ServerThread", "MemoryServer"]
        key = hosts[1].open(World(Settings()))
        assert fetch(hosts[0].url, f"/{key}/v1/models").status == 200
        for each in hosts:
            each.release()
        assert [each.running for each in hosts] == [False, False]


def test_has_one_register_for_the_servers_of_the_process() -> None:
    assert {name: each.registry for name, each in host.HOSTS.items()} == {
        "socket": host.REGISTRY,
        "memory": host.REGISTRY,
    }
