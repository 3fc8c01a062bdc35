"""The SDP answer to a client's offer: one that a client can read, though no media is received behind it."""

from __future__ import annotations

MEDIA_TYPE = "application/sdp"
_LINES = (
    "v=0",
    "o=- {number} 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1",
    "a=ice-lite",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 127.0.0.1",
    "a=mid:0",
    "a=rtpmap:111 opus/48000/2",
    "a=sendrecv",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 127.0.0.1",
    "a=mid:1",
    "a=sctp-port:5000",
)


def answer(number: int) -> str:
    """A session description with this session id; its lines end in CRLF."""
    return "".join(f"{line.format(number=number)}\r\n" for line in _LINES)
