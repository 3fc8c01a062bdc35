"""One test's state: its script, the requests it recorded, and what the API remembers."""
