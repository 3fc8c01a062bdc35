"""How strict a test's fake is, and who may say so: the ini file, a module, a class, a test."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.settings import Option, Settings, options

from .support import run

# Of each switch: what fails a test by default, the value that lets it pass, and its spelling in an ini file.
UNSCRIPTED = """
def body(fake_openai):
    fake_openai.script("one")
    say(fake_openai.client, "Hi")
    with contextlib.suppress(openai.BadRequestError):
        say(fake_openai.client, "Hi")
"""
UNUSED = """
def body(fake_openai):
    fake_openai.script("left")
"""
VALIDATION = """
def body(fake_openai):
    fake_openai.script(ToolCall("lookup"))
    with contextlib.suppress(openai.BadRequestError):
        say(fake_openai.client, "Hi")
"""
GUARD = """
import socket

@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: ["an address"])

def body(fake_openai):
    with contextlib.suppress(EscapedClientError):
        assert socket.getaddrinfo("api.openai.com", 443) == ["an address"]
"""
ASSUME_EXISTS = """
def body(fake_openai):
    assert fake_openai.client.files.retrieve("file-in-production").id == "file-in-production"
"""
TRANSPORT = """
def body(fake_openai):
    assert fake_openai.base_url.startswith("http://in-memory.fake-openai.invalid/fake-")
    assert say(fake_openai.client, "Hi")
"""
SWITCHES = {
    "unscripted": (UNSCRIPTED, "'echo'", "echo"),
    "unused": (UNUSED, "'allow'", "allow"),
    "validation": (VALIDATION, "'off'", "off"),
    "guard": (GUARD, "False", "false"),
    "assume_exists": (ASSUME_EXISTS, "True", "true"),
    "transport": (TRANSPORT, "'memory'", "memory"),
}
LISTED = ("models", "api_keys")
each_switch = pytest.mark.parametrize("switch", SWITCHES)


def test_tries_every_option() -> None:
    assert [*SWITCHES, *LISTED] == list(options())


def module(source: str, *, module: str = "", cls: str = "", function: str = "") -> str:
    """A test module whose one test, a method, runs `body`, with marker arguments at three levels."""
    lines = [source, f"pytestmark = pytest.mark.fake_openai({module})"] if module else [source]
    lines += [f"@pytest.mark.fake_openai({cls})"] if cls else []
    lines += ["class TestApp:"]
    lines += [f"    @pytest.mark.fake_openai({function})"] if function else []
    lines += ["    def test_it(self, fake_openai):", "        body(fake_openai)"]
    return "\n".join(lines)


@each_switch
def test_is_strict_by_default(pytester: pytest.Pytester, switch: str) -> None:
    inner = run(pytester, module(SWITCHES[switch][0]))

    assert inner.outcomes == {"failed": 1}
    assert f"ini option fake_openai_{switch}" in inner.failure().longreprtext or switch in (
        "validation",
        "assume_exists",
        "transport",
    )


@pytest.mark.parametrize("level", ["module", "cls", "function"])
@each_switch
def test_takes_each_switch_from_a_marker(pytester: pytest.Pytester, switch: str, level: str) -> None:
    source, value, _ = SWITCHES[switch]

    inner = run(pytester, module(source, **{level: f"{switch}={value}"}), "--strict-markers")

    assert inner.outcomes == {"passed": 1}


@each_switch
def test_takes_each_switch_from_the_ini_file(pytester: pytest.Pytester, switch: str) -> None:
    source, _, value = SWITCHES[switch]

    inner = run(pytester, module(source), "--strict-config", ini=f"fake_openai_{switch} = {value}")

    assert inner.outcomes == {"passed": 1}


@each_switch
def test_takes_each_switch_as_a_keyword_of_open(pytester: pytest.Pytester, switch: str) -> None:
    source, value, _ = SWITCHES[switch]

    inner = run(
        pytester,
        f"""{source}
def test_it(fake_openai_server):
    with fake_openai_server.open({switch}={value}) as fake:
        body(fake)
""",
    )

    assert inner.outcomes == {"passed": 1}


@pytest.mark.parametrize(
    ("markers", "outcome"),
    [
        ({}, "passed"),
        ({"module": "unused='fail'"}, "failed"),
        ({"module": "unused='fail'", "cls": "unused='allow'"}, "passed"),
        ({"module": "unused='fail'", "cls": "unused='allow'", "function": "unused='fail'"}, "failed"),
        ({"module": "unused='fail'", "function": "unused='allow'"}, "passed"),
    ],
    ids=["ini", "module", "class", "function", "function over module"],
)
def test_lets_the_nearest_say_win(pytester: pytest.Pytester, markers: dict[str, str], outcome: str) -> None:
    inner = run(pytester, module(UNUSED, **markers), ini="fake_openai_unused = allow")

    assert inner.outcomes == {outcome: 1}


def test_joins_switches_of_different_levels(pytester: pytest.Pytester) -> None:
    source = UNSCRIPTED + "    fake_openai.script('left', ToolCall('lookup'))\n    say(fake_openai.client, 'Hi')\n"

    inner = run(
        pytester,
        module(source, module="unscripted='echo'", function="validation='off'"),
        ini="fake_openai_unused = allow",
    )

    assert inner.outcomes == {"passed": 1}


WRONG = {
    "typo": (
        {"function": "unusde='allow'"},
        "fake_openai has no option 'unusde'; did you mean unused=? Its options are unscripted, unused, validation, "
        "guard, assume_exists, transport, models, api_keys.",
    ),
    "stranger": (
        {"cls": "colour='red'"},
        "fake_openai has no option 'colour'. Its options are unscripted, unused, validation, guard, "
        "assume_exists, transport, models, api_keys.",
    ),
    "value": ({"module": "unscripted='ecko'"}, "unscripted= takes 'refuse' or 'echo', got 'ecko'"),
    "three_values": (
        {"function": "validation=True"},
        "validation= takes 'known' or 'strict' or 'warn' or 'off', got True",
    ),
    "text_for_truth": ({"function": "guard='false'"}, "guard= takes True or False, got 'false'"),
    "number_for_truth": ({"function": "guard=0"}, "guard= takes True or False, got 0"),
    "positional": ({"function": "'echo', 1"}, "takes keywords only, got 'echo', 1"),
}


@pytest.mark.parametrize(("markers", "complaint"), WRONG.values(), ids=WRONG)
def test_fails_a_test_whose_marker_is_wrong(pytester: pytest.Pytester, markers: dict[str, str], complaint: str) -> None:
    inner = run(pytester, module("def body(fake_openai):\n    raise KeyError('the body ran')", **markers))

    assert inner.outcomes == {"failed": 1}
    assert inner.failure().longreprtext == f"@pytest.mark.fake_openai or an ini option is wrong: {complaint}"


def test_fails_a_wrong_marker_also_where_the_test_asks_for_the_fake_while_it_runs(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        @pytest.mark.fake_openai(unused="alow")
        def test_it(request):
            request.getfixturevalue("fake_openai")
        """,
    )

    assert inner.outcomes == {"failed": 1}
    assert inner.failure().longreprtext == (
        "@pytest.mark.fake_openai or an ini option is wrong: unused= takes 'fail' or 'allow', got 'alow'"
    )


def test_fails_every_test_with_a_fake_when_the_ini_file_is_wrong(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        def test_with(fake_openai): pass
        def test_without(): pass
        """,
        ini="fake_openai_guard = perhaps",
    )

    assert inner.outcomes == {"failed": 1, "passed": 1}
    assert inner.failure("test_with").longreprtext == (
        "@pytest.mark.fake_openai or an ini option is wrong: guard= takes True or False, got 'perhaps'"
    )


@pytest.mark.parametrize("value", ["true", "True", "false", "FALSE"])
def test_reads_truth_from_the_ini_file_in_any_case(pytester: pytest.Pytester, value: str) -> None:
    inner = run(pytester, module(GUARD), ini=f"fake_openai_guard = {value}")

    assert inner.outcomes == {"failed" if value.lower() == "true" else "passed": 1}


@pytest.mark.parametrize(
    ("option", "lines"),
    [
        (
            "--markers",
            ["@pytest.mark.fake_openai(unscripted=, *, guard=, assume_exists=, transport=, models=, *"],
        ),
        ("--fixtures", ["fake_openai -- *", "openai_client -- *", "async_openai_client -- *", "fake_openai_server *"]),
        ("--help", [f"*fake_openai_{switch} (string):" for switch in SWITCHES]),
    ],
)
def test_is_listed_where_pytest_lists_what_there_is(pytester: pytest.Pytester, option: str, lines: list[str]) -> None:
    inner = run(pytester, "", option)

    for line in lines:
        inner.result.stdout.fnmatch_lines([line])


def test_warns_of_a_reply_that_does_not_fit_where_validation_says_so(pytester: pytest.Pytester) -> None:
    source = module(VALIDATION, function="validation='warn'")

    inner = run(pytester, source, "-W", "default::pytest_fakeopenai.FakeOpenAIWarning")

    assert inner.outcomes == {"passed": 1, "warnings": 1}
    inner.result.stdout.fnmatch_lines(
        [
            "test_it.py::TestApp::test_it",
            "*FakeOpenAIWarning: fake_openai: the reply to request 1 does not fit: ToolCall('lookup', {}) calls a tool "
            "that the request does not offer (it offers no tool); a model that invents a tool is "
            "ToolCall(…, unchecked=True)",
        ]
    )


def test_fails_where_the_warning_of_a_misfit_is_an_error(pytester: pytest.Pytester) -> None:
    inner = run(pytester, module(VALIDATION, function="validation='warn'"))

    assert inner.outcomes == {"failed": 1}
    assert "FakeOpenAIWarning: fake_openai: the reply to request 1 does not fit" in inner.failure().longreprtext


LISTS = """
def test_it(fake_openai):
    client = fake_openai.client
    with pytest.raises(openai.AuthenticationError):
        say(client, "Hi")
    good = client.with_options(api_key="sk-2")
    assert say(good, "Hi")
    with pytest.raises(openai.NotFoundError):
        good.chat.completions.create(model="gpt-3", messages=[{"role": "user", "content": "Hi"}])
    assert [model.id for model in good.models.list()] == ["gpt-5", "gpt-4o"]
"""


@pytest.mark.parametrize("marked", [True, False], ids=["marker", "ini"])
def test_takes_the_models_and_keys_that_there_are(pytester: pytest.Pytester, marked: bool) -> None:
    marker = '@pytest.mark.fake_openai(models=["gpt-5", "gpt-4o"], api_keys=["sk-1", "sk-2"])' if marked else ""
    ini = "" if marked else "fake_openai_models = gpt-5, gpt-4o\nfake_openai_api_keys = sk-1 sk-2"

    inner = run(pytester, LISTS.replace("def test_it", f"{marker}\ndef test_it"), "--strict-config", ini=ini)

    assert inner.outcomes == {"passed": 1}


@pytest.fixture
def colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more option: a field, and nothing else."""
    option = Option(("red", "light blue"), "which colour it has")
    option.__set_name__(Settings, "colour")
    monkeypatch.setattr(Settings, "colour", option, raising=False)


@pytest.mark.usefixtures("colour")
def test_lists_a_new_option_wherever_options_are_listed(pytester: pytest.Pytester) -> None:
    run(pytester, "", "--help").result.stdout.re_match_lines([r" +fake_openai_colour \(string\):"])
    run(pytester, "", "--help").result.stdout.fnmatch_lines(["*which colour it has: red or light blue*"])
    run(pytester, "", "--markers").result.stdout.fnmatch_lines(["@pytest.mark.fake_openai(*api_keys=, colour=): *"])


@pytest.mark.usefixtures("colour")
@pytest.mark.parametrize(
    ("marker", "ini"), [("colour='green'", ""), ("", "fake_openai_colour = green")], ids=["marker", "ini"]
)
def test_checks_a_new_option_wherever_options_are_checked(pytester: pytest.Pytester, marker: str, ini: str) -> None:
    inner = run(pytester, module("def body(fake_openai): pass", function=marker), "--strict-config", ini=ini)

    assert inner.failure().longreprtext.endswith("colour= takes 'red' or 'light blue', got 'green'")
    assert Settings(colour="light blue").colour == "light blue"  # type: ignore[attr-defined]  # no field that mypy sees


@pytest.mark.usefixtures("colour")
def test_names_a_new_option_among_the_others(pytester: pytest.Pytester) -> None:
    inner = run(pytester, module("def body(fake_openai): pass", function="color='red'"))

    assert inner.failure().longreprtext.endswith(
        "did you mean colour=? Its options are unscripted, unused, validation, guard, assume_exists, transport, "
        "models, api_keys, colour."
    )
