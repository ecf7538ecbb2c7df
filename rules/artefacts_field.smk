"""Figures and numbers of `field`, our own generator of deep fields, each by its name."""

FIELD_DIR = f"{RESULTS}/artefacts/field"
FIELD_COMPARISON = f"{RESULTS}/comparison/{FIELD}"


localrules:
    field_counts,
    field_rivals,
    field_sky,
    field_colours,
    field_planes,
    field_nearest,
    field_asked,
    field_numbers,


rule field_counts:
    """Magnitudes of generated sources, and of real ones in the area of the training and in that held out."""
    input:
        counts=f"{FIELD_COMPARISON}/counts.csv",
    output:
        pdf=f"{FIELD_DIR}/counts.pdf",
        png=report(
            f"{FIELD_DIR}/counts.png",
            caption="../workflow/report/field_counts.rst",
            category="field",
        ),
    log:
        f"{RESULTS}/logs/field_counts.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/counts.py"),
        ensemble=ensemble_epochs(FIELD),
        magnitudes=[21.0, 30.5],
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/counts.py"


rule field_rivals:
    """The published recipe and `field` at equal time of training, in pictures and in numbers."""
    input:
        real=f"{RESULTS}/datasets/{REAL}/field.fits",
        rival=f"{RESULTS}/comparison/{RIVAL}/progress.csv",
        own=f"{FIELD_COMPARISON}/progress.csv",
        rival_fields=milestone_files("sampling", RIVAL),
        own_fields=milestone_files("sampling", FIELD),
    output:
        pdf=f"{FIELD_DIR}/rivals.pdf",
        png=report(
            f"{FIELD_DIR}/rivals.png",
            caption="../workflow/report/field_rivals.rst",
            category="field",
        ),
        csv=f"{FIELD_DIR}/rivals.csv",
        tex=f"{FIELD_DIR}/rivals.tex",
    log:
        f"{RESULTS}/logs/field_rivals.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/rivals.py"),
        runs=[RIVAL, FIELD],
        zoom=30.0,
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/rivals.py"


rule field_sky:
    """Pixels, power spectrum and clustering of generated and real fields."""
    input:
        pixels=f"{FIELD_COMPARISON}/pixels.csv",
        spectra=f"{FIELD_COMPARISON}/spectra.csv",
        clustering=f"{FIELD_COMPARISON}/clustering.csv",
    output:
        pdf=f"{FIELD_DIR}/sky.pdf",
        png=report(
            f"{FIELD_DIR}/sky.png",
            caption="../workflow/report/field_sky.rst",
            category="field",
        ),
    log:
        f"{RESULTS}/logs/field_sky.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/sky.py"),
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/sky.py"


rule field_colours:
    """Every colour of generated and real sources, with its tests and their null."""
    input:
        real=f"{RESULTS}/measurement/{REAL}/catalogue.fits",
        generated=ensemble_files("measurement", FIELD),
        statistics=f"{FIELD_COMPARISON}/held_out.csv",
    output:
        pdf=f"{FIELD_DIR}/colours.pdf",
        png=report(
            f"{FIELD_DIR}/colours.png",
            caption="../workflow/report/field_colours.rst",
            category="field",
        ),
    log:
        f"{RESULTS}/logs/field_colours.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/colours.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/colours.py"


rule field_planes:
    """Colour against colour and size against magnitude of generated and real sources."""
    input:
        real=f"{RESULTS}/measurement/{REAL}/catalogue.fits",
        generated=ensemble_files("measurement", FIELD),
        planes=f"{FIELD_COMPARISON}/planes.csv",
    output:
        pdf=f"{FIELD_DIR}/planes.pdf",
        png=report(
            f"{FIELD_DIR}/planes.png",
            caption="../workflow/report/field_planes.rst",
            category="field",
        ),
    log:
        f"{RESULTS}/logs/field_planes.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/planes.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/planes.py"


rule field_nearest:
    """Bright generated sources beside the real ones that are most like them."""
    input:
        nearest=f"{FIELD_COMPARISON}/nearest.csv",
        pictures=f"{FIELD_COMPARISON}/nearest.npz",
    output:
        pdf=f"{FIELD_DIR}/nearest.pdf",
        png=report(
            f"{FIELD_DIR}/nearest.png",
            caption="../workflow/report/field_nearest.rst",
            category="field",
        ),
    log:
        f"{RESULTS}/logs/field_nearest.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/nearest.py"),
        limit=quantity(config["field"]["nearest_limit"], "mag"),
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/nearest.py"


rule field_asked:
    """Density and depth of mock fields, measured against asked."""
    input:
        asked=f"{RESULTS}/comparison/asked.csv",
    output:
        pdf=f"{FIELD_DIR}/asked.pdf",
        png=report(
            f"{FIELD_DIR}/asked.png",
            caption="../workflow/report/field_asked.rst",
            category="field",
        ),
        csv=f"{FIELD_DIR}/asked.csv",
        tex=f"{FIELD_DIR}/asked.tex",
    log:
        f"{RESULTS}/logs/field_asked.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/asked.py"),
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/asked.py"


rule field_numbers:
    """Every number by which `field` is judged, beside what real areas differ by."""
    input:
        statistics=f"{FIELD_COMPARISON}/held_out.csv",
        counts=f"{FIELD_COMPARISON}/counts.csv",
        planes=f"{FIELD_COMPARISON}/planes.csv",
        classifier=f"{FIELD_COMPARISON}/classifier.csv",
        clustering=f"{FIELD_COMPARISON}/clustering.csv",
        sky=f"{FIELD_COMPARISON}/sky.csv",
        nearest=f"{FIELD_COMPARISON}/nearest.csv",
    output:
        csv=report(
            f"{FIELD_DIR}/numbers.csv",
            caption="../workflow/report/field_numbers.rst",
            category="field",
        ),
        tex=f"{FIELD_DIR}/numbers.tex",
    log:
        f"{RESULTS}/logs/field_numbers.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/field/numbers.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        schedule=own_schedule(FIELD),
        source=source(REAL),
    script:
        "../workflow/scripts/artefacts/field/numbers.py"
