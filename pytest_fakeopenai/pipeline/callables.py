"""Running a scripted callable: on the loop where it is async, in a thread of its own where it is not."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

from ..replies.faults import ApiError
from ..replies.parts import Chunks, Part, StreamEvent, Verbatim
from ..replies.raw import RawResponse
from ..replies.reply import Reply, as_part, as_reply
from ..state.request import RecordedRequest
from ..state.script import Responder
from ..unpatched import Thread

T = TypeVar("T")
_END = object()


async def ask(responder: Responder, request: RecordedRequest) -> Reply | RawResponse | AsyncIterator[Part]:
    """What the callable says: a whole reply, or parts as they are made."""
    result = await _invoke(responder, request)
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, ApiError):
        return Reply(result)
    if inspect.isasyncgen(result):
        return _parts(result)
    if inspect.isgenerator(result):
        return _parts(_in_threads(result))
    return as_reply(result)


async def _invoke(responder: Responder, request: RecordedRequest) -> Any:
    if _is_async(responder):
        return responder(request)
    return await in_thread(lambda: responder(request))


def _is_async(responder: Any) -> bool:
    tests = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    call = getattr(responder, "__call__", None)  # noqa: B004 - an object with an async __call__ counts as one
    return any(test(responder) or test(call) for test in tests)


async def _parts(values: AsyncIterator[object]) -> AsyncIterator[Part]:
    """What a generator yields, as parts; a string is a token of the model behind it and stays in one piece."""
    async for value in values:
        yield Chunks(value) if isinstance(value, str) else _part(value)


def _part(value: object) -> Part:
    part = as_part(value)
    if not isinstance(part, Verbatim):
        return part
    if part.kind == "Completion":  # which legacy chunks are as well
        return StreamEvent(part.kind, part.payload)
    raise TypeError(f"{part!r} is a whole answer; return it instead of yielding it")


async def _in_threads(values: Iterator[object]) -> AsyncIterator[object]:
    while (value := await in_thread(lambda: next(values, _END))) is not _END:
        yield value


async def in_thread(function: Callable[[], T]) -> T:
    """The function's result from a daemon thread, which a function that never returns cannot keep alive."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: object) -> None:
        if not future.done():
            setter(value)

    def run() -> None:
        try:
            outcome: tuple[Callable[[Any], None], object] = (future.set_result, function())
        except StopIteration as error:  # which no future takes, and which a coroutine would turn into this as well
            failure = RuntimeError("callable raised StopIteration")
            failure.__cause__ = error
            outcome = (future.set_exception, failure)
        except BaseException as error:  # a pytest.fail() in the callable is one
            outcome = (future.set_exception, error)
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *outcome)

    Thread(target=run, name="fake-openai-callable", daemon=True).start()
    return await future
