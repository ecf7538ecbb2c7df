"""Everything, from archives to the pages of all papers, through a real Slurm."""

import statistics
import time
from datetime import datetime

from heads import Head, project_in

PAPERS = "smith2019", "fussell2019", "defremond2020", "coccomini2021", "field"
SMALLEST = "demo", "smallest"


def test_everything(cluster, tmp_path, report):
    project = project_in(tmp_path / "project", SMALLEST)
    started = time.monotonic()
    head = Head(cluster, project, "--", "all", overlays=SMALLEST)
    assert head.wait(1800) == 0, head.said()[-6000:]
    seconds = time.monotonic() - started
    for paper in PAPERS:
        assert "<html" in (project / f"results/publication/{paper}/index.html").read_text()

    submitted = head.said().count("has been submitted with SLURM jobid")
    finished = head.said().count("Finished jobid")
    table = cluster.run("squeue", "--states=COMPLETED", "--noheader", "--format", "%S|%e|%Z")
    spans = [
        (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
        for start, end, at in (line.split("|") for line in table.splitlines())
        if at == str(project)
    ]
    assert spans
    report["everything"] = {
        "seconds": round(seconds),
        "rules run": finished,
        "jobs of Slurm": submitted,
        "seconds a job": {"shortest": min(spans), "median": statistics.median(spans), "longest": max(spans)},
        # Jobs do little at this size: what they take is start and end.
        "seconds of the whole a job of Slurm": round(seconds / submitted, 1),
    }

    again = Head(cluster, project, "--dry-run", "--", "all", overlays=SMALLEST)
    assert again.wait(120) == 0
    assert "Nothing to be done" in again.said()
