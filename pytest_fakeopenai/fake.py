"""`FakeOpenAI`, the handle that a test holds: scripts replies, reads requests, hands out clients, judges."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from .clients import environ
from .clients.connections import CONNECTIONS
from .clients.guard import GUARD
from .clients.running import running_server
from .notices import FakeOpenAIWarning
from .replies.timing import Gate, Pace
from .settings import API_KEY, Names, Settings, Transport, Unscripted, Unused, Validation
from .state.conditions import Conditions, RequestConditions
from .state.journal import Requests
from .state.report import transcript, verdict
from .state.script import Rule, ScriptedEndpoint
from .state.world import World

if TYPE_CHECKING:
    import openai
    from typing_extensions import Unpack

    from .webhooks import WebhookDelivery

C = TypeVar("C", bound="openai.OpenAI | openai.AsyncOpenAI")


class VerdictError(AssertionError):
    """The requests and the script do not fit: something was not scripted, was not used, or went wrong on the way."""


def _surfaces() -> Iterable[ScriptedEndpoint]:
    from .server.routes import api

    return api().surfaces()


def _resolve_endpoint(name: str) -> str:
    from .server.routes import api

    return api().resolve_endpoint(name)


class FakeOpenAI:
    """A test's own OpenAI: a real server, on a real socket or in memory, with this test's replies.

    The fixture `fake_openai` yields one; anywhere else it is a context manager. The keywords are the options of the
    marker, with the same values and defaults.

        with FakeOpenAI() as fake:
            fake.script("Hello!")
            assert fake.client.responses.create(model="gpt-5", input="Hi").output_text == "Hello!"
    """

    def __init__(
        self,
        *,
        unscripted: Unscripted = "refuse",
        unused: Unused = "fail",
        validation: Validation = "known",
        guard: bool = True,
        assume_exists: bool = False,
        transport: Transport = "socket",
        models: Names = None,
        api_keys: Names = None,
    ) -> None:
        settings = Settings(
            unscripted=unscripted,
            unused=unused,
            validation=validation,
            guard=guard,
            assume_exists=assume_exists,
            transport=transport,
            models=models,
            api_keys=api_keys,
        )
        self._world = World(settings, _surfaces, _resolve_endpoint, name="a FakeOpenAI")
        self._open: contextlib.ExitStack | None = None
        self._root = ""

    # Life

    def __enter__(self) -> FakeOpenAI:
        """Start serving, point the environment here and guard OpenAI's hosts."""
        if self._open is not None:
            raise RuntimeError("this FakeOpenAI is active already; make another one")
        with contextlib.ExitStack() as stack:
            host = stack.enter_context(running_server(self._world.settings.transport))
            key = host.open(self._world)
            stack.callback(CONNECTIONS.end, key)
            stack.callback(host.close, key, self._world)
            self._root = f"{host.url}/{key}"
            self._patch(stack)
            self._open = stack.pop_all()
        return self

    def _patch(self, stack: contextlib.ExitStack) -> None:
        from .clients.module_client import MODULE_CLIENT  # with the SDK, which an import of this package does not load

        MODULE_CLIENT.point(self._root)
        stack.callback(MODULE_CLIENT.release)
        layer = self._variables(self._root)
        environ.PATCHES.push(layer)
        stack.callback(environ.PATCHES.remove, layer)
        settings, report = self._world.settings, self._world.record_failure
        if settings.guard or settings.transport == "memory":
            GUARD.acquire(report, memory_only=not settings.guard)
            stack.callback(GUARD.release, report)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Judge, unless an exception is on its way already, and stop serving."""
        __tracebackhide__ = True
        try:
            if error is None:
                self.check()
        finally:
            self._close()

    def _close(self) -> None:
        if self._open is not None:
            stack, self._open, self._root = self._open, None, ""
            for name in ("client", "async_client", "azure_client", "async_azure_client"):
                self.__dict__.pop(name, None)
            stack.close()

    @property
    def _stack(self) -> contextlib.ExitStack:
        if self._open is None:
            raise _not_active()
        return self._open

    # Clients and addresses

    @property
    def base_url(self) -> str:
        """The base URL for OpenAI clients, with `/v1`; it belongs to this test alone. RuntimeError while not active."""
        return f"{self._address}/v1"

    @property
    def _address(self) -> str:
        if self._open is None:
            raise _not_active()
        return self._root

    @property
    def api_key(self) -> str:
        """An API key for clients that want one; every key is good, unless the option `api_keys` lists the good ones."""
        return API_KEY

    @property
    def webhook_secret(self) -> str:
        """The secret that webhooks are signed with; as OPENAI_WEBHOOK_SECRET it is what clients verify them with."""
        return "whsec_ZmFrZS1vcGVuYWktc2lnbnMtd2ViaG9va3Mtc28="

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that point a subprocess here; they are set in this process as well.

        `OPENAI_BASE_URL` and `OPENAI_API_KEY`, their Azure spellings, the names that frameworks have for them
        (`OPENAI_API_BASE`, `AZURE_API_KEY`, …), `OPENAI_WEBHOOK_SECRET`, `OPENAI_AGENTS_DISABLE_TRACING`, and
        `NO_PROXY` with the server's host.
        """
        return self._variables(self._address)

    def _variables(self, root: str) -> dict[str, str]:
        from .clients.pool import API_VERSION

        return environ.variables(root, self.api_key, API_VERSION, self.webhook_secret)

    @cached_property
    def client(self) -> openai.OpenAI:
        """An unmodified `openai.OpenAI` pointed here."""
        from .clients import pool

        return pool.client(self._address)

    @cached_property
    def async_client(self) -> openai.AsyncOpenAI:
        """An unmodified `openai.AsyncOpenAI` pointed here, for any event loop."""
        from .clients import pool

        return pool.async_client(self._address)

    @cached_property
    def azure_client(self) -> openai.AzureOpenAI:
        """An unmodified `openai.AzureOpenAI` pointed here."""
        from .clients import pool

        return pool.azure_client(self._address)

    @cached_property
    def async_azure_client(self) -> openai.AsyncAzureOpenAI:
        """An unmodified `openai.AsyncAzureOpenAI` pointed here, for any event loop."""
        from .clients import pool

        return pool.async_azure_client(self._address)

    def adopt(self, client: C) -> C:
        """Point an existing client here until the test ends, and return it; TypeError for what is not a client."""
        from .clients.adoption import Adoption

        self._stack.callback(Adoption(client, self._address).release)
        return client

    # Script

    def script(self, *replies: object) -> None:
        """Add replies to the queue: each is given once, in order.

            fake_openai.script(RateLimit(), ToolCall("get_weather", {"city": "Paris"}), "It is 21 °C in Paris.")

        A reply is a text, a part, a `Reply`, what is sent as its JSON, a callable on the request, or an object of the
        SDK. TypeError for anything else.
        """
        with self._world.lock:
            self._world.script.add(replies)

    def when(self, **conditions: Unpack[RequestConditions]) -> Rule:
        """A rule for the requests that meet all conditions; give it replies with `script(…)` or `always(…)`.

            fake_openai.when(system="You are the critic").script("Too long.", "Better.")

        Conditions: `model`, `text` (last user text), `system`, `tool` (offered), `tool_result` (in the last turn),
        `endpoint` ("chat.completions", "responses", …), `header` (a dict), `body` (a dict matched as a subset),
        `matches` (a callable on the request). A string is the whole name of an endpoint, a tool or a model, which
        stands for its dated snapshots as well, and a part of any other text; a compiled pattern matches by search, a
        callable by its answer. TypeError for another condition, ValueError for an endpoint that is no operation's.
        """
        checked = Conditions(conditions, _resolve_endpoint)
        with self._world.lock:
            return self._world.script.rule(checked)

    def otherwise(self, reply: object) -> None:
        """Set the reply to requests for which no rule and no queued reply is left; TypeError for what is no reply."""
        with self._world.lock:
            self._world.script.set_default(reply)

    def gate(self, *, timeout: float = 30.0) -> Gate:
        """A part at which a reply waits until `gate.open()`, for at most `timeout` seconds."""
        return Gate(timeout)

    @property
    def pace(self) -> Pace:
        """The rhythm of every reply that has none of its own."""
        return self._world.pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        if not isinstance(pace, Pace):
            raise TypeError(f"pace takes a Pace, got {pace!r}")
        self._world.pace = pace

    # Webhooks

    def webhook(
        self,
        event: str | Mapping[str, Any],
        to: str,
        *,
        data: Mapping[str, Any] | None = None,
        secret: str | None = None,
        timeout: float = 10.0,
    ) -> WebhookDelivery:
        """Sign an event and post it to the application's URL, as OpenAI does; the answer's `status` and `body`.

            fake_openai.webhook("response.completed", to=url, data={"id": response.id})

        `event` is a type with its `data`, or a whole event as a dict. It is signed with `secret`, by default
        `webhook_secret`. A type that OpenAI is not known to send is warned of. ConnectionError where nobody listens,
        TimeoutError where nobody answers. Call it from an async test as
        `await asyncio.to_thread(fake_openai.webhook, …)`: it blocks until the application has answered.
        """
        from . import webhooks

        sent = webhooks.event(event, data, self._world.ids)
        if not webhooks.is_known(sent["type"]):
            self._world.warn(f"OpenAI is not known to send webhooks of type {sent['type']!r}")
        return webhooks.deliver(sent, to, [self.webhook_secret if secret is None else secret], timeout)

    # Requests and verdict

    @property
    def requests(self) -> Requests:
        """Every request so far, oldest first."""
        return self._world.journal.requests()

    @property
    def transcript(self) -> str:
        """Each request with the reply it got, in a few lines, as a failing test's report shows it."""
        return transcript(self._world)

    def reset(self) -> None:
        """Forget rules, queue and default, the requests, all stored objects and what went wrong; ids begin anew."""
        self._world.reset()

    def check(self) -> None:
        """Judge now, as the end of the test does: VerdictError says what does not fit, warnings are issued.

        It fails for requests without a reply, replies without a request, clients that escaped, and callables that
        raised.
        """
        __tracebackhide__ = True
        self._world.settle()
        for warning in self._world.take_warnings():
            warnings.warn(f"fake_openai: {warning}", FakeOpenAIWarning, stacklevel=2)
        text, cause = verdict(self._world)
        if text is not None:
            raise VerdictError(text) from cause

    def __repr__(self) -> str:
        state = f"at {self._root}" if self._open is not None else "not active"
        return f"<FakeOpenAI {state}, {len(self.requests)} requests>"


def _not_active() -> RuntimeError:
    return RuntimeError("this FakeOpenAI is not active: use it as `with FakeOpenAI() as fake:`")
