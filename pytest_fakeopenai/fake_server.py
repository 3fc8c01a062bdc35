"""The server that a session of tests shares, from which fakes of any life-time are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fake import FakeOpenAI
from .settings import FakeOptions, Settings, Transport

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .server.host import Host


class FakeOpenAIServer:
    """The running server of this process, one per xdist worker; every fake that it opens is a test's own world."""

    def __init__(self, host: Host, transport: Transport) -> None:
        self._host = host
        self._transport = transport

    @property
    def url(self) -> str:
        """The root of the server's URLs; the API below it is that of the fake opened last."""
        return self._host.url

    def open(self, **options: Unpack[FakeOptions]) -> FakeOpenAI:
        """A fake of any life-time, as a context manager; the options are those of `FakeOpenAI`.

        Without `transport` it is reached as this server is.

            @pytest.fixture(scope="module")
            def fake(fake_openai_server):
                with fake_openai_server.open() as fake:
                    yield fake
        """
        chosen: FakeOptions = {"transport": self._transport, **options}
        Settings(**chosen)  # names the option that there is none of
        return FakeOpenAI(**chosen)
