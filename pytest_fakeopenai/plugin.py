"""The pytest plugin: options, marker, fixtures, verdict and report section. Loads nothing until a fixture is used."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from .settings import Settings, options

if TYPE_CHECKING:
    import openai

    from .fake import FakeOpenAI
    from .fake_server import FakeOpenAIServer
    from .settings import Transport
    from .state.world import World

_MOST_LATE = 10
# A test that asks for one of these may use a fake, or read the marker, as it runs.
_MAY_USE = frozenset({"fake_openai", "fake_openai_server", "request"})
_STATE = pytest.StashKey["_State"]()


class _State:
    """What the hooks know of a test: its fake, why its options are wrong, how many of its problems are judged."""

    def __init__(self, fake: FakeOpenAI, complaint: str | None) -> None:
        self.fake = fake
        self.complaint = complaint
        self.judged = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    for name, option in options().items():
        parser.addini(f"fake_openai_{name}", option.help, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and let Python itself import this package.

    pytest rewrites the assertions of a plugin's package, which has none, and reads it through `open`: modules that are
    loaded when first needed would meet what a test has put in the place of that.
    """
    rewritten: set[str] = getattr(getattr(config.pluginmanager, "rewrite_hook", None), "_must_rewrite", set())
    rewritten.discard(__name__.partition(".")[0])
    keywords = ", ".join(f"{name}=" for name in options())
    config.addinivalue_line(
        "markers", f"fake_openai({keywords}): how strict this test's fake is, and how it is reached."
    )


@pytest.fixture(scope="session")
def fake_openai_server(request: pytest.FixtureRequest) -> Iterator[FakeOpenAIServer]:
    """The running server; `open()` gives a fake of any life-time."""
    from .clients.running import running_server
    from .fake_server import FakeOpenAIServer
    from .notices import NOTICES

    NOTICES.collect()
    transport = _transport(request.config)
    with running_server(transport) as host:
        yield FakeOpenAIServer(host, transport)
    _report_late(request.config)


@pytest.fixture
def fake_openai(
    request: pytest.FixtureRequest, fake_openai_server: FakeOpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeOpenAI]:
    """This test's own OpenAI: script its replies, read its requests. The environment points at it."""
    _note_what_is_there(monkeypatch)
    values, complaint = _options(request.node)
    fake = fake_openai_server.open(**values)
    fake._world.name = request.node.nodeid
    request.node.stash[_STATE] = _State(fake.__enter__(), complaint)
    yield fake
    state = request.node.stash[_STATE]
    del request.node.stash[_STATE]  # pytest keeps its items to the end
    fake._close()
    fake._world.script.end(f"its test, {request.node.nodeid}, is over")
    for problem in fake._world.problems[state.judged :][:_MOST_LATE]:
        _warn(request.config, request.node.nodeid, f"after the test was judged: {problem.text}")
    _report_late(request.config)


def _note_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pytest restore what we are about to set: what a test itself patches must not restore our value."""
    from .clients import module_client
    from .clients.environ import NAMES

    for name in NAMES:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    for name, value in module_client.settings().items():
        monkeypatch.setattr(f"openai.{name}", value)


@pytest.fixture
def openai_client(fake_openai: FakeOpenAI) -> openai.OpenAI:
    """A configured, unmodified `openai.OpenAI` that speaks to this test's fake."""
    return fake_openai.client


@pytest.fixture
def async_openai_client(fake_openai: FakeOpenAI) -> openai.AsyncOpenAI:
    """A configured, unmodified `openai.AsyncOpenAI` that speaks to this test's fake."""
    return fake_openai.async_client


def _options(node: pytest.Item) -> tuple[dict[str, Any], str | None]:
    """The options of a test; none, and the complaint, where they are wrong: the test shall fail, not its set-up."""
    values: dict[str, Any] = _ini(node.config)
    try:
        for marker in reversed(list(node.iter_markers("fake_openai"))):
            if marker.args:
                raise ValueError(f"takes keywords only, got {', '.join(map(repr, marker.args))}")
            values.update(marker.kwargs)
        Settings(**values)
    except ValueError as error:
        return {}, f"@pytest.mark.fake_openai or an ini option is wrong: {error}"
    return values, None


def _transport(config: pytest.Config) -> Transport:
    """The transport that the ini option names; the default where there is no such one, of which each test complains."""
    try:
        return Settings.transport.check(_ini(config).get("transport", Settings.transport.default))
    except ValueError:
        return Settings.transport.default


def _ini(config: pytest.Config) -> dict[str, Any]:
    """The values of the options that the ini file sets, not checked yet."""
    texts = {name: config.getini(f"fake_openai_{name}") for name in options()}
    return {name: option.parse(texts[name]) for name, option in options().items() if texts[name]}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test that has no fake go where it likes, and show what was stopped meanwhile that belongs to no test."""
    if (guard := sys.modules.get(f"{__package__}.clients.guard")) is None:
        return (yield)
    with guard.GUARD.test():
        result = yield
    _report_notices(item.config)
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Show what belongs to no test, and have the rest of the process show it at once."""
    if (notices := sys.modules.get(f"{__package__}.notices")) is not None:
        _report_notices(session.config)
        notices.NOTICES.show()


def _report_notices(config: pytest.Config) -> None:
    from .notices import NOTICES

    for text in NOTICES.take():
        _warn(config, "", text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Judge as the last act of the test, so that it fails rather than errs; its own failure comes first."""
    __tracebackhide__ = True
    state = item.stash.get(_STATE, None)
    if state is not None and state.complaint is not None:
        _fail(state.complaint)
    try:
        result = yield
        _warn_without_fake(item)
        if (state := item.stash.get(_STATE, None)) is not None:  # also where the test asked for its fake as it ran
            _judge(state)
    finally:
        if (state := item.stash.get(_STATE, None)) is not None:
            state.judged = len(state.fake._world.problems)
    return result


def _warn_without_fake(item: pytest.Item) -> None:
    """Warn of a test's own marker where it has not used the fixture, even as it ran."""
    if _STATE not in item.stash and _is_marked(item):
        from .notices import FakeOpenAIWarning

        item.warn(FakeOpenAIWarning(f"fake_openai: {_useless('a test that uses no fake_openai')}"))


def _useless(where: str) -> str:
    return (
        f"the marker has no effect on {where}: ask for the fixture, or give the options as keywords to the fake that "
        "the test opens itself"
    )


def _is_marked(node: Any) -> bool:
    return any(marker.name == "fake_openai" for marker in node.own_markers)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Warn of the marker on classes and modules of which no test can use the fixture, where all of them are here."""
    parents: set[Any] = {parent for item in items if item.parent is not None for parent in item.parent.listchain()}
    marked = [node for node in parents if _is_marked(node)]
    if not marked or _is_partial(config):
        return
    for node in marked:
        own = [item for item in items if node in item.listchain()]
        if not any(_MAY_USE.intersection(getattr(item, "fixturenames", ())) for item in own):
            _warn(config, node.nodeid, _useless(f"{node.name}, none of whose tests uses fake_openai"))


def _is_partial(config: pytest.Config) -> bool:
    """Whether single tests were named, or another process of the same run has all tests as well."""
    worker = getattr(config, "workerinput", {}).get("workerid", "gw0")
    return worker != "gw0" or any("::" in argument for argument in config.args)


def _judge(state: _State) -> None:
    __tracebackhide__ = True
    from .fake import VerdictError

    if state.complaint is not None:
        _fail(state.complaint)
    try:
        state.fake.check()
    except VerdictError as verdict:
        if verdict.__cause__ is not None:
            raise
        complaint = str(verdict)
    else:
        return
    _fail(complaint)


def _fail(complaint: str) -> NoReturn:
    """Fail with a text alone. This frame stays visible: pytest remarks on a traceback that shows nothing."""
    pytest.fail(complaint, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give the report of a failing test the application's frames alone, and the transcript of its requests."""
    if call.excinfo is not None and _worlds() and not _shows_all(item.config):
        from .clients.tracebacks import cut_to_application

        cut_to_application(call.excinfo.value, str(item.config.rootpath))
        call.excinfo.traceback = type(call.excinfo.traceback)(call.excinfo.tb)
    report = yield
    if report.failed and call.when == "call":
        report.sections.extend([*_problems(report), *_transcripts(item)])
    return report


def _worlds() -> list[World]:
    """The worlds of the fakes that are active."""
    host = sys.modules.get(f"{__package__}.server.host")
    return [] if host is None else list(host.REGISTRY.worlds())


def _shows_all(config: pytest.Config) -> bool:
    """Whether every frame is wanted, in the report or in the debugger."""
    return config.option.fulltrace or getattr(config.option, "usepdb", False)


def _problems(report: pytest.TestReport) -> Iterator[tuple[str, str]]:
    """A section on what went wrong with the fakes, where the test failed by something else that came of it."""
    from .state.report import problems_of

    for world in _worlds():
        text = problems_of(world)
        if text and text.splitlines()[0] not in report.longreprtext:
            yield "fake_openai problems", text


def _transcripts(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """A section for each fake that is active: this test's own, and those of a longer life."""
    from .state.report import transcript

    for world in _worlds():
        owner = "" if world.name == item.nodeid else f" of {world.name}"
        yield f"fake_openai transcript{owner}", transcript(world)


def _report_late(config: pytest.Config) -> None:
    """Report requests that came too late as warnings of the test that they belong to."""
    from .server.host import REGISTRY

    for late in REGISTRY.take_late():
        _warn(config, late.owner, str(late))


def _warn(config: pytest.Config, nodeid: str, text: str) -> None:
    """Show a warning in the summary, whatever the filters: it comes when its test can no longer fail."""
    from .notices import FakeOpenAIWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(f"fake_openai: {text}", FakeOpenAIWarning, stacklevel=1)
    config.hook.pytest_warning_recorded.call_historic(
        kwargs={"warning_message": caught[0], "nodeid": nodeid, "when": "runtest", "location": None}
    )
