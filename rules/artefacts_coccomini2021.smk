"""Figures, tables and pages of Coccomini et al. (2021), each by its name in the paper."""

COCCOMINI2021_DIR = f"{RESULTS}/artefacts/coccomini2021"
# The explorer's page as it stands in the source.
EXPLORER = ROOT / "workflow/mockskies/artefacts/explorer"
EXPLORER_PAGE = [
    "index.html",
    "explorer.css",
    "explorer.js",
    "grid.js",
    "picture.js",
    "sheets.js",
    "view.js",
]


localrules:
    coccomini2021_fig1,
    coccomini2021_fig2,
    coccomini2021_fig3,
    coccomini2021_fig4,
    coccomini2021_fig5,
    coccomini2021_table1,
    coccomini2021_numbers,
    coccomini2021_explorer,
    install_viewer,


rule coccomini2021_fig1:
    """Coccomini et al. (2021), figure 1: examples of the photographs and of the galaxies."""
    input:
        images=[galaxy_images(real_galaxies(COCCOMINI2021[name])) for name in ("bodies", "galaxies")],
        records=[galaxy_record(real_galaxies(COCCOMINI2021[name])) for name in ("bodies", "galaxies")],
    output:
        pdf=f"{COCCOMINI2021_DIR}/fig1.pdf",
        png=report(
            f"{COCCOMINI2021_DIR}/fig1.png",
            caption="../workflow/report/coccomini2021_fig1.rst",
            category="Coccomini et al. (2021)",
        ),
    log:
        f"{RESULTS}/logs/coccomini2021_fig1.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/coccomini2021/examples.py"),
        artefact="coccomini2021 fig1",
        subjects=["photographs", "galaxies"],
        seed=config["seed"],
        sources=[source(RUNS[COCCOMINI2021[name]]["dataset"]) for name in ("bodies", "galaxies")],
    script:
        "../workflow/scripts/artefacts/coccomini2021/examples.py"


use rule coccomini2021_fig1 as coccomini2021_fig2 with:
    """Coccomini et al. (2021), figure 2: generated celestial bodies and galaxies."""
    input:
        images=[galaxy_images(COCCOMINI2021[name]) for name in ("bodies", "galaxies")],
        records=[galaxy_record(COCCOMINI2021[name]) for name in ("bodies", "galaxies")],
    output:
        pdf=f"{COCCOMINI2021_DIR}/fig2.pdf",
        png=report(
            f"{COCCOMINI2021_DIR}/fig2.png",
            caption="../workflow/report/coccomini2021_fig2.rst",
            category="Coccomini et al. (2021)",
        ),
    log:
        f"{RESULTS}/logs/coccomini2021_fig2.log",
    params:
        code=code("artefacts/coccomini2021/examples.py"),
        artefact="coccomini2021 fig2",
        subjects=["celestial bodies", "galaxies"],
        seed=config["seed"],
        sources=[source(RUNS[COCCOMINI2021[name]]["dataset"]) for name in ("bodies", "galaxies")],
        epochs=epochs_of(COCCOMINI2021["bodies"], COCCOMINI2021["galaxies"]),


rule coccomini2021_fig3:
    """Coccomini et al. (2021), figure 3: the wide view, and its middle at full resolution."""
    input:
        view=rules.compose_view.output.view,
    output:
        pdf=f"{COCCOMINI2021_DIR}/fig3.pdf",
        png=report(
            f"{COCCOMINI2021_DIR}/fig3.png",
            caption="../workflow/report/coccomini2021_fig3.rst",
            category="Coccomini et al. (2021)",
        ),
    log:
        f"{RESULTS}/logs/coccomini2021_fig3.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/coccomini2021/fig3.py"),
        view=COCCOMINI2021["view"],
        drawn=COCCOMINI2021["drawn"],
        blanks=COCCOMINI2021["blanks"],
        source=source(RUNS[COCCOMINI2021["galaxies"]]["dataset"]),
        epochs=epochs_of(COCCOMINI2021["galaxies"]),
    script:
        "../workflow/scripts/artefacts/coccomini2021/fig3.py"


rule coccomini2021_fig4:
    """Coccomini et al. (2021), figure 4: a detector's boxes on the wide view and on parts of it."""
    input:
        view=rules.compose_view.output.view,
        detections=f"{RESULTS}/measurement/{COCCOMINI2021['detector']}/view.csv",
        judged=f"{RESULTS}/comparison/{COCCOMINI2021['detector']}.csv",
        losses=f"{RESULTS}/training/{COCCOMINI2021['detector']}/losses.csv",
    output:
        pdf=f"{COCCOMINI2021_DIR}/fig4.pdf",
        png=report(
            f"{COCCOMINI2021_DIR}/fig4.png",
            caption="../workflow/report/coccomini2021_fig4.rst",
            category="Coccomini et al. (2021)",
        ),
    log:
        f"{RESULTS}/logs/coccomini2021_fig4.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/coccomini2021/fig4.py"),
        detector=COCCOMINI2021["detector"],
        zooms=COCCOMINI2021["zooms"],
        scenes=COCCOMINI2021["scenes"],
        source=source(RUNS[COCCOMINI2021["galaxies"]]["dataset"]),
        epochs=epochs_of(COCCOMINI2021["galaxies"], COCCOMINI2021["detector"]),
    script:
        "../workflow/scripts/artefacts/coccomini2021/fig4.py"


rule coccomini2021_fig5:
    """Coccomini et al. (2021), figure 5: generated galaxies and the real ones most similar to each."""
    input:
        images=galaxy_images(COCCOMINI2021["galaxies"]),
        real=galaxy_images(real_galaxies(COCCOMINI2021["galaxies"])),
        records=[
            galaxy_record(COCCOMINI2021["galaxies"]),
            galaxy_record(real_galaxies(COCCOMINI2021["galaxies"])),
        ],
        similar=rules.search_similar.output.similar,
        similar_real=rules.search_similar.output.real,
        similarity=rules.compare_similar.output.similarity,
    output:
        pdf=f"{COCCOMINI2021_DIR}/fig5.pdf",
        png=report(
            f"{COCCOMINI2021_DIR}/fig5.png",
            caption="../workflow/report/coccomini2021_fig5.rst",
            category="Coccomini et al. (2021)",
        ),
    log:
        f"{RESULTS}/logs/coccomini2021_fig5.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/coccomini2021/fig5.py"),
        shown=coccomini2021_settings()["similar_shown"],
        similar=COCCOMINI2021["similar"],
        seed=config["seed"],
        source=source(RUNS[COCCOMINI2021["galaxies"]]["dataset"]),
        epochs=epochs_of(COCCOMINI2021["galaxies"]),
    script:
        "../workflow/scripts/artefacts/coccomini2021/fig5.py"


rule coccomini2021_table1:
    """Coccomini et al. (2021), table 1: classes of training and generated galaxies, and whether they agree."""
    input:
        fractions=rules.compare_classes.output.fractions,
        tests=rules.compare_classes.output.tests,
        photographs=galaxy_record(real_galaxies(COCCOMINI2021["bodies"])),
        bodies=galaxy_record(COCCOMINI2021["bodies"]),
        galaxies=galaxy_record(COCCOMINI2021["galaxies"]),
    output:
        csv=report(
            f"{COCCOMINI2021_DIR}/table1.csv",
            caption="../workflow/report/coccomini2021_table1.rst",
            category="Coccomini et al. (2021)",
        ),
        tex=f"{COCCOMINI2021_DIR}/table1.tex",
        json=f"{COCCOMINI2021_DIR}/table1.json",
    log:
        f"{RESULTS}/logs/coccomini2021_table1.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/coccomini2021/table1.py"),
        published=PUBLISHED["published"]["coccomini2021"],
        settings=coccomini2021_settings(),
        source=source(RUNS[COCCOMINI2021["galaxies"]]["dataset"]),
        epochs=epochs_of(COCCOMINI2021["galaxies"], COCCOMINI2021["classifier"]),
    script:
        "../workflow/scripts/artefacts/coccomini2021/table1.py"


rule coccomini2021_numbers:
    """Coccomini et al. (2021), section 4.2: FID with its null, the search for copies, times of training."""
    input:
        fid=rules.compare_distances.output.fid,
        similarity=rules.compare_similar.output.similarity,
        error=f"{RESULTS}/comparison/{COCCOMINI2021['classifier']}/error.csv",
        losses=[f"{RESULTS}/training/{COCCOMINI2021[name]}/losses.csv" for name in ("bodies", "galaxies")],
        method=rules.coccomini2021_table1.output.json,
    output:
        csv=report(
            f"{COCCOMINI2021_DIR}/numbers.csv",
            caption="../workflow/report/coccomini2021_numbers.rst",
            category="Coccomini et al. (2021)",
        ),
        tex=f"{COCCOMINI2021_DIR}/numbers.tex",
        json=f"{COCCOMINI2021_DIR}/numbers.json",
    log:
        f"{RESULTS}/logs/coccomini2021_numbers.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/coccomini2021/numbers.py"),
        published=PUBLISHED["published"]["coccomini2021"],
        source=source(RUNS[COCCOMINI2021["galaxies"]]["dataset"]),
        epochs=epochs_of(COCCOMINI2021["galaxies"], COCCOMINI2021["classifier"]),
    script:
        "../workflow/scripts/artefacts/coccomini2021/numbers.py"


rule install_viewer:
    """Install the viewer of the explorer's wide view, OpenSeadragon, from npm."""
    input:
        package=os.path.relpath(EXPLORER / "package.json"),
        lock=os.path.relpath(EXPLORER / "package-lock.json"),
    output:
        library=f"{RESULTS}/artefacts/viewer/openseadragon.min.js",
        licence=f"{RESULTS}/artefacts/viewer/openseadragon.LICENSE.txt",
    log:
        f"{RESULTS}/logs/install_viewer.log",
    conda:
        "../envs/viewer.yaml"
    params:
        code=code("artefacts/install_viewer.py"),
    script:
        "../workflow/scripts/artefacts/install_viewer.py"


rule coccomini2021_explorer:
    """Coccomini et al. (2021), abstract: a page on which every generated image can be looked through."""
    input:
        galaxies=galaxy_images(COCCOMINI2021["galaxies"]),
        bodies=galaxy_images(COCCOMINI2021["bodies"]),
        real=galaxy_images(real_galaxies(COCCOMINI2021["galaxies"])),
        records=[
            galaxy_record(COCCOMINI2021["galaxies"]),
            galaxy_record(COCCOMINI2021["bodies"]),
            galaxy_record(real_galaxies(COCCOMINI2021["galaxies"])),
        ],
        votes=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/votes.npy",
        nearest=rules.find_neighbours.output.nearest,
        similar=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/similar.csv",
        identifiers=f"{RESULTS}/archives/{RUNS[COCCOMINI2021['galaxies']]['dataset']}/votes.csv",
        view=rules.compose_view.output.view,
        page=[os.path.relpath(EXPLORER / name) for name in EXPLORER_PAGE],
        library=rules.install_viewer.output.library,
        licence=rules.install_viewer.output.licence,
    output:
        explorer=directory(f"{COCCOMINI2021_DIR}/explorer"),
    log:
        f"{RESULTS}/logs/coccomini2021_explorer.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("artefacts/coccomini2021/explorer.py"),
        paper=PAPERS["coccomini2021"]["reference"],
        source=source(RUNS[COCCOMINI2021["galaxies"]]["dataset"]),
        epochs=epochs_of(COCCOMINI2021["galaxies"], COCCOMINI2021["bodies"]),
    script:
        "../workflow/scripts/artefacts/coccomini2021/explorer.py"
