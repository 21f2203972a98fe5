"""The Java machine of the embedded engine: started once in a process, when a store is first opened.

Its options are fixed by the first start. It must never be started before a `fork()`: the child would hang.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition

from graph.model.errors import StoreUnsupported
from graph.model.text import Text

LOAD_HEAP, SERVE_HEAP = "1536m", "512m"
"""Heaps of a process that loads and of one that answers (a full load peaks at 1.9 GB with the Python side)."""

OPTIONS = (
    "-Xrs",  # signals stay with Python: else SIGTERM would wait 30 s for the engine's own shutdown
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF8",
    "-XX:+UseCompactObjectHeaders",
    "--enable-native-access=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/java.nio.channels.spi=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    # Every commit reaches the disk; statements can neither read files nor run scripts.
    "-Darcadedb.txWalFlush=2",
    "-Darcadedb.opencypher.loadCsv.allowFileUrls=false",
    "-Darcadedb.opencypher.loadCsv.allowRemoteUrls=false",
    "-Darcadedb.polyglotEngine.enabled=false",
    f"-Djava.util.logging.config.file={Path(__file__).with_name('embedded.properties')}",
)


def start(library: str, jars: str, *, heap: str, crashes: Path) -> None:
    """Start the machine of `library` with the jars of a folder; a second call changes nothing.

    `crashes` is the folder for its crash reports. Raises `StoreUnsupported` where it does not start.
    """
    import jpype

    if jpype.isJVMStarted():
        return
    options = (*OPTIONS, f"-Xmx{heap}", f"-XX:ErrorFile={crashes / 'hs_err_pid%p.log'}")
    path = [str(p) for p in sorted(Path(jars).glob("*.jar"))]
    try:
        jpype.startJVM(library, *options, classpath=path, interrupt=False)
    except (OSError, RuntimeError, jpype.JVMNotFoundException, jpype.JVMNotSupportedException) as why:
        first = str(why).splitlines()[0]
        raise StoreUnsupported(
            Text(f"Java 虚拟机不能启动（{first}）", f"its Java machine does not start ({first})")
        ) from why
    atexit.register(_close_stores)  # after jpype's own hook, so before it: an open store would block it for 30 s


def leave() -> None:
    """Let the calling thread leave the machine, which at its end waits for every thread that it still knows."""
    import jpype

    if jpype.isJVMStarted():
        jpype.java.lang.Thread.detach()


def _close_stores() -> None:
    """Close every database that is still open in this process."""
    import jpype

    for database in list(jpype.JClass("com.arcadedb.database.DatabaseFactory").getActiveDatabaseInstances()):
        database.close()


class SharedLimit:
    """The engine has one time limit for a database: reads with equal limits run together, others wait their turn."""

    def __init__(self, apply: Callable[[float], None]) -> None:
        self._apply = apply
        self._changed = Condition()
        self._running = 0
        self._seconds = -1.0

    @contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """Hold the limit at `seconds`, applying it when it was another."""
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0 or self._seconds == seconds)
            if self._seconds != seconds:
                self._apply(seconds)
                self._seconds = seconds
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()
