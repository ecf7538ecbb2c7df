"""Raw files as their archive publishes them: retrieved, simulated, or from a folder of the user's."""


localrules:
    simulate_truth,
    retrieve_xdf,
    link_xdf,
    retrieve_galaxyzoo,
    retrieve_gz2,
    link_galaxyzoo,


rule retrieve_xdf:
    """Download one file of the XDF; a download that was cut goes on where it ended."""
    output:
        fits=xdf_file(),
    log:
        f"{RESULTS}/logs/retrieve_xdf/{{archive}}_{{band}}_{{kind}}.log",
    wildcard_constraints:
        archive=from_source("retrieve", "xdf"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=500,
        runtime=120,
    params:
        code=code("archives/retrieve_xdf.py"),
        url=archive_url,
        sha256=archive_checksum,
        allow_http=archive_allows_http,
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
        archive=from_source("folder", "xdf"),
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
        archive=from_source("simulate", "xdf"),
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
        archive=from_source("simulate", "xdf"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(60),
    params:
        code=code("archives/simulate_xdf.py"),
    script:
        "../workflow/scripts/archives/simulate_xdf.py"


rule retrieve_galaxyzoo:
    """Download one of Galaxy Zoo's two zips; a download that was cut goes on where it ended."""
    output:
        file=archived("{file}"),
    log:
        f"{RESULTS}/logs/retrieve_galaxyzoo/{{archive}}_{{file}}.log",
    wildcard_constraints:
        archive=from_provider("kaggle", "server"),
        file="|".join(COMPETITION),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=500,
        runtime=240,
    params:
        code=code("archives/retrieve_galaxyzoo.py"),
        provider=archive_setting("provider"),
        url=galaxyzoo_url,
        sha256=galaxyzoo_checksum,
        allow_http=archive_allows_http,
        attempts=archive_setting("attempts"),
        first_wait=archive_setting("first_wait", "s"),
        timeout=archive_setting("timeout", "s"),
    script:
        "../workflow/scripts/archives/retrieve_galaxyzoo.py"


use rule retrieve_galaxyzoo as retrieve_gz2 with:
    """Download one file of Galaxy Zoo 2: its pictures, the names of these, its table of votes."""
    log:
        f"{RESULTS}/logs/retrieve_gz2/{{archive}}_{{file}}.log",
    wildcard_constraints:
        archive=from_provider("zenodo"),
        file="|".join(GZ2),


rule translate_gz2:
    """Put Galaxy Zoo 2's own files into the form of Kaggle's competition."""
    input:
        pictures=archived(GZ2[0]),
        mapping=archived(GZ2[1]),
        votes=archived(GZ2_VOTES),
    output:
        images=archived(COMPETITION[0]),
        solutions=archived(COMPETITION[1]),
    log:
        f"{RESULTS}/logs/translate_gz2/{{archive}}.log",
    wildcard_constraints:
        archive=from_provider("zenodo"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(120),
    params:
        code=code("archives/translate_gz2.py"),
    script:
        "../workflow/scripts/archives/translate_gz2.py"


rule link_galaxyzoo:
    """Take Galaxy Zoo's two zips, or its folder of pictures and its table, from the user's folder."""
    output:
        images=archived(COMPETITION[0]),
        solutions=archived(COMPETITION[1]),
    log:
        f"{RESULTS}/logs/link_galaxyzoo/{{archive}}.log",
    wildcard_constraints:
        archive=from_source("folder", "galaxyzoo"),
    conda:
        "../envs/archives.yaml"
    resources:
        mem_mb=500,
        runtime=60,
    params:
        code=code("archives/link_galaxyzoo.py"),
        folder=archive_setting("source"),
    script:
        "../workflow/scripts/archives/link_galaxyzoo.py"


rule simulate_galaxyzoo:
    """Draw a Galaxy Zoo, pictures and votes, as Kaggle's competition would publish it, with its truth."""
    output:
        images=archived(COMPETITION[0]),
        solutions=archived(COMPETITION[1]),
        truth=archived("truth.fits"),
    log:
        f"{RESULTS}/logs/simulate_galaxyzoo/{{archive}}.log",
    wildcard_constraints:
        archive=from_source("simulate", "galaxyzoo"),
    conda:
        "../envs/archives.yaml"
    threads: 16
    resources:
        mem_mb=attempted(8000),
        runtime=attempted(120),
    params:
        code=code("archives/simulate_galaxyzoo.py"),
        seed=config["seed"],
        archive="{archive}",
        galaxies=config["simulation"]["galaxies"],
    script:
        "../workflow/scripts/archives/simulate_galaxyzoo.py"


rule unpack_galaxyzoo:
    """Unpack Galaxy Zoo's pictures that are whole and have votes; the others are named and counted."""
    input:
        images=archived(COMPETITION[0]),
        solutions=archived(COMPETITION[1]),
    output:
        images=directory(archived("images")),
        votes=archived("votes.csv"),
        left_out=archived("left_out.csv"),
    log:
        f"{RESULTS}/logs/unpack_galaxyzoo/{{archive}}.log",
    wildcard_constraints:
        archive=of_survey("galaxyzoo"),
    conda:
        "../envs/archives.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("archives/unpack_galaxyzoo.py"),
    script:
        "../workflow/scripts/archives/unpack_galaxyzoo.py"


rule simulate_sparse:
    """Draw sparse frames, labels and scores as their authors handed them out, with their truth."""
    output:
        labeled=directory(archived("labeled")),
        scored=directory(archived("scored")),
        query=directory(archived("query")),
        labeled_table=archived("labeled.csv"),
        scored_table=archived("scored.csv"),
        truth=archived("truth.csv"),
    log:
        f"{RESULTS}/logs/simulate_sparse/{{archive}}.log",
    wildcard_constraints:
        archive=from_source("simulate", "sparse"),
    conda:
        "../envs/archives.yaml"
    threads: 16
    resources:
        mem_mb=attempted(8000),
        runtime=attempted(60),
    params:
        code=code("archives/simulate_sparse.py"),
        seed=config["seed"],
        archive="{archive}",
        images=archive_setting("images"),
    script:
        "../workflow/scripts/archives/simulate_sparse.py"


rule link_sparse:
    """Take sparse frames and their tables from the user's folder: all are checked, frames are linked."""
    output:
        labeled=directory(archived("labeled")),
        scored=directory(archived("scored")),
        query=directory(archived("query")),
        labeled_table=archived("labeled.csv"),
        scored_table=archived("scored.csv"),
    log:
        f"{RESULTS}/logs/link_sparse/{{archive}}.log",
    wildcard_constraints:
        archive=from_source("folder", "sparse"),
    conda:
        "../envs/archives.yaml"
    threads: 4
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        code=code("archives/link_sparse.py"),
        folder=archive_setting("source"),
        images=archive_setting("images"),
    script:
        "../workflow/scripts/archives/link_sparse.py"


rule simulate_photographs:
    """Draw photographs of space, planets, nebulae, clusters and galaxies, with their truth."""
    output:
        photographs=directory(archived("photographs")),
        left_out=archived("left_out.csv"),
        truth=archived("truth.csv"),
    log:
        f"{RESULTS}/logs/simulate_photographs/{{archive}}.log",
    wildcard_constraints:
        archive=from_source("simulate", "photographs"),
    conda:
        "../envs/archives.yaml"
    threads: 16
    resources:
        mem_mb=attempted(8000),
        runtime=attempted(60),
    params:
        code=code("archives/simulate_photographs.py"),
        seed=config["seed"],
        archive="{archive}",
        photographs=config["simulation"]["photographs"],
    script:
        "../workflow/scripts/archives/simulate_photographs.py"


rule link_photographs:
    """Take photographs from the user's folder: all are read, and those that can't be are named and left out."""
    output:
        photographs=directory(archived("photographs")),
        left_out=archived("left_out.csv"),
    log:
        f"{RESULTS}/logs/link_photographs/{{archive}}.log",
    wildcard_constraints:
        archive=from_source("folder", "photographs"),
    conda:
        "../envs/archives.yaml"
    threads: 8
    resources:
        mem_mb=attempted(8000),
        runtime=attempted(60),
    params:
        code=code("archives/link_photographs.py"),
        folder=archive_setting("source"),
    script:
        "../workflow/scripts/archives/link_photographs.py"
