"""Figures and numbers of Smith & Geach (2019), each by its name in the paper."""

SMITH2019_DIR = f"{RESULTS}/artefacts/smith2019"
SMITH2019_CATALOGUES = ensemble_files("measurement", SMITH2019)
SMITH2019_FIELDS = ensemble_files("sampling", SMITH2019)


localrules:
    smith2019_fig1,
    smith2019_fig2,
    smith2019_fig3,
    smith2019_fig4,
    smith2019_numbers,


rule smith2019_fig1:
    """Smith & Geach (2019), figure 1: what one noise array becomes as training goes on."""
    input:
        evolution=f"{RESULTS}/sampling/{SMITH2019}/evolution.fits",
    output:
        pdf=f"{SMITH2019_DIR}/fig1.pdf",
        png=report(
            f"{SMITH2019_DIR}/fig1.png",
            caption="../workflow/report/smith2019_fig1.rst",
            category="Smith & Geach (2019)",
        ),
    log:
        f"{RESULTS}/logs/smith2019_fig1.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/smith2019/fig1.py"),
        band="F775W",
        percentiles=[0.5, 99.5],
        pixel_scale=quantity(config["dataset"]["pixel_scale"], "arcsec"),
        schedule=schedule(SMITH2019),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/smith2019/fig1.py"


rule smith2019_fig2:
    """Smith & Geach (2019), figure 2: a generated field, one of our own and the real one, and a zoom of each."""
    input:
        real=f"{RESULTS}/datasets/{REAL}/field.fits",
        generated=SMITH2019_FIELDS[-1],
        own=ensemble_files("sampling", FIELD)[-1],
    output:
        pdf=f"{SMITH2019_DIR}/fig2.pdf",
        png=report(
            f"{SMITH2019_DIR}/fig2.png",
            caption="../workflow/report/smith2019_fig2.rst",
            category="Smith & Geach (2019)",
        ),
    log:
        f"{RESULTS}/logs/smith2019_fig2.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/smith2019/fig2.py"),
        zoom=45.0,
        own_steps=own_schedule(FIELD)["steps"],
        schedule=schedule(SMITH2019),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/smith2019/fig2.py"


rule smith2019_fig3:
    """Smith & Geach (2019), figure 3: a hundred sources, half of them generated, and the key to which."""
    input:
        real_field=f"{RESULTS}/datasets/{REAL}/field.fits",
        real_catalogue=f"{RESULTS}/measurement/{REAL}/catalogue.fits",
        generated_fields=SMITH2019_FIELDS,
        generated_catalogues=SMITH2019_CATALOGUES,
    output:
        pdf=f"{SMITH2019_DIR}/fig3.pdf",
        png=report(
            f"{SMITH2019_DIR}/fig3.png",
            caption="../workflow/report/smith2019_fig3.rst",
            category="Smith & Geach (2019)",
        ),
        key=f"{SMITH2019_DIR}/fig3_key.csv",
    log:
        f"{RESULTS}/logs/smith2019_fig3.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/smith2019/fig3.py"),
        band="F775W",
        magnitudes=[21.0, 26.0],
        size=7.2,
        pixel_scale=quantity(config["dataset"]["pixel_scale"], "arcsec"),
        each=50,
        seed=config["seed"],
        schedule=schedule(SMITH2019),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/smith2019/fig3.py"


rule smith2019_fig4:
    """Smith & Geach (2019), figure 4: magnitudes of real and generated sources in each band."""
    input:
        real=f"{RESULTS}/measurement/{REAL}/catalogue.fits",
        generated=SMITH2019_CATALOGUES,
        statistics=f"{RESULTS}/comparison/{SMITH2019}/statistics.csv",
    output:
        pdf=f"{SMITH2019_DIR}/fig4.pdf",
        png=report(
            f"{SMITH2019_DIR}/fig4.png",
            caption="../workflow/report/smith2019_fig4.rst",
            category="Smith & Geach (2019)",
        ),
    log:
        f"{RESULTS}/logs/smith2019_fig4.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/smith2019/fig4.py"),
        magnitudes=[20.0, 32.0],
        bin_width=0.5,
        schedule=schedule(SMITH2019),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/smith2019/fig4.py"


rule smith2019_numbers:
    """Smith & Geach (2019), the text's numbers: medians, Kolmogorov-Smirnov p values, times."""
    input:
        statistics=f"{RESULTS}/comparison/{SMITH2019}/statistics.csv",
        constants=f"{RESULTS}/datasets/{REAL}/training.json",
        key=rules.smith2019_fig3.output.key,
        timing=f"{RESULTS}/sampling/{SMITH2019}/timing.json",
        losses=f"{RESULTS}/training/{SMITH2019}/losses.csv",
    output:
        json=f"{SMITH2019_DIR}/numbers.json",
        csv=report(
            f"{SMITH2019_DIR}/numbers.csv",
            caption="../workflow/report/smith2019_numbers.rst",
            category="Smith & Geach (2019)",
        ),
        tex=f"{SMITH2019_DIR}/numbers.tex",
        timings=f"{SMITH2019_DIR}/timings.json",
    log:
        f"{RESULTS}/logs/smith2019_numbers.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/smith2019/numbers.py"),
        published=PUBLISHED["published"]["smith2019"],
        settings=smith2019_settings(),
        schedule=schedule(SMITH2019),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/smith2019/numbers.py"
