"""Power spectrum and histogram of a sparse frame against the whole transform and a loop over its rings.

python workflow/scripts/bench/frame_features.py OUT_FOLDER

The frames are of the simulated archive, noise and clouds among them. The reference is what one would write
down: NumPy's complex transform, a mask for each of 500 rings, and NumPy's histogram. Both must agree.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from mockskies.archives.frames import SIDE
from mockskies.archives.simulate_sparse import simulate_one
from mockskies.benchmark import Result, alone, write_result
from mockskies.measurement.histogram import histogram
from mockskies.measurement.power_spectrum import WINDOW, power_spectrum

NUMBER = 24
DEVIATION = 1e-3  # that is allowed of the power, relative

FREQUENCY = np.fft.fftfreq(SIDE, 1 / SIDE)
RING = np.hypot(FREQUENCY, FREQUENCY[:, None]).astype(int)


def frames() -> list[np.ndarray]:
    return [simulate_one(1, "bench", "scored", identifier)[0] for identifier in range(NUMBER)]


def plain_power_spectrum(frame: np.ndarray) -> np.ndarray:
    power = np.abs(np.fft.fft2(frame)) ** 2
    sums = [power[number == RING].sum() for number in range(SIDE // 2)]
    return np.convolve(sums, np.full(WINDOW, 1 / WINDOW), mode="valid")


def plain_histogram(frame: np.ndarray) -> np.ndarray:
    return np.histogram(frame, bins=256, range=(0, 256))[0]


MEASURES = {
    "ours": {"power": power_spectrum, "histogram": histogram},
    "plain": {"power": plain_power_spectrum, "histogram": plain_histogram},
}


def measured(whose: str) -> dict[str, tuple[float, np.ndarray]]:
    """Core-seconds a frame of each feature, and its values ``(frame, column)``."""
    images, found = frames(), {}
    for name, measure in MEASURES[whose].items():
        measure(images[0])
        start = time.process_time()
        values = [measure(image) for image in images]
        found[name] = (time.process_time() - start) / NUMBER, np.stack(values)
    return found


def main() -> None:
    (own, _), (reference, _) = alone(measured, "ours"), alone(measured, "plain")
    spectra, expected = own["power"][1], reference["power"][1]
    deviation = np.max(np.abs(spectra - expected) / expected)
    if not deviation <= DEVIATION:
        sys.exit(
            f"power spectra: expected a deviation of up to {DEVIATION} from NumPy's, found {deviation:.2g}"
        )
    if not np.array_equal(own["histogram"][1], reference["histogram"][1]):
        sys.exit("histograms: expected those of NumPy, found other ones")

    note = f"core-seconds a frame of {SIDE} px, mean of {NUMBER}"
    agreement = {"power": f"greatest deviation {deviation:.0e}", "histogram": "equal"}
    seconds = {name: (own[name][0], reference[name][0]) for name in MEASURES["ours"]}
    lines = {f"frame_features_{name}": (*seconds[name], f"{note}; {agreement[name]}") for name in seconds}
    lines["frame_features"] = (*np.sum(list(seconds.values()), axis=0).tolist(), f"{note}; both of these")
    for name, (mine, theirs, text) in lines.items():
        result = Result(name, mine, theirs, theirs / mine, "s", "at least 5", text)
        write_result(Path(sys.argv[1]), result)


if __name__ == "__main__":
    main()
