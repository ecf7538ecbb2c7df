"""Figures and tables of Fussell & Moews (2019), each by its name in the paper."""

FUSSELL2019_DIR = f"{RESULTS}/artefacts/fussell2019"
DCGAN = FUSSELL2019["dcgan"]
STACKGAN = FUSSELL2019["stackgan"]
GALAXY_ZOO = RUNS[DCGAN]["dataset"]
CHAIN = f"{STACKGAN}_of_{DCGAN}"
ENLARGED = f"{STACKGAN}_of_{GALAXY_ZOO}_64"
# Every sample of galaxies that is judged, with its name in figures.
FUSSELL2019_SAMPLES = {
    DCGAN: "DCGAN, 64 px",
    "fussell2019_kernel6": "kernel 6",
    "fussell2019_width32": channels_and_batch("fussell2019_width32"),
    "fussell2019_width64": channels_and_batch("fussell2019_width64"),
    "fussell2019_width128": channels_and_batch("fussell2019_width128"),
    "fussell2019_no_batch_norm": "no batch norm",
    "fussell2019_label_smoothing": "label smoothing",
    "fussell2019_dropout_generator": "dropout in G",
    "fussell2019_dropout_discriminator": "dropout in D",
    "fussell2019_dropout_both": "dropout in both",
    "fussell2019_dcgan128": "DCGAN, 128 px, dropout",
    "fussell2019_dcgan128_late_dropout": "late dropout",
    "fussell2019_dcgan128_annealed_dropout": "annealed dropout",
    CHAIN: "DCGAN and StackGAN",
}
# A run of the user's own is judged beside them under its own name.
FUSSELL2019_SAMPLES |= {sample: sample for sample in drawn_galaxies() if sample not in FUSSELL2019_SAMPLES}
# Those of them to which ellipses are fitted, by far the longest of all measurements.
FUSSELL2019_FITTED = [DCGAN, CHAIN]
FUSSELL2019_FIG2 = ["fussell2019_kernel6", DCGAN]
FUSSELL2019_FIG3 = ["fussell2019_width32", "fussell2019_width64", "fussell2019_width128", DCGAN]
FUSSELL2019_FIG4 = [DCGAN, "fussell2019_no_batch_norm"]
FUSSELL2019_FIG5 = ["fussell2019_label_smoothing", DCGAN]
FUSSELL2019_FIG6 = [
    "fussell2019_dropout_generator",
    "fussell2019_dropout_discriminator",
    "fussell2019_dropout_both",
]
FUSSELL2019_FIG8 = [
    "fussell2019_dcgan128",
    "fussell2019_dcgan128_late_dropout",
    "fussell2019_dcgan128_annealed_dropout",
]


localrules:
    fussell2019_fig1,
    fussell2019_table1,
    fussell2019_fig2,
    fussell2019_fig3,
    fussell2019_fig4,
    fussell2019_fig5,
    fussell2019_fig6,
    fussell2019_fig7,
    fussell2019_fig8,
    fussell2019_fig9,
    fussell2019_fig10,
    fussell2019_fig11,
    fussell2019_fig12,
    fussell2019_ablations,


rule fussell2019_fig1:
    """Fussell & Moews (2019), figure 1: the networks, drawn from their own modules."""
    input:
        records=[f"{RESULTS}/training/{run}/description.json" for run in (DCGAN, STACKGAN)],
    output:
        pdf=f"{FUSSELL2019_DIR}/fig1.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig1.png",
            caption="../workflow/report/fussell2019_fig1.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig1.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/fig1.py"),
        schedules=galaxy_schedules(DCGAN, STACKGAN),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/fig1.py"


rule fussell2019_table1:
    """Fussell & Moews (2019), table 1: learning parameters of the runs that were made."""
    input:
        records=[f"{RESULTS}/training/{run}/description.json" for run in (DCGAN, STACKGAN)],
        real_set=galaxy_record(f"{GALAXY_ZOO}_64"),
    output:
        csv=report(
            f"{FUSSELL2019_DIR}/table1.csv",
            caption="../workflow/report/fussell2019_table1.rst",
            category="Fussell & Moews (2019)",
        ),
        tex=f"{FUSSELL2019_DIR}/table1.tex",
        json=f"{FUSSELL2019_DIR}/table1.json",
    log:
        f"{RESULTS}/logs/fussell2019_table1.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/table1.py"),
        published=PUBLISHED["published"]["fussell2019"],
        settings=fussell2019_settings(),
        schedules=galaxy_schedules(DCGAN, STACKGAN),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/table1.py"


rule fussell2019_fig2:
    """Fussell & Moews (2019), figure 2: kernels of 6 and of 4 pixels."""
    input:
        generated=[galaxy_images(run) for run in FUSSELL2019_FIG2],
        records=[galaxy_record(run) for run in FUSSELL2019_FIG2],
        real=galaxy_images(f"{GALAXY_ZOO}_64"),
    output:
        pdf=f"{FUSSELL2019_DIR}/fig2.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig2.png",
            caption="../workflow/report/fussell2019_fig2.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig2.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/samples.py"),
        artefact="fussell2019 fig2",
        labels=["kernel 6", "kernel 4"],
        seed=config["seed"],
        schedules=galaxy_schedules(*FUSSELL2019_FIG2),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/samples.py"


use rule fussell2019_fig2 as fussell2019_fig3 with:
    """Fussell & Moews (2019), figure 3: channels and batches."""
    input:
        generated=[galaxy_images(run) for run in FUSSELL2019_FIG3],
        records=[galaxy_record(run) for run in FUSSELL2019_FIG3],
        real=galaxy_images(f"{GALAXY_ZOO}_64"),
    output:
        pdf=f"{FUSSELL2019_DIR}/fig3.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig3.png",
            caption="../workflow/report/fussell2019_fig3.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig3.log",
    params:
        code=code("artefacts/fussell2019/samples.py"),
        artefact="fussell2019 fig3",
        labels=[channels_and_batch(run).replace(", ", "\n") for run in FUSSELL2019_FIG3],
        seed=config["seed"],
        schedules=galaxy_schedules(*FUSSELL2019_FIG3),
        source=source(GALAXY_ZOO),


use rule fussell2019_fig2 as fussell2019_fig4 with:
    """Fussell & Moews (2019), figure 4: with and without batch normalisation."""
    input:
        generated=[galaxy_images(run) for run in FUSSELL2019_FIG4],
        records=[galaxy_record(run) for run in FUSSELL2019_FIG4],
        real=galaxy_images(f"{GALAXY_ZOO}_64"),
    output:
        pdf=f"{FUSSELL2019_DIR}/fig4.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig4.png",
            caption="../workflow/report/fussell2019_fig4.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig4.log",
    params:
        code=code("artefacts/fussell2019/samples.py"),
        artefact="fussell2019 fig4",
        labels=["batch\nnormalisation", "no batch\nnormalisation"],
        seed=config["seed"],
        schedules=galaxy_schedules(*FUSSELL2019_FIG4),
        source=source(GALAXY_ZOO),


use rule fussell2019_fig2 as fussell2019_fig5 with:
    """Fussell & Moews (2019), figure 5: with and without label smoothing."""
    input:
        generated=[galaxy_images(run) for run in FUSSELL2019_FIG5],
        records=[galaxy_record(run) for run in FUSSELL2019_FIG5],
        real=galaxy_images(f"{GALAXY_ZOO}_64"),
    output:
        pdf=f"{FUSSELL2019_DIR}/fig5.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig5.png",
            caption="../workflow/report/fussell2019_fig5.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig5.log",
    params:
        code=code("artefacts/fussell2019/samples.py"),
        artefact="fussell2019 fig5",
        labels=["label\nsmoothing", "no label\nsmoothing"],
        seed=config["seed"],
        schedules=galaxy_schedules(*FUSSELL2019_FIG5),
        source=source(GALAXY_ZOO),


use rule fussell2019_fig2 as fussell2019_fig6 with:
    """Fussell & Moews (2019), figure 6: dropout in the generator, the discriminator and both."""
    input:
        generated=[galaxy_images(run) for run in FUSSELL2019_FIG6],
        records=[galaxy_record(run) for run in FUSSELL2019_FIG6],
        real=galaxy_images(f"{GALAXY_ZOO}_64"),
    output:
        pdf=f"{FUSSELL2019_DIR}/fig6.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig6.png",
            caption="../workflow/report/fussell2019_fig6.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig6.log",
    params:
        code=code("artefacts/fussell2019/samples.py"),
        artefact="fussell2019 fig6",
        labels=["dropout in\ngenerator", "dropout in\ndiscriminator", "dropout\nin both"],
        seed=config["seed"],
        schedules=galaxy_schedules(*FUSSELL2019_FIG6),
        source=source(GALAXY_ZOO),


rule fussell2019_fig7:
    """Fussell & Moews (2019), figure 7: generated galaxies and the real ones closest to them."""
    input:
        generated=galaxy_images(DCGAN),
        records=[galaxy_record(DCGAN)],
        real=galaxy_images(f"{GALAXY_ZOO}_64"),
        closest=f"{RESULTS}/measurement/{DCGAN}/closest.csv",
        real_closest=f"{RESULTS}/measurement/{GALAXY_ZOO}_64/closest.csv",
    output:
        pdf=f"{FUSSELL2019_DIR}/fig7.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig7.png",
            caption="../workflow/report/fussell2019_fig7.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig7.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/fig7.py"),
        seed=config["seed"],
        schedules=galaxy_schedules(DCGAN),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/fig7.py"


use rule fussell2019_fig2 as fussell2019_fig8 with:
    """Fussell & Moews (2019), figure 8: galaxies of 128 pixels by one DCGAN."""
    input:
        generated=[galaxy_images(run) for run in FUSSELL2019_FIG8],
        records=[galaxy_record(run) for run in FUSSELL2019_FIG8],
        real=galaxy_images(f"{GALAXY_ZOO}_128"),
    output:
        pdf=f"{FUSSELL2019_DIR}/fig8.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig8.png",
            caption="../workflow/report/fussell2019_fig8.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig8.log",
    params:
        code=code("artefacts/fussell2019/samples.py"),
        artefact="fussell2019 fig8",
        labels=["dropout\nthroughout", "late dropout", "annealed dropout"],
        seed=config["seed"],
        schedules=galaxy_schedules(*FUSSELL2019_FIG8),
        source=source(GALAXY_ZOO),


rule fussell2019_fig9:
    """Fussell & Moews (2019), figure 9: galaxies enlarged from 64 to 128 pixels."""
    input:
        small=galaxy_images(f"{GALAXY_ZOO}_64"),
        large=galaxy_images(f"{GALAXY_ZOO}_128"),
        enlarged=galaxy_images(ENLARGED),
        records=[galaxy_record(ENLARGED)],
    output:
        pdf=f"{FUSSELL2019_DIR}/fig9.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig9.png",
            caption="../workflow/report/fussell2019_fig9.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig9.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/fig9.py"),
        seed=config["seed"],
        schedules=galaxy_schedules(STACKGAN),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/fig9.py"


rule fussell2019_fig10:
    """Fussell & Moews (2019), figure 10: galaxies of the chain, and real ones beside them."""
    input:
        generated=galaxy_images(CHAIN),
        records=[galaxy_record(DCGAN), galaxy_record(CHAIN)],
        real=galaxy_images(f"{GALAXY_ZOO}_128"),
    output:
        pdf=f"{FUSSELL2019_DIR}/fig10.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig10.png",
            caption="../workflow/report/fussell2019_fig10.rst",
            category="Fussell & Moews (2019)",
        ),
    log:
        f"{RESULTS}/logs/fussell2019_fig10.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/fig10.py"),
        seed=config["seed"],
        schedules=galaxy_schedules(DCGAN, STACKGAN),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/fig10.py"


rule fussell2019_fig11:
    """Fussell & Moews (2019), figure 11: shapes, fluxes and sizes at 64 pixels."""
    input:
        real=f"{RESULTS}/measurement/{GALAXY_ZOO}_64/ellipses.csv",
        generated=f"{RESULTS}/measurement/{DCGAN}/ellipses.csv",
        properties=f"{RESULTS}/comparison/{DCGAN}/properties.csv",
        records=[galaxy_record(DCGAN)],
        method=rules.fussell2019_table1.output.json,
    output:
        pdf=f"{FUSSELL2019_DIR}/fig11.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig11.png",
            caption="../workflow/report/fussell2019_fig11.rst",
            category="Fussell & Moews (2019)",
        ),
        json=f"{FUSSELL2019_DIR}/fig11.json",
    log:
        f"{RESULTS}/logs/fussell2019_fig11.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/histograms.py"),
        artefact="fussell2019 fig11",
        size=64,
        published=PUBLISHED["published"]["fussell2019"],
        seed=config["seed"],
        schedules=galaxy_schedules(DCGAN),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/histograms.py"


use rule fussell2019_fig11 as fussell2019_fig12 with:
    """Fussell & Moews (2019), figure 12: shapes, fluxes and sizes at 128 pixels."""
    input:
        real=f"{RESULTS}/measurement/{GALAXY_ZOO}_128/ellipses.csv",
        generated=f"{RESULTS}/measurement/{CHAIN}/ellipses.csv",
        properties=f"{RESULTS}/comparison/{CHAIN}/properties.csv",
        records=[galaxy_record(DCGAN), galaxy_record(CHAIN)],
        method=rules.fussell2019_table1.output.json,
    output:
        pdf=f"{FUSSELL2019_DIR}/fig12.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/fig12.png",
            caption="../workflow/report/fussell2019_fig12.rst",
            category="Fussell & Moews (2019)",
        ),
        json=f"{FUSSELL2019_DIR}/fig12.json",
    log:
        f"{RESULTS}/logs/fussell2019_fig12.log",
    params:
        code=code("artefacts/fussell2019/histograms.py"),
        artefact="fussell2019 fig12",
        size=128,
        published=PUBLISHED["published"]["fussell2019"],
        seed=config["seed"],
        schedules=galaxy_schedules(DCGAN, STACKGAN),
        source=source(GALAXY_ZOO),


rule fussell2019_ablations:
    """Beyond Fussell & Moews (2019): the quality of every model in numbers."""
    input:
        quality=f"{RESULTS}/comparison/galaxies/quality.csv",
        duplicates=f"{RESULTS}/comparison/galaxies/duplicates.csv",
        ellipses=expand(f"{RESULTS}/measurement/{{sample}}/ellipses.csv", sample=FUSSELL2019_FITTED),
        records=[galaxy_record(sample) for sample in FUSSELL2019_SAMPLES],
    output:
        pdf=f"{FUSSELL2019_DIR}/ablations.pdf",
        png=report(
            f"{FUSSELL2019_DIR}/ablations.png",
            caption="../workflow/report/fussell2019_ablations.rst",
            category="Fussell & Moews (2019)",
        ),
        csv=f"{FUSSELL2019_DIR}/ablations.csv",
        tex=f"{FUSSELL2019_DIR}/ablations.tex",
    log:
        f"{RESULTS}/logs/fussell2019_ablations.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/fussell2019/ablations.py"),
        labels=FUSSELL2019_SAMPLES,
        fitted=FUSSELL2019_FITTED,
        schedules=galaxy_schedules(*(sample.partition("_of_")[0] for sample in FUSSELL2019_SAMPLES)),
        source=source(GALAXY_ZOO),
    script:
        "../workflow/scripts/artefacts/fussell2019/ablations.py"
