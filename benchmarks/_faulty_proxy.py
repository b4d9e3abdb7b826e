"""A proxy on 127.0.0.1 that treats requests as a bad network does: drops, delays, duplicates and cuts, by a seed."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections import Counter

#: What may happen to a request, and how often in a hundred; otherwise it passes.
FAULTS = {
    "dropped": 4,  # never reaches the server
    "cut_request": 4,  # half of it does
    "delayed": 10,
    "duplicated": 7,  # the server gets it twice, the second time while the first runs or after it
    "dropped_answer": 6,  # done, and nobody hears of it
    "cut_answer": 9,  # the answer ends somewhere
}
_LONGEST_BODY = 16_000_000
_WAIT = 40.0


class FaultyProxy:
    """Listens on a free port and hands every request to the server, or not. One request a connection."""

    def __init__(self, target: tuple[str, int], seed: int) -> None:
        self.target, self.happened = target, Counter[str]()
        self._random, self._lock = random.Random(seed), threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more requests."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _choose(self) -> tuple[str, float]:
        with self._lock:
            names = [*FAULTS, "passed"]
            weights = [*FAULTS.values(), 100 - sum(FAULTS.values())]
            fault = self._random.choices(names, weights)[0]
            self.happened[fault] += 1
            return fault, self._random.random()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            client.settimeout(_WAIT)
            request = read_message(client)
            fault, share = self._choose()
            if fault == "dropped" or not request:
                return
            if fault == "delayed":
                time.sleep(0.05 + 0.35 * share)
            if fault == "cut_request":
                self._forward(request[: int(len(request) * share)], wait=False)
                return
            if fault == "duplicated":
                threading.Thread(target=self._forward, args=(request,), daemon=True).start()
                time.sleep(0.02 * share)
            answer = self._forward(request)
            if fault == "dropped_answer":
                return
            client.sendall(answer[: int(len(answer) * share)] if fault == "cut_answer" else answer)

    def _forward(self, request: bytes, *, wait: bool = True) -> bytes:
        with contextlib.suppress(OSError), socket.create_connection(self.target, _WAIT) as server:
            server.sendall(request)
            return read_to_end(server) if wait else b""
        return b""


def read_message(connection: socket.socket) -> bytes:
    """Return one HTTP request: its head and as much body as it announces."""
    content = b""
    while b"\r\n\r\n" not in content:
        part = connection.recv(65536)
        if not part:
            return content
        content += part
    head, _end, body = content.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = min(int(value), _LONGEST_BODY)
    while len(body) < length:
        part = connection.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body


def read_to_end(connection: socket.socket) -> bytes:
    """Return everything until the other side closes."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)
