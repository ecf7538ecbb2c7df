"""From artefacts to the page and the ledger."""


localrules:
    collect,
    smith2019,
    fussell2019,
    defremond2020,
    coccomini2021,


rule collect:
    """Every artefact of a paper on one page, and every published value in a ledger."""
    input:
        artefacts=lambda wildcards: artefact_files(wildcards.paper),
        captions=lambda wildcards: [
            caption(wildcards.paper, name) for name in PAPERS[wildcards.paper]["artefacts"]
        ],
        template=os.path.relpath(ROOT / "workflow/mockskies/publication/page.html"),
    output:
        page=f"{RESULTS}/publication/{{paper}}/index.html",
        ledger=f"{RESULTS}/publication/{{paper}}/ledger.csv",
    log:
        f"{RESULTS}/logs/collect/{{paper}}.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("publication/collect.py"),
        papers=paper_page,
    script:
        "../workflow/scripts/publication/collect.py"


rule smith2019:
    """Smith & Geach (2019), all of it: four figures, the numbers, the page."""
    input:
        archive_files(REAL),
        artefact_files("smith2019"),
        f"{RESULTS}/publication/smith2019/index.html",


rule fussell2019:
    """Fussell & Moews (2019), all of it: twelve figures, the table, every model in numbers, the page."""
    input:
        artefact_files("fussell2019"),
        f"{RESULTS}/comparison/{FUSSELL2019['classifier']}/error.csv",
        f"{RESULTS}/publication/fussell2019/index.html",


rule defremond2020:
    """De Fremond et al. (2020), all of it: figures, tables, experiments, the page."""
    input:
        artefact_files("defremond2020"),
        f"{RESULTS}/publication/defremond2020/index.html",


rule coccomini2021:
    """Coccomini et al. (2021), all of it: five figures, the table, the numbers, the explorer, the page."""
    input:
        artefact_files("coccomini2021"),
        f"{RESULTS}/publication/coccomini2021/index.html",
