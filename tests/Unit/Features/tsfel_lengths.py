"""Writes tsfel_lengths.json.gz: what TSFEL makes of series of many lengths and kinds, for TsfelEqualitySpec.

Needs tsfel 0.1.7 and scipy below 1.15. Run it in this folder. Lengths: the shortest that TSFEL takes, shorter than
the longest wavelet, odd, prime, around the 512 frames of the cepstrum, two windows of the mean spectrum, and long
enough that the autocorrelation goes by transform.
"""
import gzip
import json
import warnings

import numpy as np
import tsfel

warnings.filterwarnings("ignore")
random = np.random.default_rng(20250115)


def walk(n):
    return np.cumsum(random.normal(size=n))


def plateaus(n):
    return np.repeat(random.normal(size=n // 5 + 1), 5)[:n]


KINDS = {
    "noise": lambda n: random.normal(size=n),
    "walk": walk,
    "clipped walk": lambda n: np.clip(walk(n), -5, 5),
    "whole numbers": lambda n: np.round(walk(n)),
    "rare events": lambda n: (random.random(n) < 0.3) * 1.0,
    "plateaus": plateaus,
    "offset": lambda n: 1000 + random.normal(size=n),
}
LENGTHS = [12, 13, 20, 40, 41, 101, 128, 257, 509, 513, 860, 957, 1500]


def features(series):
    table = tsfel.time_series_features_extractor(tsfel.get_features_by_domain(), series, fs=100, verbose=0)
    row = {name.removeprefix("0_"): float(value) for name, value in table.iloc[0].items()}
    spectrum = [value for name, value in row.items() if name.startswith("FFT mean coefficient")]
    row = {name: value for name, value in row.items() if not name.startswith("FFT mean coefficient")}
    row["FFT mean coefficient"] = float(np.mean(spectrum))
    return {name: value if np.isfinite(value) else None for name, value in sorted(row.items())}


series = []
for i, n in enumerate(LENGTHS):
    for name in (list(KINDS)[i % len(KINDS)], list(KINDS)[(i + 2) % len(KINDS)]):
        # Three decimals: short in the file and the same in it as here.
        values = np.round(KINDS[name](n), 3) + 0.0
        series.append({"name": f"{name} {n}", "values": values.tolist(), "features": features(values)})
with open("tsfel_lengths.json.gz", "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
    file.write(json.dumps({"tool": "TSFEL 0.1.7, default configuration, fs=100 Hz", "series": series}).encode())
