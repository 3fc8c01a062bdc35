"""A travel agent on OpenAI's API: two tools, streamed answers, a structured summary.

Written as any user of `openai` would write it: the client takes its address and its key from the environment.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

import openai
from pydantic import BaseModel

MODEL = "gpt-4.1"
SMALLER_MODEL = "gpt-4.1-mini"
SYSTEM = "You are a travel agent. Be brief."
REMEMBERED_TURNS = 5
SUMMARISE = "Summarise the trip that we spoke about."

BUSY = "We are very busy at the moment; please ask again in a minute."
LOST = "The connection was lost in the middle of the answer; please ask again."
DOWN = "Our travel agent cannot be reached at the moment; please try again later."

# Clients before 3.0 let their HTTP library's own errors through when a stream breaks.
TransportError: type[Exception] = getattr(sys.modules.get("httpx"), "TransportError", openai.APIConnectionError)
FAILURES = (openai.APIError, TransportError)


class Unavailable(Exception):
    """There is no answer; the message is fit for the person who asked."""


class Trip(BaseModel):
    """What the conversation came to."""

    city: str
    nights: int
    remarks: list[str]


def get_weather(city: str) -> str:
    """The weather in a city."""
    forecasts = {"Paris": "21 °C, sunny", "Oslo": "9 °C, rain"}
    return forecasts.get(city, "unknown")


def convert_currency(amount: float, source: str, target: str) -> str:
    """An amount of money in another currency."""
    euros = {"EUR": 1.0, "USD": 0.8, "NOK": 0.1}
    return f"{amount * euros[source] / euros[target]:.2f} {target}"


TOOLS: dict[str, Callable[..., str]] = {"get_weather": get_weather, "convert_currency": convert_currency}


def _function(name: str, **parameters: str) -> dict[str, Any]:
    properties = {parameter: {"type": kind} for parameter, kind in parameters.items()}
    schema = {"type": "object", "properties": properties, "required": [*parameters], "additionalProperties": False}
    return {"name": name, "description": TOOLS[name].__doc__, "parameters": schema, "strict": True}


FUNCTIONS = [
    _function("get_weather", city="string"),
    _function("convert_currency", amount="number", source="string", target="string"),
]


def use_tool(name: str, arguments: str) -> str:
    """What a tool says; a mistake of the model is told to the model, so that it can mend it."""
    if name not in TOOLS:
        return f"error: there is no tool {name}; there are {', '.join(TOOLS)}"
    try:
        return TOOLS[name](**json.loads(arguments))
    except json.JSONDecodeError:
        return f"error: the arguments of {name} are not valid JSON"
    except (TypeError, KeyError):
        return f"error: wrong arguments for {name}"


class Conversation:
    """What has been said, and what to ask the API next; a subclass for each of OpenAI's two interfaces."""

    def __init__(self, system: str = SYSTEM) -> None:
        self.system = system
        self.model = MODEL
        self.question = ""
        self.text = ""

    def ask(self, question: str) -> None:
        """Begin a turn; a turn that was never finished is forgotten."""
        self.question = question
        self.model = MODEL

    def stream(self, client: Any) -> Any:
        """Ask for the next step of the turn as a stream."""
        raise NotImplementedError

    def read(self, event: Any) -> str:
        """Take in an event of the stream; the text that it adds to the answer."""
        raise NotImplementedError

    def finish(self) -> bool:
        """End a step: whether it was the answer; otherwise the tools that it calls have been used."""
        raise NotImplementedError

    def parse(self, client: Any) -> Any:
        """Ask for the summary."""
        raise NotImplementedError

    def parsed(self, answer: Any) -> Trip | None:
        """The summary in what came back; None where the model refused."""
        raise NotImplementedError

    def shorten(self) -> bool:
        """Forget something, whether there was anything to forget."""
        raise NotImplementedError

    def recover(self, error: Exception) -> None:
        """Make ready for another try, or give up with Unavailable."""
        if isinstance(error, openai.RateLimitError):
            if self.model == SMALLER_MODEL:
                raise Unavailable(BUSY) from error
            self.model = SMALLER_MODEL
        elif not (getattr(error, "code", None) == "context_length_exceeded" and self.shorten()):
            raise Unavailable(LOST if self.text else DOWN) from error


class ChatConversation(Conversation):
    """A conversation over chat completions: we remember the last turns."""

    def __init__(self, system: str = SYSTEM) -> None:
        super().__init__(system)
        self._turns: list[list[dict[str, Any]]] = []
        self._turn: list[dict[str, Any]] = []
        self._calls: list[dict[str, Any]] = []

    def ask(self, question: str) -> None:
        super().ask(question)
        self._turn = [{"role": "user", "content": question}]

    def _messages(self, turn: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"role": "system", "content": self.system}, *itertools.chain(*self._turns), *turn]

    def stream(self, client: Any) -> Any:
        self.text, self._calls = "", []
        tools = [{"type": "function", "function": function} for function in FUNCTIONS]
        messages = self._messages(self._turn)
        return client.chat.completions.create(model=self.model, messages=messages, tools=tools, stream=True)

    def read(self, event: Any) -> str:
        text = ""
        for choice in event.choices:
            text += choice.delta.content or choice.delta.refusal or ""
            for call in choice.delta.tool_calls or ():
                self._add(call)
        self.text += text
        return text

    def _add(self, call: Any) -> None:
        if call.index == len(self._calls):
            function = {"name": call.function.name, "arguments": ""}
            self._calls.append({"id": call.id, "type": "function", "function": function})
        self._calls[call.index]["function"]["arguments"] += call.function.arguments or ""

    def finish(self) -> bool:
        calls = {"tool_calls": self._calls} if self._calls else {}
        self._turn.append({"role": "assistant", "content": self.text or None, **calls})
        for call in self._calls:
            output = use_tool(call["function"]["name"], call["function"]["arguments"])
            self._turn.append({"role": "tool", "tool_call_id": call["id"], "content": output})
        if not self._calls:
            self._turns = [*self._turns, self._turn][-REMEMBERED_TURNS:]
        return not self._calls

    def parse(self, client: Any) -> Any:
        self.text = ""
        messages = self._messages([{"role": "user", "content": SUMMARISE}])
        return client.beta.chat.completions.parse(model=self.model, messages=messages, response_format=Trip)

    def parsed(self, answer: Any) -> Trip | None:
        trip: Trip | None = answer.choices[0].message.parsed
        return trip

    def shorten(self) -> bool:
        forgotten, self._turns = self._turns[:1], self._turns[1:]
        return bool(forgotten)


class ResponsesConversation(Conversation):
    """A conversation over Responses: the API remembers it, we remember its end."""

    def __init__(self, system: str = SYSTEM) -> None:
        super().__init__(system)
        self._end: str | None = None  # of the last turn that was finished
        self._step: str | None = None  # of the turn in progress
        self._input: list[dict[str, Any]] = []
        self._response: Any = None

    def ask(self, question: str) -> None:
        super().ask(question)
        self._step = self._end
        self._input = [{"role": "user", "content": question}]

    def _options(self) -> dict[str, Any]:
        return {"model": self.model, "instructions": self.system}

    def stream(self, client: Any) -> Any:
        self.text = ""
        return client.responses.create(
            **self._options(),
            input=self._input,
            tools=[{"type": "function", **function} for function in FUNCTIONS],
            previous_response_id=self._step,
            stream=True,
        )

    def read(self, event: Any) -> str:
        if event.type in ("response.completed", "response.incomplete"):
            self._response = event.response
        if event.type not in ("response.output_text.delta", "response.refusal.delta"):
            return ""
        text: str = event.delta
        self.text += text
        return text

    def finish(self) -> bool:
        self._step = self._response.id
        calls = [item for item in self._response.output if item.type == "function_call"]
        self._input = [
            {"type": "function_call_output", "call_id": call.call_id, "output": use_tool(call.name, call.arguments)}
            for call in calls
        ]
        if not calls:
            self._end = self._step
        return not calls

    def parse(self, client: Any) -> Any:
        self.text = ""
        previous = self._end
        return client.responses.parse(
            **self._options(), input=SUMMARISE, text_format=Trip, previous_response_id=previous
        )

    def parsed(self, answer: Any) -> Trip | None:
        trip: Trip | None = answer.output_parsed
        return trip

    def shorten(self) -> bool:
        if self._step is None:
            return False
        self._end = None
        self.ask(self.question)
        return True


def _ignore(text: str) -> None:
    """Show nothing."""


class Agent:
    """Answers questions; the client is made from the environment unless one is given."""

    def __init__(self, conversation: Conversation, client: openai.OpenAI | None = None) -> None:
        self.conversation = conversation
        self.client = client or openai.OpenAI()

    def __enter__(self) -> Agent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def ask(self, question: str, on_text: Callable[[str], None] = _ignore) -> str:
        """The answer, shown piece by piece as it comes; Unavailable when there is none."""
        self.conversation.ask(question)
        while True:
            try:
                for event in self.conversation.stream(self.client):
                    if text := self.conversation.read(event):
                        on_text(text)
            except FAILURES as error:
                self.conversation.recover(error)
            else:
                if self.conversation.finish():
                    return self.conversation.text

    def summarise(self) -> Trip | None:
        """The trip spoken about; None when the model refuses, Unavailable when there is no answer."""
        while True:
            try:
                return self.conversation.parsed(self.conversation.parse(self.client))
            except FAILURES as error:
                self.conversation.recover(error)


class AsyncAgent:
    """Answers questions asynchronously; the client is made from the environment unless one is given."""

    def __init__(self, conversation: Conversation, client: openai.AsyncOpenAI | None = None) -> None:
        self.conversation = conversation
        self.client = client or openai.AsyncOpenAI()

    async def __aenter__(self) -> AsyncAgent:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close()

    async def ask(self, question: str, on_text: Callable[[str], None] = _ignore) -> str:
        """The answer, shown piece by piece as it comes; Unavailable when there is none."""
        self.conversation.ask(question)
        while True:
            try:
                async for event in await self.conversation.stream(self.client):
                    if text := self.conversation.read(event):
                        on_text(text)
            except FAILURES as error:
                self.conversation.recover(error)
            else:
                if self.conversation.finish():
                    return self.conversation.text

    async def summarise(self) -> Trip | None:
        """The trip spoken about; None when the model refuses, Unavailable when there is no answer."""
        while True:
            try:
                return self.conversation.parsed(await self.conversation.parse(self.client))
            except FAILURES as error:
                self.conversation.recover(error)
