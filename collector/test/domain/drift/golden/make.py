"""Writes statistics.json: layouts, distances and p-values computed with numpy and scipy from raw values.

Run with a Python that has numpy >= 2 and scipy: python make.py
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

rng = np.random.default_rng(20240601)


def round_to(values, digits):
    return np.round(values, digits)


def numeric_cases():
    normal = (rng.normal(0, 1, 400), rng.normal(0.3, 1.2, 250))
    skewed = (rng.lognormal(0, 1.5, 400), rng.lognormal(0.2, 1.5, 250))
    ties = (
        np.where(rng.random(400) < 0.7, 0, rng.exponential(10, 400)),
        np.where(rng.random(250) < 0.5, 0, rng.exponential(12, 250)),
    )
    gaps = np.where(rng.random(400) < 0.1, np.nan, rng.normal(5, 2, 400)), np.where(rng.random(250) < 0.25, np.nan, rng.normal(5, 2, 250))
    yield "normal", "float64", *[round_to(x, 3) for x in normal]
    yield "skewed", "float64", *[round_to(x, 3) for x in skewed]
    yield "heavy ties", "float64", *[round_to(x, 2) for x in ties]
    yield "missing values", "float64", *[round_to(x, 3) for x in gaps]
    yield "float32", "float32", *[x.astype(np.float32).astype(float) for x in (rng.beta(2, 5, 400), rng.beta(2, 4, 250))]
    yield "digits", "int64", rng.integers(0, 10, 400), rng.integers(1, 11, 250)
    yield "wide integers", "int32", rng.integers(-500, 500, 400), rng.integers(-450, 560, 250)
    yield "flag", "float64", (rng.random(400) < 0.1) * 1.0, (rng.random(250) < 0.2) * 1.0
    yield "constant", "float64", np.full(400, 0.003467), np.full(250, 0.003467)
    yield "constant that moves", "float64", np.full(400, 7.0), np.concatenate([np.full(200, 7.0), np.full(50, 9.5)])
    yield "two rows", "float64", np.array([1.0, 2.0]), np.array([1.0, 1.0, 3.0])


def with_leftover(reference, observed, edges):
    r = np.histogram(reference, edges)[0] / len(reference)
    c = np.histogram(observed, edges)[0] / len(observed)
    return np.append(r, 0), np.append(c, max(0, 1 - c.sum()))


def hellinger(p, q):
    return float(np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2)) / np.sqrt(2))


def zero_filled_psi(r, c):
    def fill(shares):
        smallest = shares[shares > 0].min()
        return np.where(shares == 0, smallest / 1e6 if smallest <= 0.0001 else 0.0001, shares)

    r, c = fill(r), fill(c)
    return float(np.sum((r - c) * np.log(r / c)))


def smoothed_psi(reference, observed):
    """Half a row of the smaller sample on each cell of both sides."""
    reference, observed = np.asarray(reference, float), np.asarray(observed, float)
    added = 0.5 / min(reference.sum(), observed.sum())
    r = (reference / reference.sum() + added) / (1 + added * len(reference))
    c = (observed / observed.sum() + added) / (1 + added * len(observed))
    return float(np.sum((c - r) * np.log(c / r)))


def frequency_test(r, c):
    """Evidently's: the z-test of two shares for two keys, else chisquare."""
    if len(r) == 1:
        return 1.0
    if len(r) == 2:
        m, n = r.sum(), c.sum()
        pooled = (r[1] + c[1]) / (m + n)
        z = (r[1] / m - c[1] / n) / np.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n))
        return float(2 * stats.norm.sf(abs(z)))
    if (r == 0).any():
        return 0.0
    return float(stats.chisquare(c, r * c.sum() / r.sum()).pvalue)


def on_values(r, c):
    r, c = np.asarray(r, float), np.asarray(c, float)
    p, q = r / r.sum(), c / c.sum()
    return {
        "psiEvidently": zero_filled_psi(p, q),
        "jsEvidently": float(jensenshannon(p, q)),
        "hellingerEvidently": float(np.sqrt(1 - np.clip(np.sum(np.sqrt(p * q)), 0, 1))),
        "frequencyPValue": frequency_test(r, c),
    }


def numeric(name, element_type, reference, observed):
    r = reference[np.isfinite(reference)]
    c = observed[np.isfinite(observed)]
    edges = np.histogram_bin_edges(r.astype(float), "doane")
    doane = with_leftover(r, c, edges)
    deciles = np.quantile(r, np.arange(1, 10) / 10)
    inner = np.unique(deciles)
    std = float(np.std(r)) if r.max() > r.min() else 0.0
    keys = np.unique(np.concatenate([r, c]))
    expected = {
        "doaneEdges": edges.tolist(),
        "doaneCounts": np.histogram(r, edges)[0].tolist(),
        "deciles": deciles.tolist(),
        "decileEdges": inner.tolist(),
        "decileCounts": np.bincount(np.searchsorted(inner, r, side="right"), minlength=len(inner) + 1).tolist(),
        "js": float(jensenshannon(*doane, base=2)),
        "hellinger": hellinger(*doane),
        "ks": float(stats.ks_2samp(r, c).statistic),
        "ksPValue": float(stats.ks_2samp(r, c, method="exact").pvalue),
        "wasserstein": float(stats.wasserstein_distance(r, c)),
        "wassersteinEvidently": float(stats.wasserstein_distance(r, c) / max(std, 0.001)),
        "mean": float(np.mean(r)),
        "std": std,
    }
    if len(np.unique(r)) <= 20:
        expected |= on_values([(r == k).sum() for k in keys], [(c == k).sum() for k in keys])
    to_list = lambda x: [None if np.isnan(v) else v for v in np.asarray(x, float).tolist()]
    return {"name": name, "elementType": element_type, "reference": to_list(reference), "observed": to_list(observed), "expected": expected}


CATEGORICAL = {
    "even": ({"a": 300, "b": 500, "c": 200}, {"a": 40, "b": 60, "c": 30}),
    "two categories": ({"f": 480, "m": 520}, {"f": 70, "m": 55}),
    "rare": ({"a": 98765, "b": 1230, "c": 4, "d": 1}, {"a": 4900, "b": 100}),
    "new category": ({"a": 600, "b": 400}, {"a": 50, "b": 30, "new": 20}),
    "one category": ({"a": 600}, {"a": 50}),
    "vanished category": ({"a": 600, "b": 300, "c": 100}, {"a": 250, "b": 150}),
}


def categorical(name, reference, observed):
    keys = sorted(reference.keys() | observed.keys())
    r = np.array([reference.get(k, 0) for k in keys], float)
    c = np.array([observed.get(k, 0) for k in keys], float)
    p, q = r / r.sum(), c / c.sum()
    yates = stats.chi2_contingency([r, c]) if len(keys) > 1 else None
    plain = stats.chi2_contingency([r, c], correction=False) if len(keys) > 1 else None
    expected = {
        "psi": smoothed_psi(r, c),
        "js": float(jensenshannon(p, q, base=2)),
        "hellinger": hellinger(p, q),
        "lInfinity": float(np.abs(p - q).max()),
        "chi2": float(plain.statistic) if plain else 0.0,
        "chi2Yates": float(yates.statistic) if yates else 0.0,
        "chi2PValue": float(yates.pvalue) if yates else 1.0,
        **on_values(r, c),
    }
    return {"name": name, "reference": reference, "observed": observed, "expected": expected}


document = {
    "versions": {"numpy": np.__version__, "scipy": __import__("scipy").__version__},
    "numeric": [numeric(*case) for case in numeric_cases()],
    "categorical": [categorical(name, *sides) for name, sides in CATEGORICAL.items()],
    "psi": [
        {"reference": r, "observed": c, "psi": smoothed_psi(r, c)}
        for r, c in ([[10, 20, 30], [3, 3, 4]], [[1000, 0, 5], [0, 7, 1]], [[5, 0, 5], [8, 0, 8]], [[68000, 1], [200, 0]])
    ],
}
Path(__file__).with_name("statistics.json").write_text(json.dumps(document) + "\n")
