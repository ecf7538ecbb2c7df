"""Processes that train as one on one machine: started together, and ended together.

They are torchrun's (`torch.distributed.elastic.multiprocessing`), without its agent, which would listen on
every network: ranks meet in a file, and talk over the loopback interface.
"""

import logging
import logging.handlers
import multiprocessing
import signal
import socket
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed.elastic.multiprocessing import DefaultLogsSpecs, SignalException, start_processes

from mockskies.errors import InputError, InterruptedTrainingError, LostRankError

logger = logging.getLogger(__name__)

SIGNALS = signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT  # to which torchrun listens
GRACE = 60  # s in which ranks save when they are asked to stop
SILENCE = timedelta(minutes=10)  # without an answer from the others: longer than any rank writes files
PATIENCE = 5  # s in which the launcher sees who is lost, before those who miss them complain


def launch(name: str, ranks: int, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call ``function(*arguments)`` in each of ``ranks`` processes, or in this one if that is all.

    Parameters
    ----------
    name
        What is done, for messages.
    function, arguments
        Anything that can be sent to another process.

    Returns
    -------
    Any
        What the leading rank returned.

    Raises
    ------
    InputError
        If the machine has GPUs, but fewer than ranks.
    InterruptedTrainingError
        If this process was asked to stop by a signal, once ranks have saved.
    LostRankError
        If a rank was killed, or did not answer.
    Exception
        Whatever a rank raised first; all others are ended.
    """
    if ranks == 1:
        return function(*arguments)
    if torch.cuda.is_available() and torch.cuda.device_count() < ranks:
        raise InputError(f"{name}: gpus: expected {ranks} GPUs, found {torch.cuda.device_count()}")
    # What these would say of a rank that fails, the exception says.
    for talkative in ("torch.distributed.elastic", "torch.multiprocessing"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)
    processes = multiprocessing.get_context("spawn")
    errors, records = processes.SimpleQueue(), processes.Queue()
    listener = logging.handlers.QueueListener(records, *logging.getLogger().handlers)
    loopback = next(interface for _, interface in socket.if_nameindex() if interface.startswith("lo"))
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    every, result = range(ranks), None
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        listener.start()
        context = start_processes(
            name,
            _be_rank,
            args={rank: (name, rank, ranks, store, errors, records, function, arguments) for rank in every},
            envs={rank: {"GLOO_SOCKET_IFNAME": loopback, "NCCL_SOCKET_IFNAME": loopback} for rank in every},
            logs_specs=DefaultLogsSpecs(log_dir=folder),
        )
        try:
            result = context.wait(period=0.2)
        except SignalException as asked:
            # By the other of two signals: a second of a kind ends ranks, and they may have had this one.
            context.close(signal.SIGINT if asked.sigval == signal.SIGTERM else signal.SIGTERM, GRACE)
            if errors.empty():
                errors.put(InterruptedTrainingError(f"{name}: got {asked.sigval.name} before its first step"))
        finally:
            context.close()
            listener.stop()
            for number, handler in handlers.items():
                signal.signal(number, handler)
    for rank, failure in result.failures.items() if result else ():
        # Of a rank that was killed, others complain.
        if failure.exitcode < 0 or errors.empty():
            how = failure.signal_name() if failure.exitcode < 0 else f"status {failure.exitcode}"
            raise LostRankError(f"{name}: rank {rank} of {ranks} ended without a word, by {how}")
    if not errors.empty():
        raise errors.get()
    return result.return_values[0]


def _be_rank(
    name: str, rank: int, ranks: int, store: str, errors, records, function: Callable, arguments: tuple
) -> Any:
    """One of the processes, from its start to its end."""
    level = logging.INFO if rank == 0 else logging.WARNING
    logging.basicConfig(format="%(message)s", level=level, handlers=[logging.handlers.QueueHandler(records)])
    logging.captureWarnings(True)
    backend = "gloo"
    if torch.cuda.is_available():
        torch.cuda.set_device(rank)
        backend = "cpu:gloo,cuda:nccl"
    try:
        dist.init_process_group(
            backend, store=dist.FileStore(store, ranks), rank=rank, world_size=ranks, timeout=SILENCE
        )
        logger.info("%s: %d processes, by %s", name, ranks, backend.rpartition(":")[2])
        returned = function(*arguments)
        dist.destroy_process_group()
        return returned
    except Exception as error:
        if isinstance(error, dist.DistError) or "gloo" in str(error):
            time.sleep(PATIENCE)
            error = LostRankError(f"{name}: rank {rank} of {ranks} gets no answer from the others")
        error.add_note(traceback.format_exc())
        errors.put(error)
        raise
