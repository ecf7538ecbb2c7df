"""One training at a time in a folder."""

import fcntl
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder of checkpoints; wait while another process, on any node, holds it.

    A Snakemake that was killed may leave its training running, and its successor would start it once more.
    The hold ends with the process, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "holder", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            logger.warning("%s is being trained by %s: waiting for it to end", folder, file.read())
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            logger.warning("%s: this file system has no locks (%s)", folder, error.strerror)
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}")
        file.flush()
        yield
