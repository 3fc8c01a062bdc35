"""What a failing test shows of an error that OpenAI's client or a fake raised: the frames of the application."""

from __future__ import annotations

import pytest

from .support import run, section

APPLICATION = """
    def ask(client=None, **more):
        return say(client or openai.OpenAI(max_retries=0), "Hi", **more)
"""
ERRORS = {
    "miss": (
        """
    def test_it(fake_openai):
        fake_openai.script("one")
        ask()
        ask()
    """,
        "fake_openai has no reply for request 2",
    ),
    "refused": (
        """
    def test_it(fake_openai):
        ask(temperature=7)
    """,
        "openai.BadRequestError: Error code: 400 - ",
    ),
    "scripted": (
        """
    def test_it(fake_openai):
        fake_openai.script(RateLimit())
        ask()
    """,
        "openai.RateLimitError: Error code: 429",
    ),
    "guarded": (
        """
    def test_it(fake_openai):
        ask(openai.OpenAI(base_url="https://api.openai.com/v1"))
    """,
        "EscapedClientError: fake_openai stopped OpenAI(",
    ),
    "cut": (
        """
    def test_it(fake_openai):
        fake_openai.script(Disconnect())
        ask()
    """,
        "openai.APIConnectionError: Connection error.",
    ),
    "late": (
        """
    def test_it(fake_openai):
        fake_openai.script(Timeout())
        ask(timeout=0.1)
    """,
        "openai.APITimeoutError: Request timed out.",
    ),
    "streamed": (
        """
    def test_it(fake_openai):
        fake_openai.script(Reply("one", ServerError()))
        for chunk in ask(stream=True): pass
    """,
        "openai.APIError: The server had an error",
    ),
    "asynchronous": (
        """
    import asyncio

    async def ask_async(client):
        await client.responses.create(model="gpt-5", input="Hi", temperature=7)

    def test_it(async_openai_client):
        asyncio.run(ask_async(async_openai_client))
    """,
        "openai.BadRequestError: Error code: 400",
    ),
    "wrapped": (
        """
    def test_it(fake_openai):
        fake_openai.script(ApiError(404, "gone"))
        try:
            ask()
        except openai.NotFoundError as error:
            raise LookupError("agent") from error
    """,
        "LookupError: agent",
    ),
    "while handled": (
        """
    def test_it(fake_openai):
        fake_openai.script(ApiError(404, "gone"))
        try:
            ask()
        except openai.NotFoundError as error:
            error.missing
    """,
        "AttributeError: ",
    ),
}


def frames(text: str) -> list[str]:
    """The files of the frames that a report shows."""
    heads = [line.partition(":") for line in text.splitlines() if line and not line.startswith((" ", ">", "E"))]
    return [file for file, colon, rest in heads if colon and file.endswith(".py") and rest[:1].isdigit()]


@pytest.mark.parametrize("style", ["auto", "long", "short"])
@pytest.mark.parametrize("name", ERRORS)
def test_shows_the_frames_of_the_application_alone(pytester: pytest.Pytester, name: str, style: str) -> None:
    source, error = ERRORS[name]
    text = run(pytester, APPLICATION + source, f"--tb={style}").failure().longreprtext

    assert error in text
    assert set(frames(text)) == {"test_it.py"}
    assert len(text.splitlines()) < 70
    assert "site-packages" not in text


@pytest.mark.parametrize("name", ["miss", "guarded", "cut"])
def test_shows_all_where_that_is_asked_for(pytester: pytest.Pytester, name: str) -> None:
    text = run(pytester, APPLICATION + ERRORS[name][0], "--full-trace").failure().longreprtext

    assert any("openai" in file for file in frames(text))


def test_cuts_the_style_of_python(pytester: pytest.Pytester) -> None:
    text = run(pytester, APPLICATION + ERRORS["miss"][0], "--tb=native").failure().longreprtext

    assert 'test_it.py", line' in text
    assert "_base_client.py" not in text


def test_leaves_other_errors_whole(pytester: pytest.Pytester) -> None:
    source = """
    import json

    def test_it(fake_openai):
        json.loads("{")
    """
    assert any(file.endswith("decoder.py") for file in frames(run(pytester, source).failure().longreprtext))


def test_leaves_errors_whole_where_no_fake_is(pytester: pytest.Pytester) -> None:
    source = """
    def test_it():
        openai.OpenAI(api_key="x", base_url="http://127.0.0.1:1/v1", max_retries=0).models.list()
    """
    assert any("openai" in file for file in frames(run(pytester, source).failure().longreprtext))


def test_keeps_the_frames_of_an_application_that_is_installed(pytester: pytest.Pytester) -> None:
    installed = pytester.mkdir("venv") / "site-packages"
    for folder in (installed / "shop", installed / "framework", pytester.path / "src" / "shop"):
        folder.mkdir(parents=True)
        folder.joinpath("__init__.py").write_text("def call(function):\n    return function()\n")
    source = f"""
    import sys
    sys.path.insert(0, {str(installed)!r})
    import framework, shop

    def test_it(fake_openai):
        fake_openai.script(ApiError(404, "gone"))
        framework.call(lambda: shop.call(ask))
    """
    text = run(pytester, APPLICATION + source, "--tb=short").failure().longreprtext

    assert "shop" in text
    assert [file for file in frames(text) if "framework" in file] == []
    assert [file for file in frames(text) if "shop" in file] == ["venv/site-packages/shop/__init__.py"]


def test_keeps_the_cause_of_a_fault_of_our_own(pytester: pytest.Pytester) -> None:
    source = """
    def test_it(fake_openai, monkeypatch):
        from pytest_fakeopenai.pipeline import authentication
        monkeypatch.setattr(authentication, "enforce", None)
        with contextlib.suppress(openai.APIStatusError):
            ask()
    """
    text = run(pytester, APPLICATION + source).failure().longreprtext

    assert "fake_openai failed on request 1: TypeError" in text
    assert any("authentication.py" in file for file in frames(text))


def test_tells_of_problems_behind_a_failure_of_the_test_itself(pytester: pytest.Pytester) -> None:
    source = """
    def test_it(fake_openai):
        fake_openai.script("one")
        ask()
        with contextlib.suppress(openai.APIStatusError):
            ask()
        assert 1 == 2
    """
    report = run(pytester, APPLICATION + source).failure()

    assert "assert 1 == 2" in report.longreprtext
    assert (section(report, "fake_openai problems") or "").startswith("fake_openai has no reply for request 2: POST")


@pytest.mark.parametrize("name", ["miss", "refused"])
def test_tells_no_problem_twice_that_the_error_shows_as_it_is(pytester: pytest.Pytester, name: str) -> None:
    report = run(pytester, APPLICATION + ERRORS[name][0]).failure()

    is_written_out = name == "refused" or "E         script: no reply left" in report.longreprtext.splitlines()
    assert (section(report, "fake_openai problems") is None) == is_written_out
    assert report.longreprtext.count("Error code: 400") == 1
