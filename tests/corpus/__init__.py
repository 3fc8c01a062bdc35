"""Requests that are sent in earnest: by the SDK's examples and tests, OpenAI's documentation, and frameworks.

Each JSON file beside this module is a list of objects with `method`, `path` and `body`, and `source`, where it was
seen. One with `refused` has values that are but placeholders, and holds the words of the error. `python -m
tests.corpus.distil` makes `sdk.json` and `documentation.json`.
"""
