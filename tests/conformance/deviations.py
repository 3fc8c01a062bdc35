"""Where OpenAI's published description is known to be wrong about an answer."""

from __future__ import annotations

from typing import NamedTuple


class Wrong(NamedTuple):
    """What the description gets wrong about the answers of some families, and what is so instead."""

    families: str
    place: str
    problem: str
    why: str


_OF_RESPONSES = "responses stored_responses"
_EVERY_RESPONSE = f"{_OF_RESPONSES} errors"
_KEPT = "a completion that is kept repeats its request, as the description's own example does"
_PADDED = "deltas are padded, which the description says of chunks only"
_EMPTY_PAGE = "a page without elements has no first and no last"
_OF_MESSAGES = "messages of a request are listed, and these are described as if they were answers"

WRONG = [
    Wrong("chat_completions", "ChatCompletionMessageToolCallChunk.custom", "undocumented", "custom calls stream too"),
    Wrong("chat_completions", "ChatCompletionMessageToolCallChunk.type", 'enum of "custom"', "custom calls stream too"),
    Wrong(
        "chat_completions",
        "CreateChatCompletionResponse.choices[].logprobs",
        "missing",
        "reasoning models leave the key out where log probabilities were not asked for",
    ),
    Wrong("chat_completions", "CreateChatCompletionResponse.system_fingerprint", "null", "most new models have none"),
    Wrong(
        "chat_completions", "CreateChatCompletionStreamResponse.system_fingerprint", "null", "most new models have none"
    ),
    Wrong(
        "legacy_completions",
        "CompletionUsage.completion_tokens",
        "missing",
        "the figure is left out where nothing was generated",
    ),
    Wrong(
        "legacy_completions errors",
        "CreateCompletionResponse.choices[].finish_reason",
        "null",
        "chunks are described as if each were the last",
    ),
    Wrong(
        "legacy_completions",
        "CreateCompletionResponse.choices[].logprobs.top_logprobs",
        "null",
        "no alternatives were asked for",
    ),
    Wrong("legacy_completions", "CreateCompletionResponse.usage", "null", "only the last chunk counts"),
    Wrong("embeddings", "Embedding.embedding", "string", "base64 is a string"),
    Wrong(_OF_RESPONSES, "CustomToolCall.status", "undocumented", "custom calls have a status like any other"),
    Wrong(_OF_RESPONSES, "Response.billing", "undocumented", "finished responses tell who pays"),
    Wrong(_EVERY_RESPONSE, "Response.frequency_penalty", "undocumented", "it is repeated though nobody can set it"),
    Wrong(_EVERY_RESPONSE, "Response.presence_penalty", "undocumented", "it is repeated though nobody can set it"),
    Wrong(_EVERY_RESPONSE, "Response.store", "undocumented", "it is repeated"),
    Wrong(_EVERY_RESPONSE, "Response.tool_usage", "undocumented", "it has been in every response since June 2026"),
    Wrong(_EVERY_RESPONSE, "Response.usage", "null", "nothing is counted before the end"),
    Wrong(_EVERY_RESPONSE, "Response.user", "null", "it is null where the request has none"),
    Wrong(_OF_RESPONSES, "ResponseCustomToolCallInputDeltaEvent.obfuscation", "undocumented", _PADDED),
    Wrong(_OF_RESPONSES, "ResponseFunctionCallArgumentsDeltaEvent.obfuscation", "undocumented", _PADDED),
    Wrong(_OF_RESPONSES, "ResponseReasoningSummaryTextDeltaEvent.obfuscation", "undocumented", _PADDED),
    Wrong(_EVERY_RESPONSE, "ResponseTextDeltaEvent.obfuscation", "undocumented", _PADDED),
    Wrong(_OF_RESPONSES, "ResponseFunctionCallArgumentsDoneEvent.name", "missing", "only the item itself has the name"),
    Wrong(_OF_RESPONSES, "TextResponseFormatJsonSchema.description", "null", "it is null where the request has none"),
    Wrong("responses", "MCPTool.server_description", "null", "it is null where the request has none"),
    Wrong("responses", "WebSearchTool.return_token_budget", "undocumented", "the tool is repeated with its defaults"),
    Wrong("responses", "WebSearchTool.search_content_types", "undocumented", "the tool is repeated with its defaults"),
    Wrong(_OF_RESPONSES, "ResponseLogProb.bytes", "undocumented", "events have the bytes that items have"),
    Wrong(
        _OF_RESPONSES, "ResponseLogProb.top_logprobs[].bytes", "undocumented", "events have the bytes that items have"
    ),
    Wrong("vector_stores", "VectorStoreObject.description", "undocumented", "it is repeated"),
    Wrong("errors", "ResponseError.code", 'enum of "insufficient_quota"', "running out of credit is another code"),
    Wrong("errors", "ErrorResponse.status", "undocumented", "an error that turns a key away says the status again"),
    Wrong("errors", "ResponseErrorEvent.error", "undocumented", "the error is an object of its own"),
    Wrong("errors", "ResponseErrorEvent.code", "missing", "the error is an object of its own"),
    Wrong("errors", "ResponseErrorEvent.message", "missing", "the error is an object of its own"),
    Wrong("errors", "ResponseErrorEvent.param", "missing", "the error is an object of its own"),
    *[
        Wrong("stored_chat_completions", f"CreateChatCompletionResponse.{name}", "undocumented", _KEPT)
        for name in (
            *("request_id", "tool_choice", "seed", "top_p", "temperature", "presence_penalty", "frequency_penalty"),
            *("input_user", "tools", "response_format"),
        )
    ],
    Wrong("stored_chat_completions", "ChatCompletionResponseMessage.refusal", "missing", _KEPT),
    Wrong("stored_chat_completions", "ChatCompletionResponseMessage.tool_calls", "null", _KEPT),
    Wrong("stored_chat_completions", "ChatCompletionResponseMessage.function_call", "null", _KEPT),
    Wrong("stored_chat_completions", "ChatCompletionMessageList.data[].name", "undocumented", _OF_MESSAGES),
    Wrong("stored_chat_completions", "ChatCompletionMessageList.data[].refusal", "missing", _OF_MESSAGES),
    Wrong("stored_chat_completions", "ChatCompletionMessageList.data[].role", 'enum of "user"', _OF_MESSAGES),
    Wrong("files", "OpenAIFile.status_details", "null", "it is always there"),
    Wrong("files", "OpenAIFile.expires_at", "null", "files that do not expire say so"),
    Wrong("files", "Upload.file.status_details", "null", "it is always there"),
    Wrong("files", "Upload.file.expires_at", "null", "files that do not expire say so"),
    *[
        Wrong("stored_chat_completions", f"{page}.{end}", "null", _EMPTY_PAGE)
        for page in ("ChatCompletionList", "ChatCompletionMessageList")
        for end in ("first_id", "last_id")
    ],
]
