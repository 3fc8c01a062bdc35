"""Realtime sessions: their settings and the answer to an SDP offer."""
