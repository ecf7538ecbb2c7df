"""The extremes of the real field that the authors' code holds, and how near those found here come."""

from collections.abc import Sequence

# Relative difference up to which an extreme counts as the published one.
TOLERANCE = 0.01


def compare_with_published(
    bands: Sequence[str],
    minimum: Sequence[float],
    maximum: Sequence[float],
    published: dict[str, dict[str, float]],
) -> dict:
    """Compare each band's extremes after clipping with those of the authors.

    Parameters
    ----------
    bands, minimum, maximum
        Names, and what was found, in e-/s.
    published
        For each band its ``minimum`` and ``maximum``, in e-/s; bands that the authors had not are left out.

    Returns
    -------
    dict
        ``bands``: for each band and extreme what was ``found`` and ``published`` and their ``difference``,
        in e-/s; ``agree``: whether all are within one per cent; ``sentence``: the same for a reader.
    """
    rows, apart = {}, []
    for band, *found in zip(bands, minimum, maximum, strict=True):
        if band not in published:
            continue
        rows[band] = {}
        for name, value in zip(("minimum", "maximum"), found, strict=True):
            theirs = published[band][name]
            rows[band][name] = {"found": value, "published": theirs, "difference": value - theirs}
            if abs(value - theirs) > TOLERANCE * abs(theirs):
                apart.append(f"{band} {name} {value:.4g} against {theirs:.4g}")
    if apart:
        sentence = f"differs from the published field by more than 1 per cent (e-/s): {', '.join(apart)}"
    else:
        sentence = "the extremes of all bands are within 1 per cent of the published ones"
    return {"bands": rows, "agree": not apart, "sentence": sentence}
