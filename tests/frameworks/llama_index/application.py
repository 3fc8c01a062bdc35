"""A travel assistant on LlamaIndex: chat, tools, structured prediction, streams, vectors."""

from __future__ import annotations

from llama_index.core.llms import ChatMessage, ImageBlock, TextBlock
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI, OpenAIResponses
from pydantic import BaseModel

MODELS = {"chat": OpenAI, "responses": OpenAIResponses}


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str
    country: str


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


def answer(surface: str, question: str) -> str:
    """Answer, calling tools until there is nothing more to call."""
    model = MODELS[surface](model="gpt-4o")
    tool = FunctionTool.from_defaults(get_weather)
    history = [ChatMessage("Be brief.", role="system"), ChatMessage(question, role="user")]
    while True:
        response = model.chat_with_tools([tool], chat_history=history)
        history.append(response.message)
        calls = model.get_tool_calls_from_response(response, error_on_no_tool_call=False)
        if not calls:
            return str(response.message.content)
        history += [
            ChatMessage(
                str(tool(**call.tool_kwargs)),
                role="tool",
                additional_kwargs={"tool_call_id": call.tool_id, "call_id": call.tool_id},
            )
            for call in calls
        ]


async def stream(surface: str, question: str) -> str:
    """The text of a streamed answer."""
    chunks = await MODELS[surface](model="gpt-4o").astream_chat([ChatMessage(question)])
    return "".join([str(chunk.delta) async for chunk in chunks])


def extract(surface: str, text: str) -> City:
    """The city of a text."""
    return MODELS[surface](model="gpt-4o").structured_predict(City, PromptTemplate("Which city? {text}"), text=text)


def describe(url: str) -> str:
    """What a picture shows."""
    message = ChatMessage(role="user", blocks=[TextBlock(text="What is this?"), ImageBlock(url=url)])
    return str(OpenAI(model="gpt-4o").chat([message]).message.content)


def embed(texts: list[str]) -> list[list[float]]:
    """The vectors of texts."""
    return OpenAIEmbedding(model_name="text-embedding-3-small").get_text_embedding_batch(texts)
