"""Raw files as their archive publishes them: retrieved, simulated, or from a folder of the user's."""


localrules:
    retrieve_xdf,
    link_xdf,


rule retrieve_xdf:
    """Download one file of the XDF; a download that was cut goes on where it ended."""
    output:
        fits=xdf_file(),
    log:
        f"{RESULTS}/logs/retrieve_xdf/{{archive}}_{{band}}_{{kind}}.log",
    wildcard_constraints:
        archive=from_source("retrieve"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=500,
        runtime=120,
    params:
        code=code("archives/retrieve_xdf.py"),
        url=archive_url,
        sha256=archive_checksum,
        attempts=archive_setting("attempts"),
        first_wait=archive_setting("first_wait", "s"),
        timeout=archive_setting("timeout", "s"),
    script:
        "../workflow/scripts/archives/retrieve_xdf.py"


rule link_xdf:
    """Take one file of the XDF from the user's folder."""
    output:
        fits=xdf_file(),
    log:
        f"{RESULTS}/logs/link_xdf/{{archive}}_{{band}}_{{kind}}.log",
    wildcard_constraints:
        archive=from_source("folder"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=code("archives/link_xdf.py"),
        folder=archive_setting("source"),
    script:
        "../workflow/scripts/archives/link_xdf.py"


rule simulate_truth:
    """Draw the galaxies and stars of a simulated sky: the truth that every band shows."""
    output:
        truth=f"{RESULTS}/archives/{{archive}}/truth.fits",
    log:
        f"{RESULTS}/logs/simulate_truth/{{archive}}.log",
    wildcard_constraints:
        archive=from_source("simulate"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=code("archives/simulate_truth.py"),
        seed=config["seed"],
        archive="{archive}",
        shape=config["simulation"]["shape"],
        footprint=config["simulation"]["footprint"],
        position_angle=quantity(config["dataset"]["position_angle"], "deg"),
        pixel_scale=quantity(config["dataset"]["pixel_scale"], "arcsec"),
        faintest=quantity(config["simulation"]["faintest"], "mag"),
    script:
        "../workflow/scripts/archives/simulate_truth.py"


rule simulate_xdf:
    """Draw one band of a simulated sky as the XDF's archive would publish it."""
    input:
        truth=rules.simulate_truth.output.truth,
    output:
        fits=xdf_file(),
    log:
        f"{RESULTS}/logs/simulate_xdf/{{archive}}_{{band}}_{{kind}}.log",
    wildcard_constraints:
        archive=from_source("simulate"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=60,
    params:
        code=code("archives/simulate_xdf.py"),
    script:
        "../workflow/scripts/archives/simulate_xdf.py"
