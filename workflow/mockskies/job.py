"""How a rule's script runs: a log, and one clear line when its input is unusable."""

import errno
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mockskies.errors import DivergenceError, InputError, InterruptedTrainingError, LostRankError


def run(main: Callable[[Any], None], snakemake: Any) -> None:
    """Call ``main(snakemake)``; log to the rule's log file and to stderr.

    An exception of `mockskies.errors` or a full disk ends the process with status 1 and one line; any other
    exception with its traceback, since it is a defect.
    """
    log = Path(snakemake.log[0])
    log.parent.mkdir(parents=True, exist_ok=True)
    handlers = [logging.FileHandler(log, mode="w"), logging.StreamHandler()]
    for handler in handlers:
        handler.addFilter(_worth_saying)
    logging.basicConfig(
        format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.INFO, handlers=handlers
    )
    logging.captureWarnings(True)
    try:
        main(snakemake)
    except (InputError, DivergenceError, LostRankError) as error:
        logging.error("error: %s", error)
        sys.exit(1)
    except InterruptedTrainingError as interruption:
        logging.warning("stopped: %s", interruption)
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            logging.error(traceback.format_exc())
            raise
        logging.error("error: %s: no space left on the disk; nothing was written", error.filename)
        sys.exit(1)
    except Exception:
        logging.error(traceback.format_exc())
        sys.exit(1)


def _worth_saying(record: logging.LogRecord) -> bool:
    """Libraries speak up only when something is wrong; scripts log as root."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in ("root", "mockskies")
