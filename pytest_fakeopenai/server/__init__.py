"""Bytes in, bytes out: the thread that serves, and the gate that tells tests apart. Knows no field of the API."""
