"""Servers of the tests, each in a thread of its own; told to end, they end at once."""

from __future__ import annotations

import threading

from werkzeug.serving import BaseWSGIServer

#: How often a server looks whether it is to end, in seconds; the library's own half a second is waited for by every test.
LOOK_EVERY = 0.02


def start(server: BaseWSGIServer) -> threading.Thread:
    """Let a server answer."""
    thread = threading.Thread(target=server.serve_forever, args=(LOOK_EVERY,), daemon=True)
    thread.start()
    return thread


def stop(server: BaseWSGIServer, thread: threading.Thread) -> None:
    """End a server and give its port back."""
    server.shutdown()
    thread.join()
    server.server_close()
