"""From images to catalogues."""


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
        mem_mb=attempted(3000),
        runtime=15,
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
