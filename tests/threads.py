"""Doing the same thing many times at once, each in a thread with an application context of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from matchmaking.extensions import db


def at_once(app: Flask, act: Callable[[int], object], count: int = 8) -> list[object]:
    """Run ``act(0 … count-1)`` at the same moment; return what each returned, or the error it raised, in order."""
    barrier = threading.Barrier(count)
    outcomes: list[object] = [None] * count

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes[number] = act(number)
            except Exception as error:
                outcomes[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
