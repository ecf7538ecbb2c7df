"""From images to catalogues."""


localrules:
    gather_ellipses,
    gather_features,
    gather_scored_features,
    gather_experiments,


rule catalogue_observed:
    """Detect and measure the sources of an archive's field."""
    input:
        field=rules.align_xdf.output.field,
    output:
        catalogue=f"{RESULTS}/measurement/{{archive}}/catalogue.fits",
    log:
        f"{RESULTS}/logs/catalogue_observed/{{archive}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        serial=1,
        mem_mb=field_memory,
        runtime=field_time,
    params:
        code=code("measurement/catalogue_field.py"),
        settings=config["catalogue"],
    script:
        "../workflow/scripts/measurement/catalogue_field.py"


use rule catalogue_observed as catalogue_generated with:
    input:
        field=rules.draw_field.output.field,
    output:
        catalogue=f"{RESULTS}/measurement/{{run}}/{{epoch}}_{{index}}.fits",
    log:
        f"{RESULTS}/logs/catalogue_generated/{{run}}/{{epoch}}_{{index}}.log",


rule embed_galaxies:
    """Features of the galaxies of every DCGAN, and the votes that the classifier expects of them."""
    input:
        weights=f"{RESULTS}/training/{FUSSELL2019['classifier']}/weights",
        images=[galaxy_images(sample) for sample in drawn_galaxies()],
    output:
        features=[f"{RESULTS}/measurement/{sample}/features.npy" for sample in drawn_galaxies()],
        votes=[f"{RESULTS}/measurement/{sample}/votes.npy" for sample in drawn_galaxies()],
    log:
        f"{RESULTS}/logs/embed_galaxies.log",
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        gpu=1,
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("measurement/embed_galaxies.py"),
        weights=f"{RUNS[FUSSELL2019['classifier']]['epochs']:06d}.safetensors",
        size=RUNS[FUSSELL2019["classifier"]]["sizes"][0],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/measurement/embed_galaxies.py"


use rule embed_galaxies as embed_sample with:
    input:
        weights=f"{RESULTS}/training/{FUSSELL2019['classifier']}/weights",
        images=lambda wildcards: [galaxy_images(wildcards.sample)],
    output:
        features=[f"{RESULTS}/measurement/{{sample}}/features.npy"],
        votes=[f"{RESULTS}/measurement/{{sample}}/votes.npy"],
    log:
        f"{RESULTS}/logs/embed_sample/{{sample}}.log",
    wildcard_constraints:
        sample=embedded_alone(),


rule search_similar:
    """Find the real galaxies that are most similar to some drawn ones by SSIM, and to as many real ones."""
    input:
        images=galaxy_images(COCCOMINI2021["galaxies"]),
        real=galaxy_images(real_galaxies(COCCOMINI2021["galaxies"])),
    output:
        similar=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/similar.csv",
        real=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/similar_real.csv",
    log:
        f"{RESULTS}/logs/search_similar.log",
    conda:
        "../envs/measurement.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("measurement/search_similar.py"),
        similar=COCCOMINI2021["similar"],
        neighbours=COCCOMINI2021["neighbours"],
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/search_similar.py"


rule detect_held_out:
    """Find galaxies with a detector in scenes that it has not learnt."""
    input:
        weights=f"{RESULTS}/training/{{run}}/weights",
        scenes=rules.compose_scenes.output.held_out,
        about=rules.compose_scenes.output.held_out_about,
    output:
        detections=f"{RESULTS}/measurement/{{run}}/held_out.csv",
    log:
        f"{RESULTS}/logs/detect_held_out/{{run}}.log",
    wildcard_constraints:
        run=of_model("detector"),
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        gpu=1,
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("measurement/detect_held_out.py"),
        weights=last_weights,
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/measurement/detect_held_out.py"


rule detect_view:
    """Find galaxies with a detector in the wide view, at every zoom of figure 4."""
    input:
        weights=f"{RESULTS}/training/{{run}}/weights",
        view=rules.compose_view.output.view,
    output:
        detections=f"{RESULTS}/measurement/{{run}}/view.csv",
    log:
        f"{RESULTS}/logs/detect_view/{{run}}.log",
    wildcard_constraints:
        run=of_model("detector"),
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        gpu=1,
        mem_mb=attempted(8000),
        runtime=attempted(120),
    params:
        code=code("measurement/detect_view.py"),
        weights=last_weights,
        side=COCCOMINI2021["scenes"]["side"],
        zooms=COCCOMINI2021["zooms"],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/measurement/detect_view.py"


rule locate_view_galaxies:
    """Put boxes around the galaxies that the wide view was composed of."""
    input:
        view=rules.compose_view.output.view,
        images=rules.compose_view.input.images,
        about=rules.compose_view.input.about,
    output:
        boxes=f"{RESULTS}/measurement/coccomini2021_view/boxes.csv",
    log:
        f"{RESULTS}/logs/locate_view_galaxies.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("measurement/locate_view_galaxies.py"),
    script:
        "../workflow/scripts/measurement/locate_view_galaxies.py"


scattergather:
    ellipses=config["galaxies"]["chunks"],


rule fit_ellipses:
    """Fit isophotes to one chunk of the measured galaxies, and take their moments."""
    input:
        images=lambda wildcards: galaxy_images(wildcards.sample),
    output:
        ellipses=temp(f"{RESULTS}/measurement/{{sample}}/ellipses/{{scatteritem}}.csv"),
    log:
        f"{RESULTS}/logs/fit_ellipses/{{sample}}/{{scatteritem}}.log",
    conda:
        "../envs/measurement.yaml"
    threads: 16
    resources:
        mem_mb=attempted(6000),
        runtime=attempted(60),
    params:
        code=code("measurement/fit_ellipses.py"),
        measured=config["galaxies"]["measured"],
        real=lambda wildcards: is_real(wildcards.sample),
        chunk=lambda wildcards: wildcards.scatteritem,
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/fit_ellipses.py"


rule gather_ellipses:
    """Join the chunks of a set's ellipses."""
    input:
        chunks=lambda wildcards: gather.ellipses(
            f"{RESULTS}/measurement/{wildcards.sample}/ellipses/{{scatteritem}}.csv"
        ),
    output:
        ellipses=f"{RESULTS}/measurement/{{sample}}/ellipses.csv",
    log:
        f"{RESULTS}/logs/gather_ellipses/{{sample}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(5),
    params:
        code=code("measurement/gather_ellipses.py"),
    script:
        "../workflow/scripts/measurement/gather_ellipses.py"


rule match_closest:
    """Find the real galaxy that is closest to each of a set, in L1 over the central half."""
    input:
        images=lambda wildcards: galaxy_images(wildcards.sample),
        real=lambda wildcards: galaxy_images(real_galaxies(wildcards.sample)),
    output:
        closest=f"{RESULTS}/measurement/{{sample}}/closest.csv",
    log:
        f"{RESULTS}/logs/match_closest/{{sample}}.log",
    conda:
        "../envs/measurement.yaml"
    threads: 16
    resources:
        mem_mb=attempted(6000),
        runtime=attempted(30),
    params:
        code=code("measurement/match_closest.py"),
        measured=config["galaxies"]["measured"],
        closest=config["galaxies"]["closest"],
        real=lambda wildcards: is_real(wildcards.sample),
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/match_closest.py"


scattergather:
    frames=DEFREMOND2020["chunks"],


rule measure_frames:
    """Measure one chunk of a set of sparse frames: their clusters, and what the judging scorer reads."""
    input:
        frames=lambda wildcards: frames_folder(wildcards.frames),
    output:
        chunk=temp(f"{RESULTS}/measurement/{{frames}}/features/{{scatteritem}}.npz"),
    log:
        f"{RESULTS}/logs/measure_frames/{{frames}}/{{scatteritem}}.log",
    wildcard_constraints:
        frames="|".join(JUDGED),
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("measurement/measure_frames.py"),
        features=measured_features(JUDGED_FEATURES),
        chunk=lambda wildcards: wildcards.scatteritem,
    script:
        "../workflow/scripts/measurement/measure_frames.py"


use rule measure_frames as measure_scored_frames with:
    wildcard_constraints:
        frames=f"{SPARSE}_scored",
    params:
        code=code("measurement/measure_frames.py"),
        features=measured_features(FEATURES),
        chunk=lambda wildcards: wildcards.scatteritem,


rule gather_features:
    """Join the chunks of a set's features."""
    input:
        chunks=lambda wildcards: gather.frames(
            f"{RESULTS}/measurement/{wildcards.frames}/features/{{scatteritem}}.npz"
        ),
    output:
        features=feature_files("{frames}", measured_features(JUDGED_FEATURES)),
    log:
        f"{RESULTS}/logs/gather_features/{{frames}}.log",
    wildcard_constraints:
        frames="|".join(JUDGED),
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(10),
    params:
        code=code("measurement/gather_features.py"),
        features=measured_features(JUDGED_FEATURES),
    script:
        "../workflow/scripts/measurement/gather_features.py"


use rule gather_features as gather_scored_features with:
    output:
        features=feature_files("{frames}", measured_features(FEATURES)),
    wildcard_constraints:
        frames=f"{SPARSE}_scored",
    params:
        code=code("measurement/gather_features.py"),
        features=measured_features(FEATURES),


rule fit_scorer:
    """Fit the scorer that judges generators on all scored frames."""
    input:
        features=feature_files(f"{SPARSE}_scored", BEST_FEATURES),
        scores=f"{RESULTS}/archives/{SPARSE}/scored.csv",
    output:
        scorer=f"{RESULTS}/measurement/scorer.json",
    log:
        f"{RESULTS}/logs/fit_scorer.log",
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("measurement/fit_scorer.py"),
        name=DEFREMOND2020["best"],
        model=DEFREMOND2020["scorers"][DEFREMOND2020["best"]]["model"],
        features=BEST_FEATURES,
        trees=DEFREMOND2020["trees"],
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/fit_scorer.py"


rule score_frames:
    """Score every generator's frames, and the labelled ones, by a scorer that has seen none of them."""
    input:
        scorer=rules.fit_scorer.output.scorer,
        features=[path for frames in JUDGED for path in feature_files(frames, BEST_FEATURES)],
        properties=[f"{RESULTS}/measurement/{frames}/properties.csv" for frames in JUDGED],
    output:
        scores=[f"{RESULTS}/measurement/{frames}/scores.csv" for frames in JUDGED],
    log:
        f"{RESULTS}/logs/score_frames.log",
    conda:
        "../envs/scoring.yaml"
    threads: 4
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(10),
    params:
        code=code("measurement/score_frames.py"),
        frames=JUDGED,
    script:
        "../workflow/scripts/measurement/score_frames.py"


rule score_experiments:
    """Draw one chunk of a generator's frames anew, with other places or other galaxies, and score them."""
    input:
        scorer=rules.fit_scorer.output.scorer,
        scores=f"{RESULTS}/measurement/{{frames}}/scores.csv",
        galaxies=f"{RESULTS}/sampling/{{frames}}/galaxies.csv",
        patches=f"{RESULTS}/sampling/{{frames}}/patches.npy",
    output:
        scores=temp(f"{RESULTS}/measurement/{{frames}}/experiments/{{scatteritem}}.csv"),
    log:
        f"{RESULTS}/logs/score_experiments/{{frames}}/{{scatteritem}}.log",
    wildcard_constraints:
        frames="|".join(TWO_STAGE),
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(6000),
        runtime=attempted(120),
    params:
        code=code("measurement/score_experiments.py"),
        name="{frames}",
        side=DEFREMOND2020["frame"],
        images=DEFREMOND2020["experiments"]["images"],
        sets=DEFREMOND2020["experiments"]["sets"],
        chunk=lambda wildcards: wildcards.scatteritem,
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/score_experiments.py"


rule gather_experiments:
    """Join the chunks of a generator's experiments."""
    input:
        chunks=lambda wildcards: gather.frames(
            f"{RESULTS}/measurement/{wildcards.frames}/experiments/{{scatteritem}}.csv"
        ),
    output:
        scores=f"{RESULTS}/measurement/{{frames}}/experiments.csv",
    log:
        f"{RESULTS}/logs/gather_experiments/{{frames}}.log",
    wildcard_constraints:
        frames="|".join(TWO_STAGE),
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(5),
    params:
        code=code("measurement/gather_experiments.py"),
    script:
        "../workflow/scripts/measurement/gather_experiments.py"


rule predict_scores:
    """Scores that a network predicts, in each fold of the frames that it has not seen."""
    input:
        frames=network_frames,
        scores=f"{RESULTS}/archives/{SPARSE}/scored.csv",
        weights=lambda wildcards: [f"{RESULTS}/training/{run}/weights" for run in fold_runs(wildcards.scorer)],
    output:
        predictions=f"{RESULTS}/measurement/{{scorer}}/predictions.csv",
    log:
        f"{RESULTS}/logs/predict_scores/{{scorer}}.log",
    wildcard_constraints:
        scorer="|".join(NETWORK_SCORERS) or "(?!)",
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        gpu=1,
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("measurement/predict_scores.py"),
        weights=lambda wildcards: [
            f"{RUNS[run]['epochs']:06d}.safetensors" for run in fold_runs(wildcards.scorer)
        ],
        precision=config["compute"]["precision"],
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/predict_scores.py"


rule locate_clusters:
    """Find the centres of the clusters on a generator's frames."""
    input:
        frames=lambda wildcards: frames_folder(wildcards.frames),
    output:
        centres=f"{RESULTS}/measurement/{{frames}}/centres.csv",
    log:
        f"{RESULTS}/logs/locate_clusters/{{frames}}.log",
    wildcard_constraints:
        frames="|".join(GENERATORS),
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("measurement/locate_clusters.py"),
        threshold=DEFREMOND2020["threshold"],
    script:
        "../workflow/scripts/measurement/locate_clusters.py"


rule find_neighbours:
    """Find the real galaxy that is nearest to each generated one in the classifier's features."""
    input:
        features=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/features.npy",
        real_features=f"{RESULTS}/measurement/{real_galaxies(COCCOMINI2021['galaxies'])}/features.npy",
        images=galaxy_images(COCCOMINI2021["galaxies"]),
        real=galaxy_images(real_galaxies(COCCOMINI2021["galaxies"])),
    output:
        nearest=f"{RESULTS}/measurement/{COCCOMINI2021['galaxies']}/nearest.csv",
    log:
        f"{RESULTS}/logs/find_neighbours.log",
    conda:
        "../envs/scoring.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("measurement/find_neighbours.py"),
    script:
        "../workflow/scripts/measurement/find_neighbours.py"
