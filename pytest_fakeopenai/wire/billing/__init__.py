"""What a request and its answer are billed for: `prompt` counts the one, `answer` the other, by the API's arithmetic.

A model reads and says more than the texts: marks around each message, function tools as TypeScript, a JSON schema. What
these cost was worked out from recorded traffic. Audio and files are not counted, nor what the tools that the API runs
itself bring.
"""
