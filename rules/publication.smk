"""From artefacts to the page and the ledger."""


localrules:
    collect,
    describe_results,
    archive,
    smith2019,
    fussell2019,
    defremond2020,
    coccomini2021,
    field,


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


rule describe_results:
    """An RO-Crate of the results: what each artefact is, what it was made from, and which paper it rebuilds."""
    input:
        artefacts=[file for paper in PAPERS for file in artefact_files(paper)],
        citation=os.path.relpath(ROOT / "CITATION.cff"),
    output:
        crate=f"{RESULTS}/ro-crate-metadata.json",
    log:
        f"{RESULTS}/logs/describe_results.log",
    conda:
        "../envs/figures.yaml"
    params:
        code=code("publication/describe_results.py"),
        results=lambda wildcards, output: os.path.dirname(output[0]),
        papers=lambda wildcards: {key: paper_of(key) for key in PAPERS},
    script:
        "../workflow/scripts/publication/describe_results.py"


rule archive:
    """Results of a paper, or of all, in one zip: weights, catalogues, artefacts, sums, settings."""
    input:
        drawn=drawn_files,
        kept=kept_files,
    output:
        zip=f"{RESULTS}/{{papers}}.zip",
    log:
        f"{RESULTS}/logs/archive/{{papers}}.log",
    wildcard_constraints:
        papers="|".join(["all", *PAPERS]),
    conda:
        "../envs/figures.yaml"
    params:
        code=code("publication/archive.py"),
        results=lambda wildcards, output: os.path.dirname(output[0]),
        papers=archived_papers,
        configuration=config,
    script:
        "../workflow/scripts/publication/archive.py"


rule smith2019:
    """Smith & Geach (2019), all of it: four figures, the numbers, the page."""
    input:
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


rule field:
    """Deep fields by our own generator, all of it: figures, every number, the page."""
    input:
        artefact_files("field"),
        f"{RESULTS}/publication/field/index.html",
