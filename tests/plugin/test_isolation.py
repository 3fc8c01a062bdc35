"""What one test does never shows in another."""

from __future__ import annotations

import pytest

from .support import run

LATE = """
import queue, threading

jobs, answers = queue.Queue(), queue.Queue()

def background(client):
    jobs.get(timeout=20)
    try:
        say(client, "Am I late?")
    except openai.APIStatusError as error:
        answers.put((error.status_code, error.code))

def test_first(fake_openai, openai_client):
    fake_openai.script("one")
    say(openai_client, "Hi")
    threading.Thread(target=background, args=(openai_client,)).start()

def test_second(fake_openai, openai_client):
    fake_openai.script("two")
    jobs.put("go")
    assert answers.get(timeout=20) == (410, "test_is_over")
    assert say(openai_client, "Ho").choices[0].message.content == "two"
    assert [request.text for request in fake_openai.requests] == ["Ho"]
"""


@pytest.mark.parametrize("options", [(), ("-n", "2", "--dist", "loadfile")], ids=["alone", "workers"])
def test_refuses_a_late_request_and_warns_of_the_test_it_belongs_to(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    inner = run(pytester, LATE, *options, where="subprocess" if options else "here")

    assert inner.outcomes == {"passed": 2, "warnings": 1}
    inner.result.stdout.fnmatch_lines(
        [
            "*warnings summary*",
            "test_it.py::test_first",
            "*FakeOpenAIWarning: fake_openai: a request to /v1/chat/completions came after test_it.py::test_first had "
            "ended; it was answered 410. Does a background task outlive its test?",
        ]
    )


def test_reports_a_request_that_comes_after_the_last_test(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        clients = []

        @pytest.fixture(scope="session", autouse=True)
        def lingering(fake_openai_server):
            yield
            with pytest.raises(openai.APIStatusError) as late:
                say(clients[0], "Am I late?")
            assert late.value.status_code == 410

        def test_it(openai_client):
            clients.append(openai_client)
        """,
    )

    assert inner.outcomes == {"passed": 1, "warnings": 1}
    inner.result.stdout.fnmatch_lines(["test_it.py::test_it", "*came after test_it.py::test_it had ended;*"])


def test_keeps_no_fake_of_a_finished_test_in_memory(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        import gc, weakref

        fakes = []

        @pytest.mark.parametrize("turn", [1, 2, 3])
        def test_it(fake_openai, openai_client, turn):
            fake_openai.script("one")
            say(openai_client, "Hi")
            fakes.append(weakref.ref(fake_openai))

        def test_last():
            gc.collect()
            assert [fake() for fake in fakes] == [None] * 3
        """,
    )

    assert inner.outcomes == {"passed": 4}


def test_cuts_what_is_still_being_answered_when_a_test_ends(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        import threading

        heard = []

        def read(client):
            try:
                with say(client, "Hi", stream=True) as stream:
                    heard.extend(chunk.choices[0].delta.content for chunk in stream)
            except Exception:  # the SDK's or, from older ones, its HTTP library's
                heard.append("(cut)")

        def test_first(fake_openai, openai_client):
            gate = fake_openai.gate()
            fake_openai.script(Reply("Hel", gate, "lo"))
            global thread
            thread = threading.Thread(target=read, args=(openai_client.with_options(max_retries=0),))
            thread.start()
            gate.wait_reached()

        def test_second(fake_openai):
            thread.join(20)
            assert heard == ["", "Hel", "(cut)"]
            assert len(fake_openai.requests) == 0
        """,
    )

    assert inner.outcomes == {"passed": 2}


def test_hands_no_reply_rule_or_stored_object_on(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        @pytest.mark.parametrize("turn", [1, 2, 3])
        def test_it(fake_openai, openai_client, turn):
            assert len(fake_openai.requests) == 0
            assert fake_openai.pace == Pace()
            with pytest.raises(openai.NotFoundError):
                openai_client.responses.retrieve(IDS[0] if IDS else "resp_none")
            first = openai_client.responses.create(model="gpt-5", input="Hi")
            IDS.append(first.id)
            assert first.output_text == "Hi"
            assert first.created_at == IDS.setdefault_time(first.created_at)
            assert len(set(IDS)) == 1
            fake_openai.when(text="Hi").always(f"rule {turn}")
            fake_openai.otherwise(f"otherwise {turn}")
            fake_openai.pace = Pace(first=0.001)
            assert openai_client.responses.create(model="gpt-5", input="Hi").output_text == f"rule {turn}"
            assert openai_client.responses.create(model="gpt-5", input="Ho").output_text == f"otherwise {turn}"

        class Ids(list):
            time = None
            def setdefault_time(self, time):
                self.time = self.time or time
                return self.time

        IDS = Ids()
        """,
    )

    assert inner.outcomes == {"passed": 3}


def test_warns_of_what_goes_wrong_when_the_test_has_been_judged(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture
        def application(fake_openai, openai_client):
            yield
            with contextlib.suppress(openai.APIError):
                say(openai_client, "Goodbye")

        def test_it(application, fake_openai, openai_client):
            fake_openai.script("Hello")
            say(openai_client, "Hi")
        """,
    )
    assert result.outcomes == {"passed": 1, "warnings": 1}
    assert "after the test was judged: fake_openai has no reply for request 2" in result.output
