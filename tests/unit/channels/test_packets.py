"""Packets as they go out: the same as Socket.IO's own, without the search for bytes."""

from __future__ import annotations

import pytest
from socketio.packet import EVENT, Packet

from channels import packets


@pytest.mark.parametrize(
    "data", [["message", {"seq": 1, "text": "ü 😀", "custom": {"a": [1, None]}}], ["state", "\ud800"]]
)
def test_a_packet_reads_like_socket_ios_own(data: list) -> None:
    class Text(packets.TextPacket):
        json = packets

    read = Packet(encoded_packet=Text(EVENT, data=data, namespace="/chat").encode())
    assert (read.packet_type, read.namespace, read.data) == (EVENT, "/chat", data)


def test_socket_io_still_searches_each_for_bytes() -> None:
    assert Packet.uses_binary_events
