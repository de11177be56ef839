"""A process beside the worker that does the work: what it spoils or eats up is its own.

``python -m processing.runner.child``: it is told on its standard input what to do, one line each,
and answers with a line. It ends when the worker does, however that ended.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import queue
import resource
import signal
import sys
import threading
from base64 import b64decode
from typing import Any, Final, TextIO
from uuid import UUID

from geoloket import log
from geoloket.process import ProcessRegistry
from geoloket.settings import Settings
from processing.catalog import catalogue
from processing.runner.deeds import Deed, Doer
from processing.runner.store import DatabaseAway, RunStore

_logger: Final = logging.getLogger("geoloket.job")


def main() -> None:
    """Read orders until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker says when to stop
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    # Made by the worker that started us, and read by nobody else.
    dsn, settings = pickle.loads(b64decode(sys.stdin.readline()))  # noqa: S301
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    log.configure(settings.log_level)
    processes = catalogue(settings)
    answers.write("ready\n")
    answers.flush()
    _obey(orders, answers, dsn, settings, processes)


def _listen(orders: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Pass on orders; the end of the line is the end of the worker, and ours in the same moment."""
    for line in sys.stdin:
        orders.put(json.loads(line))
    os._exit(3)


def _obey(
    orders: queue.SimpleQueue[dict[str, Any]],
    answers: TextIO,
    dsn: str,
    settings: Settings,
    processes: ProcessRegistry,
) -> None:
    doer = Doer(dsn, settings, processes, RunStore(dsn))
    while True:
        order = orders.get()
        _limit(order["memory_mb"])
        deed = Deed(order["do"], UUID(order["job"]), order.get("piece"))
        answer: dict[str, Any] = {"again_s": None}
        leaving = False
        try:
            answer["again_s"] = doer.do(deed)
        except DatabaseAway:
            answer["again_s"] = 2.0
        except MemoryError:
            leaving = True
            answer["fault"] = f"needs more memory than its {order['memory_mb']} MB"
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        if leaving:
            os._exit(4)


def _limit(memory_mb: int) -> None:
    """So much memory of its own may it have; files that are mapped do not count."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    asked = memory_mb * 2**20
    resource.setrlimit(
        resource.RLIMIT_DATA,
        (asked if hard == resource.RLIM_INFINITY else min(asked, hard), hard),
    )


if __name__ == "__main__":
    main()
