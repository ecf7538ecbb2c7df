"""From catalogues of real and generated skies to statistics."""


localrules:
    compare_classes,
    compare_similar,
    judge_network,
    collect_scorers,
    compare_experiments,


rule compare_catalogues:
    """Medians, Kolmogorov-Smirnov tests and their null for one run's ensemble against its real field."""
    input:
        real=f"{RESULTS}/measurement/{REAL}/catalogue.fits",
        generated=lambda wildcards: ensemble_files("measurement", wildcards.run),
        null_a=f"{RESULTS}/measurement/null_a/catalogue.fits",
        null_b=f"{RESULTS}/measurement/null_b/catalogue.fits",
    output:
        statistics=f"{RESULTS}/comparison/{{run}}/statistics.csv",
    log:
        f"{RESULTS}/logs/compare_catalogues/{{run}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("comparison/compare_catalogues.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        bootstraps=config["comparison"]["bootstraps"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_catalogues.py"


rule compare_features:
    """FID, KID, precision and recall of every drawn set, and their null between two real halves."""
    input:
        real=[f"{RESULTS}/measurement/{real_galaxies(s)}/features.npy" for s in drawn_galaxies()],
        drawn=[f"{RESULTS}/measurement/{s}/features.npy" for s in drawn_galaxies()],
    output:
        quality=f"{RESULTS}/comparison/galaxies/quality.csv",
    log:
        f"{RESULTS}/logs/compare_features.log",
    conda:
        "../envs/quality.yaml"
    resources:
        mem_mb=attempted(8000),
        runtime=attempted(30),
    params:
        code=code("comparison/compare_features.py"),
        samples=drawn_galaxies(),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_features.py"


rule judge_classifier:
    """Error of the classifier's votes on galaxies that it has not seen."""
    input:
        votes=lambda wildcards: f"{RESULTS}/archives/{RUNS[wildcards.run]['dataset']}/votes.csv",
        predicted=lambda wildcards: f"{RESULTS}/measurement/{real_galaxies(wildcards.run)}/votes.npy",
    output:
        error=f"{RESULTS}/comparison/{{run}}/error.csv",
    log:
        f"{RESULTS}/logs/judge_classifier/{{run}}.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(10),
    params:
        code=code("comparison/judge_classifier.py"),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/judge_classifier.py"


rule compare_distances:
    """FID and KID of the drawn galaxies at several sizes and at infinite size, and those of two real halves."""
    input:
        real=f"{RESULTS}/measurement/{real_galaxies(COCCOMINI2021['galaxies'])}/features.npy",
        drawn=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/features.npy",
    output:
        fid=f"{RESULTS}/comparison/coccomini2021_fid.csv",
    log:
        f"{RESULTS}/logs/compare_distances.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("comparison/compare_distances.py"),
        sizes=COCCOMINI2021["fid_sizes"],
        bootstraps=COCCOMINI2021["bootstraps"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_distances.py"


rule compare_classes:
    """Classes of real and of drawn galaxies, and of the paper's own, with tests of whether they agree."""
    input:
        votes=f"{RESULTS}/archives/{RUNS[COCCOMINI2021['galaxies']]['dataset']}/votes.csv",
        real=f"{RESULTS}/measurement/{real_galaxies(COCCOMINI2021['galaxies'])}/votes.npy",
        drawn=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/votes.npy",
    output:
        fractions=f"{RESULTS}/comparison/coccomini2021_classes.csv",
        tests=f"{RESULTS}/comparison/coccomini2021_class_tests.csv",
    log:
        f"{RESULTS}/logs/compare_classes.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(10),
    params:
        code=code("comparison/compare_classes.py"),
        published=published_classes(),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_classes.py"


rule compare_similar:
    """How similar drawn galaxies are to their most similar real ones, and real ones to one another."""
    input:
        drawn=rules.search_similar.output.similar,
        real=rules.search_similar.output.real,
    output:
        similarity=f"{RESULTS}/comparison/coccomini2021_similarity.csv",
    log:
        f"{RESULTS}/logs/compare_similar.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(10),
    params:
        code=code("comparison/compare_similar.py"),
        bootstraps=COCCOMINI2021["bootstraps"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_similar.py"


rule judge_detector:
    """Precision, recall and their interval of a detector, in held-out scenes and in the wide view."""
    input:
        held_out=rules.detect_held_out.output.detections,
        held_out_boxes=rules.compose_scenes.output.held_out_boxes,
        scenes=rules.compose_scenes.output.held_out,
        about=rules.compose_scenes.output.held_out_about,
        view=rules.detect_view.output.detections,
        view_boxes=rules.locate_view_galaxies.output.boxes,
    output:
        table=f"{RESULTS}/comparison/{{run}}.csv",
    log:
        f"{RESULTS}/logs/judge_detector/{{run}}.log",
    wildcard_constraints:
        run=of_model("detector"),
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(30),
    params:
        code=code("comparison/judge_detector.py"),
        bootstraps=COCCOMINI2021["bootstraps"],
        zooms=COCCOMINI2021["zooms"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/judge_detector.py"


rule compare_properties:
    """Compare shapes, fluxes and sizes of a set of galaxies with the real ones of its size, and their null."""
    input:
        real=lambda wildcards: f"{RESULTS}/measurement/{real_galaxies(wildcards.sample)}/ellipses.csv",
        generated=f"{RESULTS}/measurement/{{sample}}/ellipses.csv",
    output:
        properties=f"{RESULTS}/comparison/{{sample}}/properties.csv",
    log:
        f"{RESULTS}/logs/compare_properties/{{sample}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(10),
    params:
        code=code("comparison/compare_properties.py"),
        bootstraps=config["galaxies"]["bootstraps"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_properties.py"


rule find_duplicates:
    """Find drawn galaxies that are nearer to a real one, or to one another, than real ones are."""
    input:
        real=[f"{RESULTS}/measurement/{real_galaxies(s)}/closest.csv" for s in drawn_galaxies()],
        generated=[f"{RESULTS}/measurement/{s}/closest.csv" for s in drawn_galaxies()],
    output:
        duplicates=f"{RESULTS}/comparison/galaxies/duplicates.csv",
    log:
        f"{RESULTS}/logs/find_duplicates.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(5),
    params:
        code=code("comparison/find_duplicates.py"),
        samples=drawn_galaxies(),
    script:
        "../workflow/scripts/comparison/find_duplicates.py"


rule cross_validate:
    """Predict the scored frames of each fold by a scorer that has learnt the others."""
    input:
        features=lambda wildcards: feature_files(
            f"{SPARSE}_scored", DEFREMOND2020["scorers"][wildcards.scorer]["features"]
        ),
        scores=f"{RESULTS}/archives/{SPARSE}/scored.csv",
    output:
        predictions=f"{RESULTS}/comparison/scorers/{{scorer}}.csv",
    log:
        f"{RESULTS}/logs/cross_validate/{{scorer}}.log",
    wildcard_constraints:
        scorer="|".join(FEATURE_SCORERS) or "(?!)",
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("comparison/cross_validate.py"),
        name="{scorer}",
        model=lambda wildcards: DEFREMOND2020["scorers"][wildcards.scorer]["model"],
        features=lambda wildcards: DEFREMOND2020["scorers"][wildcards.scorer]["features"],
        trees=DEFREMOND2020["trees"],
        folds=DEFREMOND2020["folds"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/cross_validate.py"


rule judge_network:
    """Put what a network has predicted of unseen frames beside their actual scores."""
    input:
        predictions=rules.predict_scores.output.predictions,
        scores=f"{RESULTS}/archives/{SPARSE}/scored.csv",
    output:
        predictions=f"{RESULTS}/comparison/scorers/{{scorer}}.csv",
    log:
        f"{RESULTS}/logs/judge_network/{{scorer}}.log",
    wildcard_constraints:
        scorer="|".join(NETWORK_SCORERS) or "(?!)",
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(5),
    params:
        code=code("comparison/judge_network.py"),
    script:
        "../workflow/scripts/comparison/judge_network.py"


rule collect_scorers:
    """Errors of all scorers in the order of table I."""
    input:
        predictions=[f"{RESULTS}/comparison/scorers/{name}.csv" for name in DEFREMOND2020["scorers"]],
    output:
        scorers=f"{RESULTS}/comparison/scorers.csv",
    log:
        f"{RESULTS}/logs/collect_scorers.log",
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(5),
    params:
        code=code("comparison/collect_scorers.py"),
        scorers=DEFREMOND2020["scorers"],
        initial_weights=initial_weights(),
    script:
        "../workflow/scripts/comparison/collect_scorers.py"


rule examine_scorer:
    """Calibration of the scorer that judges generators, and what it looks at."""
    input:
        predictions=f"{RESULTS}/comparison/scorers/{DEFREMOND2020['best']}.csv",
        scorer=rules.fit_scorer.output.scorer,
    output:
        calibration=f"{RESULTS}/comparison/calibration.csv",
        importance=f"{RESULTS}/comparison/importance.csv",
    log:
        f"{RESULTS}/logs/examine_scorer.log",
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(5),
    params:
        code=code("comparison/examine_scorer.py"),
    script:
        "../workflow/scripts/comparison/examine_scorer.py"


rule judge_generators:
    """Scores of every generator's frames, and whether a classifier tells them from real ones, with its null."""
    input:
        scores=rules.score_frames.output.scores,
        features=[path for frames in JUDGED for path in feature_files(frames, ["histogram", "power"])],
        labels=f"{RESULTS}/archives/{SPARSE}/labeled.csv",
        real=f"{RESULTS}/datasets/{SPARSE}/real.csv",
    output:
        generators=f"{RESULTS}/comparison/generators.csv",
    log:
        f"{RESULTS}/logs/judge_generators.log",
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(30),
    params:
        code=code("comparison/judge_generators.py"),
        frames=JUDGED,
        features=["histogram", "power"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/judge_generators.py"


rule compare_spectra:
    """Power spectra of real and generated frames."""
    input:
        power=[f"{RESULTS}/measurement/{frames}/power.npy" for frames in JUDGED],
        labels=f"{RESULTS}/archives/{SPARSE}/labeled.csv",
        real=f"{RESULTS}/datasets/{SPARSE}/real.csv",
    output:
        spectra=f"{RESULTS}/comparison/spectra.csv",
    log:
        f"{RESULTS}/logs/compare_spectra.log",
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(10),
    params:
        code=code("comparison/compare_spectra.py"),
        frames=JUDGED,
    script:
        "../workflow/scripts/comparison/compare_spectra.py"


rule compare_pairs:
    """Pair correlation of the centres of galaxies: real, generated, and at uniform places."""
    input:
        real=f"{RESULTS}/datasets/{SPARSE}/clusters.csv",
        centres=[f"{RESULTS}/measurement/{frames}/centres.csv" for frames in GENERATORS],
    output:
        pairs=f"{RESULTS}/comparison/pairs.csv",
        positions=f"{RESULTS}/comparison/positions.csv",
    log:
        f"{RESULTS}/logs/compare_pairs.log",
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("comparison/compare_pairs.py"),
        frames=GENERATORS,
        side=DEFREMOND2020["frame"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_pairs.py"


rule compare_experiments:
    """How far scores move when places or galaxies are drawn anew."""
    input:
        experiments=[f"{RESULTS}/measurement/{frames}/experiments.csv" for frames in TWO_STAGE],
        scores=[f"{RESULTS}/measurement/{frames}/scores.csv" for frames in TWO_STAGE],
    output:
        experiments=f"{RESULTS}/comparison/experiments.csv",
    log:
        f"{RESULTS}/logs/compare_experiments.log",
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(5),
    params:
        code=code("comparison/compare_experiments.py"),
        frames=TWO_STAGE,
    script:
        "../workflow/scripts/comparison/compare_experiments.py"
