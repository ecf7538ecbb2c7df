"""Figures, tables and experiments of de Fremond et al. (2020), each by its name in the paper."""

DEFREMOND2020_DIR = f"{RESULTS}/artefacts/defremond2020"
UNCONDITIONAL, CONDITIONAL = TWO_STAGE
# Rows of figure 6 below the real frames: of the two baselines, the one with galaxies' own shapes.
DEFREMOND2020_FIG6 = ["defremond2020_baseline2", *DEFREMOND2020_RUNS]


localrules:
    defremond2020_fig2,
    defremond2020_fig4,
    defremond2020_fig5,
    defremond2020_fig6,
    defremond2020_table1,
    defremond2020_table2,
    defremond2020_experiments,
    defremond2020_scorer,
    defremond2020_generators,


rule defremond2020_fig2:
    """De Fremond et al. (2020), figure 2: positions, galaxies, and the frame that they make."""
    input:
        images=frames_folder(UNCONDITIONAL),
        about=f"{RESULTS}/sampling/{UNCONDITIONAL}/images.json",
        galaxies=f"{RESULTS}/sampling/{UNCONDITIONAL}/galaxies.csv",
        patches=f"{RESULTS}/sampling/{UNCONDITIONAL}/patches.npy",
        losses=losses_of(UNCONDITIONAL),
    output:
        pdf=f"{DEFREMOND2020_DIR}/fig2.pdf",
        png=report(
            f"{DEFREMOND2020_DIR}/fig2.png",
            caption="../workflow/report/defremond2020_fig2.rst",
            category="de Fremond et al. (2020)",
        ),
    log:
        f"{RESULTS}/logs/defremond2020_fig2.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/fig2.py"),
        runs=runs_of(UNCONDITIONAL),
        epochs=epochs_of(*runs_of(UNCONDITIONAL)),
        seed=config["seed"],
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/fig2.py"


rule defremond2020_fig4:
    """De Fremond et al. (2020), figure 4: features of frames with different scores."""
    input:
        frames=frames_folder(f"{SPARSE}_scored"),
        scores=f"{RESULTS}/archives/{SPARSE}/scored.csv",
        histogram=f"{RESULTS}/measurement/{SPARSE}_scored/histogram.npy",
        power=f"{RESULTS}/measurement/{SPARSE}_scored/power.npy",
    output:
        pdf=f"{DEFREMOND2020_DIR}/fig4.pdf",
        png=report(
            f"{DEFREMOND2020_DIR}/fig4.png",
            caption="../workflow/report/defremond2020_fig4.rst",
            category="de Fremond et al. (2020)",
        ),
    log:
        f"{RESULTS}/logs/defremond2020_fig4.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/fig4.py"),
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/fig4.py"


rule defremond2020_fig5:
    """De Fremond et al. (2020), figure 5: single galaxies of either model and of each class."""
    input:
        real=f"{RESULTS}/datasets/{SPARSE}/patches.npy",
        real_about=f"{RESULTS}/datasets/{SPARSE}/patches.json",
        unconditional=f"{RESULTS}/sampling/{UNCONDITIONAL}/patches.npy",
        conditional=f"{RESULTS}/sampling/{CONDITIONAL}/patches.npy",
        classes=f"{RESULTS}/sampling/{CONDITIONAL}/galaxies.csv",
        losses=[losses_of(name)[1] for name in (UNCONDITIONAL, CONDITIONAL)],
    output:
        pdf=f"{DEFREMOND2020_DIR}/fig5.pdf",
        png=report(
            f"{DEFREMOND2020_DIR}/fig5.png",
            caption="../workflow/report/defremond2020_fig5.rst",
            category="de Fremond et al. (2020)",
        ),
    log:
        f"{RESULTS}/logs/defremond2020_fig5.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/fig5.py"),
        runs=[runs_of(name)[1] for name in (UNCONDITIONAL, CONDITIONAL)],
        epochs=epochs_of(*(runs_of(name)[1] for name in (UNCONDITIONAL, CONDITIONAL))),
        classes=DEFREMOND2020["classes"],
        seed=config["seed"],
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/fig5.py"


rule defremond2020_fig6:
    """De Fremond et al. (2020), figure 6: whole frames, real and of every kind of generator."""
    input:
        real=f"{RESULTS}/datasets/{SPARSE}/real.csv",
        labeled=frames_folder(f"{SPARSE}_labeled"),
        scored=frames_folder(f"{SPARSE}_scored"),
        generated=[frames_folder(name) for name in DEFREMOND2020_FIG6],
        losses=losses_of(*DEFREMOND2020_RUNS),
    output:
        pdf=f"{DEFREMOND2020_DIR}/fig6.pdf",
        png=report(
            f"{DEFREMOND2020_DIR}/fig6.png",
            caption="../workflow/report/defremond2020_fig6.rst",
            category="de Fremond et al. (2020)",
        ),
    log:
        f"{RESULTS}/logs/defremond2020_fig6.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/fig6.py"),
        frames=DEFREMOND2020_FIG6,
        runs=runs_of(*DEFREMOND2020_RUNS),
        epochs=epochs_of(*runs_of(*DEFREMOND2020_RUNS)),
        seed=config["seed"],
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/fig6.py"


rule defremond2020_table1:
    """De Fremond et al. (2020), table 1: errors of every scorer."""
    input:
        scorers=f"{RESULTS}/comparison/scorers.csv",
    output:
        csv=report(
            f"{DEFREMOND2020_DIR}/table1.csv",
            caption="../workflow/report/defremond2020_table1.rst",
            category="de Fremond et al. (2020)",
        ),
        tex=f"{DEFREMOND2020_DIR}/table1.tex",
        json=f"{DEFREMOND2020_DIR}/table1.json",
    log:
        f"{RESULTS}/logs/defremond2020_table1.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/table1.py"),
        published=PUBLISHED["published"]["defremond2020"],
        settings=defremond2020_settings(),
        notes=defremond2020_notes(),
        folds=DEFREMOND2020["folds"],
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/table1.py"


rule defremond2020_table2:
    """De Fremond et al. (2020), table 2: scores and times of every generator."""
    input:
        generators=f"{RESULTS}/comparison/generators.csv",
        drawn=[f"{RESULTS}/sampling/{name}/images.json" for name in GENERATORS],
        losses=losses_of(*DEFREMOND2020_RUNS),
        method=rules.defremond2020_table1.output.json,
    output:
        csv=report(
            f"{DEFREMOND2020_DIR}/table2.csv",
            caption="../workflow/report/defremond2020_table2.rst",
            category="de Fremond et al. (2020)",
        ),
        tex=f"{DEFREMOND2020_DIR}/table2.tex",
        json=f"{DEFREMOND2020_DIR}/table2.json",
    log:
        f"{RESULTS}/logs/defremond2020_table2.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/table2.py"),
        published=PUBLISHED["published"]["defremond2020"],
        frames=GENERATORS,
        runs=DEFREMOND2020_RUNS,
        training=runs_of(*DEFREMOND2020_RUNS),
        epochs=epochs_of(*runs_of(*DEFREMOND2020_RUNS)),
        best=DEFREMOND2020["best"],
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/table2.py"


rule defremond2020_experiments:
    """De Fremond et al. (2020), section 3.3: scores of frames with other places and other galaxies."""
    input:
        summary=f"{RESULTS}/comparison/experiments.csv",
        scores=[f"{RESULTS}/measurement/{name}/experiments.csv" for name in (UNCONDITIONAL, CONDITIONAL)],
        losses=losses_of(UNCONDITIONAL, CONDITIONAL),
        method=rules.defremond2020_table1.output.json,
    output:
        pdf=f"{DEFREMOND2020_DIR}/experiments.pdf",
        png=report(
            f"{DEFREMOND2020_DIR}/experiments.png",
            caption="../workflow/report/defremond2020_experiments.rst",
            category="de Fremond et al. (2020)",
        ),
        csv=f"{DEFREMOND2020_DIR}/experiments.csv",
        json=f"{DEFREMOND2020_DIR}/experiments.json",
    log:
        f"{RESULTS}/logs/defremond2020_experiments.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/experiments.py"),
        published=PUBLISHED["published"]["defremond2020"],
        frames=[UNCONDITIONAL, CONDITIONAL],
        runs=runs_of(UNCONDITIONAL, CONDITIONAL),
        epochs=epochs_of(*runs_of(UNCONDITIONAL, CONDITIONAL)),
        experiments=DEFREMOND2020["experiments"],
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/experiments.py"


rule defremond2020_scorer:
    """Beyond de Fremond et al. (2020): calibration of the best scorer, and what it looks at."""
    input:
        calibration=f"{RESULTS}/comparison/calibration.csv",
        importance=f"{RESULTS}/comparison/importance.csv",
    output:
        pdf=f"{DEFREMOND2020_DIR}/scorer.pdf",
        png=report(
            f"{DEFREMOND2020_DIR}/scorer.png",
            caption="../workflow/report/defremond2020_scorer.rst",
            category="de Fremond et al. (2020)",
        ),
    log:
        f"{RESULTS}/logs/defremond2020_scorer.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/scorer.py"),
        best=DEFREMOND2020["best"],
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/scorer.py"


rule defremond2020_generators:
    """Beyond de Fremond et al. (2020): whether generated frames can be told from real ones."""
    input:
        generators=f"{RESULTS}/comparison/generators.csv",
        spectra=f"{RESULTS}/comparison/spectra.csv",
        pairs=f"{RESULTS}/comparison/pairs.csv",
        positions=f"{RESULTS}/comparison/positions.csv",
        losses=losses_of(*DEFREMOND2020_RUNS),
    output:
        pdf=f"{DEFREMOND2020_DIR}/generators.pdf",
        png=report(
            f"{DEFREMOND2020_DIR}/generators.png",
            caption="../workflow/report/defremond2020_generators.rst",
            category="de Fremond et al. (2020)",
        ),
        csv=f"{DEFREMOND2020_DIR}/generators.csv",
        tex=f"{DEFREMOND2020_DIR}/generators.tex",
    log:
        f"{RESULTS}/logs/defremond2020_generators.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/defremond2020/generators.py"),
        frames=GENERATORS,
        runs=runs_of(*DEFREMOND2020_RUNS),
        epochs=epochs_of(*runs_of(*DEFREMOND2020_RUNS)),
        source=source(SPARSE),
    script:
        "../workflow/scripts/artefacts/defremond2020/generators.py"
