"""mockskies: four papers on generative models of the sky, rebuilt from raw data.

Ask for one figure by its name (`snakemake smith2019_fig4`), for one paper (`snakemake smith2019`) or for
everything (`snakemake all`); `snakemake --list-target-rules` is the table of contents.
"""

from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")


configfile: f"{workflow.basedir}/config/config.yaml"
configfile: f"{workflow.basedir}/config/runs.yaml"


# What a reviewer has unpacked here comes with its own settings.
if Path("archive/config.yaml").exists():

    configfile: "archive/config.yaml"


include: "rules/common.smk"
include: "rules/settings.smk"
include: "rules/kept.smk"
include: "rules/archives.smk"
include: "rules/datasets.smk"
include: "rules/training.smk"
include: "rules/sampling.smk"
include: "rules/measurement.smk"
include: "rules/mocks.smk"
include: "rules/comparison.smk"
include: "rules/comparison_field.smk"
include: "rules/artefacts_smith2019.smk"
include: "rules/artefacts_fussell2019.smk"
include: "rules/artefacts_defremond2020.smk"
include: "rules/artefacts_coccomini2021.smk"
include: "rules/artefacts_field.smk"
include: "rules/publication.smk"


if config["source"] == "archive":

    include: "rules/restore.smk"


rule all:
    """Every paper, and `field`."""
    default_target: True
    input:
        rules.smith2019.input,
        rules.fussell2019.input,
        rules.defremond2020.input,
        rules.coccomini2021.input,
        rules.field.input,
