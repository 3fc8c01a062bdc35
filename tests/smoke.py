"""What an installed wheel must be able to do; `.ci/run` runs it outside the checkout."""

from __future__ import annotations

import openai

from pytest_fakeopenai import FakeOpenAI


def test_answers_the_application(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!", "Goodbye!")
    client = openai.OpenAI()
    assert client.responses.create(model="gpt-4o", input="Hi").output_text == "Hello!"
    stream = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Bye"}], stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "Goodbye!"
    assert [request.text for request in fake_openai.requests] == ["Hi", "Bye"]
    client.close()


def test_remembers_what_the_application_keeps(fake_openai: FakeOpenAI) -> None:
    with openai.OpenAI() as client:
        file = client.files.create(file=("a.txt", b"A cat sat on the mat."), purpose="assistants")
        store = client.vector_stores.create(name="cats", file_ids=[file.id])
        (result,) = client.vector_stores.search(store.id, query="Where did the cat sit?")
    assert result.content[0].text == "A cat sat on the mat."
