"""Many tests in several workers and in any order: no cross-talk, and nothing left behind."""

from __future__ import annotations

import json

import pytest

from .support import run

MANY = """
import threading

@pytest.mark.parametrize("n", range(100))
def test_sync(fake_openai, openai_client, n):
    fake_openai.script(f"answer {n}", RateLimit(), f"again {n}")
    assert [say(openai_client, f"{word} {n}").choices[0].message.content for word in ("question", "more")] == [
        f"answer {n}", f"again {n}"
    ]
    assert [request.text for request in fake_openai.requests] == [f"question {n}", f"more {n}", f"more {n}"]

@pytest.mark.parametrize("n", range(100))
def test_streamed(fake_openai, openai_client, n):
    fake_openai.script(Reply(f"answer {n} in pieces", pace=Pace(between=0.0005)))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in say(openai_client, f"question {n}", stream=True))
    assert text == f"answer {n} in pieces"
    assert fake_openai.requests.only.text == f"question {n}"

@pytest.mark.asyncio
@pytest.mark.parametrize("n", range(100))
async def test_async(fake_openai, async_openai_client, n):
    fake_openai.script(f"answer {n}")
    response = await async_openai_client.responses.create(model="gpt-5", input=f"question {n}")
    assert response.output_text == f"answer {n}"
    assert fake_openai.requests.only.text == f"question {n}"

@pytest.mark.asyncio
@pytest.mark.parametrize("n", range(80))
async def test_async_streamed(fake_openai, async_openai_client, n):
    fake_openai.script(Chunks("answer ", str(n)))
    stream = await say(async_openai_client, f"question {n}", stream=True)
    assert "".join([chunk.choices[0].delta.content or "" async for chunk in stream]) == f"answer {n}"
    assert fake_openai.requests.only.text == f"question {n}"

@pytest.mark.parametrize("n", range(60))
def test_threads(fake_openai, openai_client, n):
    answers = {}
    def ask(who):
        answers[who] = say(openai_client, f"{who} {n}").choices[0].message.content
    for who in ("ann", "bob"):
        fake_openai.when(text=who).script(lambda request: f"reply to {request.text}")
    threads = [threading.Thread(target=ask, args=(who,)) for who in ("ann", "bob")]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert answers == {"ann": f"reply to ann {n}", "bob": f"reply to bob {n}"}

@pytest.mark.parametrize("n", range(40))
def test_echo_and_store(fake_openai, openai_client, n):
    response = openai_client.responses.create(model="gpt-5", input=f"question {n}")
    assert openai_client.responses.retrieve(response.id).output_text == f"question {n}"
    assert len(fake_openai.requests) == 2

@pytest.mark.parametrize("n", range(20))
def test_environment(fake_openai, n):
    fake_openai.script(f"answer {n}")
    with openai.OpenAI() as client:
        assert say(client, f"question {n}").choices[0].message.content == f"answer {n}"
    assert fake_openai.requests.only.text == f"question {n}"
"""
# The connections of the process are those of its sockets; where there is no /proc, threads and tasks must do.
WITNESS = """
import asyncio, gc, json, os, pathlib, threading
import pytest

def sockets():
    folder = pathlib.Path("/proc/self/fd")
    names = []
    for entry in folder.iterdir() if folder.exists() else ():
        try:
            names.append(os.readlink(entry))
        except OSError:
            pass
    return sum(name.startswith(("socket:", "anon_inode:")) for name in names)

def tasks():
    gc.collect()
    return sum(issubclass(type(each), asyncio.Task) and not each.done() for each in gc.get_objects())

def state():
    return {"tasks": tasks(), "threads": sorted(t.name for t in threading.enumerate()), "sockets": sockets()}

before = {}

@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart():
    before.update(state())

@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        worker = session.config.workerinput["workerid"]
        counts = {"before": before, "after": state()}
        (session.config.rootpath / f"{worker}.json").write_text(json.dumps(counts))
"""


def test_runs_many_tests_in_any_order_without_cross_talk_or_leak(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(WITNESS)

    inner = run(pytester, MANY, "-n", "4", "-p", "randomly", where="subprocess")

    assert inner.outcomes == {"passed": 500}
    assert "randomly-seed" in inner.output
    reports = {path.name: json.loads(path.read_text()) for path in pytester.path.glob("gw*.json")}
    assert sorted(reports) == ["gw0.json", "gw1.json", "gw2.json", "gw3.json"]
    for worker, report in reports.items():
        assert report["after"] == report["before"], worker
