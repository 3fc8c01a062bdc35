"""The travel agent's command: `python -m tests.application "Weather in Paris?"`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from .agent import Agent, AsyncAgent, ChatConversation, Conversation, ResponsesConversation, Trip, Unavailable


def main() -> int:
    """Answer the questions of the command line, then summarise if asked to; the exit status."""
    parser = argparse.ArgumentParser(prog="travel-agent")
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--responses", action="store_true", help="use the Responses API")
    parser.add_argument("--asynchronous", action="store_true", help="use the asynchronous client")
    parser.add_argument("--summary", action="store_true", help="end with a summary as JSON")
    options = parser.parse_args()
    conversation = ResponsesConversation() if options.responses else ChatConversation()
    try:
        if options.asynchronous:
            trip = asyncio.run(_converse_asynchronously(conversation, options.questions, options.summary))
        else:
            trip = _converse(conversation, options.questions, options.summary)
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 1
    if trip is not None:
        print(trip.model_dump_json())
    return 0


def _converse(conversation: Conversation, questions: list[str], summary: bool) -> Trip | None:
    with Agent(conversation) as agent:
        for question in questions:
            agent.ask(question, on_text=_show)
            print()
        return agent.summarise() if summary else None


async def _converse_asynchronously(conversation: Conversation, questions: list[str], summary: bool) -> Trip | None:
    async with AsyncAgent(conversation) as agent:
        for question in questions:
            await agent.ask(question, on_text=_show)
            print()
        return await agent.summarise() if summary else None


def _show(text: str) -> None:
    print(text, end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
