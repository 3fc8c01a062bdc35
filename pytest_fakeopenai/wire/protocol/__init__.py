"""The protocol: bodies, server-sent events, headers, errors, ids."""
