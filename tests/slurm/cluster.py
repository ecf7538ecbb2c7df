"""A real Slurm of one node on this machine: munged, slurmctld and slurmd on loopback, in a folder of its own.

Two partitions of one node, as on a cluster, and two that preempt: `urgent` makes jobs of `cpu` and `gpu` wait
again, `rude` ends jobs of `cancellable`. The node claims to have two GPUs, `/dev/null` and `/dev/zero`. With
`accounting`, slurmdbd and MariaDB keep an account of jobs, for `sacct`.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROGRAMS = "munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue"
ACCOUNTING_PROGRAMS = "slurmdbd", "sacct", "mariadbd", "mariadb-install-db"
ACCOUNT = "astronomy"

SLURM_CONF = """
ClusterName=test
SlurmctldHost={node}(127.0.0.1)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CredType=cred/munge
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/node
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
KillWait=5
MinJobAge={job_age}
SlurmctldTimeout=10
SlurmdTimeout=10
GresTypes=gpu
{accounting}
NodeName={node} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} Gres=gpu:2 State=UNKNOWN
PartitionName=cpu Nodes={node} Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes={node} MaxTime=INFINITE State=UP
PartitionName=urgent Nodes={node} MaxTime=INFINITE State=UP PriorityTier=10
PartitionName=cancellable Nodes={node} MaxTime=INFINITE State=UP PreemptMode=CANCEL
PartitionName=brief Nodes={node} MaxTime=1 State=UP
"""

SLURMDBD_CONF = """
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={accounting_port}
SlurmUser={user}
PidFile={folder}/slurmdbd.pid
LogFile={folder}/slurmdbd.log
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={database_port}
StorageUser=slurm
StoragePass=loopback
StorageLoc=slurm_acct
"""


def missing(accounting: bool = False) -> list[str]:
    """Programs that a cluster needs and that are not here."""
    names = PROGRAMS + (ACCOUNTING_PROGRAMS if accounting else ())
    return [name for name in names if shutil.which(name, path=_path()) is None]


def _path() -> str:
    """Where programs lie, daemons among them."""
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(true: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait until ``true()``, which asks for ``what``."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s for {what}")
        time.sleep(0.1)


class Cluster:
    """A running Slurm; ``with Cluster() as cluster`` takes it down again.

    Parameters
    ----------
    accounting
        Whether slurmdbd and MariaDB run too.
    job_age
        Seconds for which squeue shows a job that has ended.
    """

    def __init__(self, accounting: bool = False, job_age: int = 7200):
        self.accounting = accounting
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))
        self.processes: dict[str, subprocess.Popen] = {}
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        self.settings = {
            "folder": self.folder,
            "node": socket.gethostname().split(".")[0],
            "user": getpass.getuser(),
            "cpus": os.cpu_count(),
            "memory": memory * 9 // 10,
            "job_age": job_age,
            "controller_port": _free_port(),
            "node_port": _free_port(),
            "accounting_port": _free_port(),
            "database_port": _free_port(),
            "accounting": "",
        }
        self.environment = {
            **os.environ,
            "PATH": f"{self.folder}/bin:{_path()}",
            "SLURM_CONF": str(self.folder / "slurm.conf"),
        }

    def __enter__(self) -> "Cluster":
        try:
            self._configure()
            self._start_munge()
            if self.accounting:
                self._start_accounting()
            self.start_controller()
            self.start_node()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception) -> None:
        self.stop()

    def run(self, *command: str) -> str:
        """What a Slurm command prints.

        Raises
        ------
        RuntimeError
            If it fails; with what it said.
        """
        outcome = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if outcome.returncode:
            raise RuntimeError(f"{' '.join(command)}: {outcome.stderr.strip()}")
        return outcome.stdout.strip()

    def start_controller(self) -> None:
        self._start("slurmctld", "-D")
        wait_until(lambda: self._answers("scontrol", "ping", expect="UP"), "slurmctld")

    def start_node(self) -> None:
        self._start("slurmd", "-D", "-N", self.settings["node"])
        wait_until(
            lambda: self._answers("sinfo", "-h", "-p", "cpu", "-o", "%t", expect="idle"), "an idle node"
        )

    def kill(self, name: str) -> None:
        """End a daemon as a crash would."""
        self._end(self.processes.pop(name), signal.SIGKILL)

    def stop(self) -> None:
        """End every job, then every daemon, each by its process id, and remove the folder."""
        if "slurmctld" in self.processes and "slurmd" in self.processes:
            self.run("scancel", "--user", self.settings["user"])
            try:
                wait_until(lambda: not self.run("squeue", "-h"), "an empty queue")
            except TimeoutError as error:
                print(error)
        for name in reversed(list(self.processes)):
            self._end(self.processes.pop(name), signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self, *command: str, expect: str) -> bool:
        try:
            return expect in self.run(*command)
        except RuntimeError:
            return False

    def _start(self, name: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
        with open(self.folder / f"{name}.out", "a") as out:
            self.processes[name] = subprocess.Popen(
                [shutil.which(name, path=_path()), *arguments],
                env=environment or self.environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    @staticmethod
    def _end(process: subprocess.Popen, how: signal.Signals) -> None:
        process.send_signal(how)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _configure(self) -> None:
        # Readable on the way: munged checks who owns the folders above its key.
        self.folder.chmod(0o755)
        for name, mode in {"munge": 0o755, "key": 0o700, "controller": 0o755, "node": 0o755}.items():
            (self.folder / name).mkdir()
            (self.folder / name).chmod(mode)
        if self.accounting:
            self.settings["accounting"] = (
                "AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=127.0.0.1\n"
                "AccountingStoragePort={accounting_port}\n"
                "AccountingStoragePass={folder}/munge/socket\nAccountingStorageEnforce=associations"
            ).format(**self.settings)
        (self.folder / "slurm.conf").write_text(SLURM_CONF.format(**self.settings))
        # Snakemake's job step drops SLURM_CONF; a usual cluster has its file where Slurm looks for it.
        srun = self.folder / "bin/srun"
        srun.parent.mkdir()
        srun.write_text(
            f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {shutil.which("srun", path=_path())} "$@"\n'
        )
        srun.chmod(0o755)
        gpus = (f"NodeName={self.settings['node']} Name=gpu File=/dev/{name}\n" for name in ("null", "zero"))
        (self.folder / "gres.conf").write_text("".join(gpus))

    def _start_munge(self) -> None:
        key = self.folder / "key/munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        files = {
            "key-file": key,
            "socket": self.folder / "munge/socket",
            "pid-file": self.folder / "key/munged.pid",
            "log-file": self.folder / "key/munged.log",
            "seed-file": self.folder / "key/munged.seed",
        }
        # --force: munged would rather not be root.
        self._start("munged", "--foreground", "--force", *(f"--{k}={v}" for k, v in files.items()))
        wait_until(lambda: (self.folder / "munge/socket").exists(), "munged")

    def _start_accounting(self) -> None:
        database, user, port = self.folder / "database", self.settings["user"], self.settings["database_port"]
        self.run("mariadb-install-db", "--no-defaults", f"--datadir={database}", f"--user={user}",
                 "--auth-root-authentication-method=normal", "--skip-test-db")  # fmt: skip
        setup = self.folder / "setup.sql"
        setup.write_text(
            "CREATE DATABASE slurm_acct;\n"
            "CREATE USER slurm@'127.0.0.1' IDENTIFIED BY 'loopback';\n"
            "GRANT ALL ON slurm_acct.* TO slurm@'127.0.0.1';\n"
        )
        self._start("mariadbd", "--no-defaults", f"--datadir={database}", f"--user={user}",
                    f"--port={port}", "--bind-address=127.0.0.1", f"--socket={database}/socket",
                    f"--pid-file={database}/pid", f"--init-file={setup}", "--skip-name-resolve")  # fmt: skip
        wait_until(lambda: _listens(port), "MariaDB")
        conf = self.folder / "slurmdbd.conf"
        conf.write_text(SLURMDBD_CONF.format(**self.settings))
        conf.chmod(0o600)
        self._start("slurmdbd", "-D")
        wait_until(lambda: _listens(self.settings["accounting_port"]), "slurmdbd")
        wait_until(lambda: self._answers("sacctmgr", "-n", "show", "cluster", expect=""), "sacctmgr")
        for entity in (
            ("cluster", "test"),
            ("account", ACCOUNT, "Cluster=test"),
            ("user", user, f"Account={ACCOUNT}"),
        ):
            self.run("sacctmgr", "-i", "add", *entity)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
