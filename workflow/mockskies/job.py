"""How a rule's script runs: a log, and one clear line when its input is unusable."""

import errno
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mockskies.credentials import redacted
from mockskies.errors import DivergenceError, InputError, InterruptedTrainingError, LostRankError


def run(main: Callable[[Any], None], snakemake: Any) -> None:
    """Call ``main(snakemake)``; log to the rule's log file and to stderr.

    An exception of `mockskies.errors`, a full disk or too little memory ends the process with status 1 and
    one line; any other exception with its traceback, since it is a defect. Neither log nor stderr shows the
    user's credentials, whatever a server or a library puts into its errors.
    """
    log = Path(snakemake.log[0])
    log.parent.mkdir(parents=True, exist_ok=True)
    handlers = [logging.FileHandler(log, mode="w"), logging.StreamHandler()]
    for handler in handlers:
        handler.addFilter(_worth_saying)
        handler.setFormatter(_Discreet("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=handlers)
    logging.captureWarnings(True)
    try:
        main(snakemake)
    except (InputError, DivergenceError, LostRankError) as error:
        # Names of the user's files, and what libraries say, may hold ends of lines.
        logging.error("error: %s", " ".join(str(error).splitlines()))
        sys.exit(1)
    except InterruptedTrainingError as interruption:
        logging.warning("stopped: %s", interruption)
        sys.exit(1)
    except MemoryError as error:
        logging.error("error: expected enough memory, found too little: %s", error or "none is left")
        sys.exit(1)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            logging.error("error: %s: no space left on the disk; nothing was written", error.filename)
        else:
            logging.error(traceback.format_exc())
        sys.exit(1)


class _Discreet(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def _worth_saying(record: logging.LogRecord) -> bool:
    """Libraries speak up only when something is wrong; scripts log as root."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in ("root", "mockskies")
