"""From an unpacked archive of results to what artefacts are made from, in place of all that makes it."""

from mockskies.publication.archive import contents

ARCHIVED = contents(Path("archive"))


localrules:
    restore,


rule restore:
    """Take results from the unpacked archive, each file checked against its SHA-256."""
    input:
        sums="archive/SHA256SUMS",
    output:
        [f"{RESULTS}/{name}" for name, is_folder in ARCHIVED.items() if not is_folder],
        [directory(f"{RESULTS}/{name}") for name, is_folder in ARCHIVED.items() if is_folder],
    log:
        f"{RESULTS}/logs/restore.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("publication/restore.py"),
        folder="archive",
        results=RESULTS,
    script:
        "../workflow/scripts/publication/restore.py"


# Whatever else makes the same files stands back, also where a rule names its producer.
for other in list(workflow.rules):
    other.dependencies.clear()
    if other.name != "restore":
        workflow.ruleorder("restore", other.name)
