"""Writes reference.csv, analysis.csv and expected.csv of this folder.

The rows are drawn from a seed. The expected numbers are computed from the raw rows by the definitions of NannyML 0.13.1's
univariate drift, with numpy and scipy alone: missing values are dropped first; numeric Jensen-Shannon and Hellinger on Doane's
bins of the reference, what lies outside in a bin of its own; Kolmogorov-Smirnov and Wasserstein on the rows themselves, as there
are fewer than 10,000; categorical ones on the categories of the reference, new ones together in a cell of their own, but each
by itself for L-infinity and chi-square (Yates' correction for two categories).

    python make_known_answers.py        # numpy 2.4.6, scipy 1.17.1
"""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance

FOLDER = Path(__file__).parent
CHUNK_ROWS = 600
REFERENCE_ROWS = 3600
ANALYSIS_ROWS = 2400
NUMERIC = ["amount", "balance", "age", "dependents", "term", "score"]
CATEGORICAL = ["region", "product", "returning", "decision"]
REGIONS = ["north", "south", "east", "west", "far, \"off\""]


def draw_chunk(random, index):
    """Rows of one chunk, as texts by column; chunks 8 and 9 drift, 9 by a lot."""
    n = CHUNK_ROWS
    drift = {8: 0.4, 9: 1.5}.get(index, 0.0)
    amount = random.lognormal(5 + 0.5 * drift, 0.8, n).round(2)
    balance = random.normal(-200 * drift, 900, n).round(1)
    balance[random.random(n) < 0.1] = 0.0
    age = np.clip(random.normal(44 - 4 * drift, 13, n).round(), 18, 80 + (5 if drift > 1 else 0)).astype(int)
    dependents = random.poisson(1.1 + 0.5 * drift, n)
    term = 6 + random.binomial(30, 0.4 + 0.1 * drift, n)
    score = 1 / (1 + np.exp(-random.normal(-0.8 + 0.6 * drift, 1.2, n)))
    shares = np.array([0.4, 0.3, 0.2, 0.1 * (drift < 1), 0.02]) + np.array([0, 0.3 * drift, 0, 0, 0])
    region = [REGIONS[i] for i in random.choice(len(REGIONS), n, p=shares / shares.sum())]
    if drift > 0:
        region = ["island" if u < 0.08 * drift else r for u, r in zip(random.random(n), region)]
    product = [f"p{i}" for i in np.minimum(random.geometric(0.25 - 0.05 * drift, n), 14)]
    returning = ["yes" if u < 0.3 + 0.1 * drift else "no" for u in random.random(n)]
    rows = []
    for i in range(n):
        rows.append(
            {
                "amount": "" if random.random() < 0.03 + 0.1 * drift else f"{amount[i]:.2f}",
                "balance": f"{balance[i]:.1f}",
                "age": str(age[i]),
                "dependents": str(dependents[i]),
                "term": str(term[i]),
                "region": "" if random.random() < 0.02 else region[i],
                "product": product[i],
                "returning": returning[i],
                "score": f"{score[i]:.6f}",
                "decision": "1" if float(f"{score[i]:.6f}") >= 0.5 else "0",
            }
        )
    return rows


def shares_outside(counts, n):
    """Shares of the window, with what lies in no cell."""
    shares = np.array(counts) / n
    return np.append(shares, max(0.0, 1 - shares.sum()))


def hellinger(p, q):
    return np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2)) / np.sqrt(2)


def compare_numbers(reference, window):
    edges = np.histogram_bin_edges(reference, bins="doane")
    p = np.append(np.histogram(reference, bins=edges)[0] / len(reference), 0)
    q = shares_outside(np.histogram(window, bins=edges)[0], len(window))
    return {
        "jensen_shannon": jensenshannon(p, q, base=2),
        "hellinger": hellinger(p, q),
        "kolmogorov_smirnov": ks_2samp(reference, window).statistic,
        "wasserstein": wasserstein_distance(reference, window),
    }


def compare_categories(reference, window):
    r, w = Counter(reference), Counter(window)
    known = sorted(r)
    p = np.append(np.array([r[c] for c in known]) / len(reference), 0)
    q = shares_outside([w[c] for c in known], len(window))
    union = sorted(set(r) | set(w))
    return {
        "jensen_shannon": jensenshannon(p, q, base=2),
        "hellinger": hellinger(p, q),
        "l_infinity": max(abs(r[c] / len(reference) - w[c] / len(window)) for c in union),
        "chi2": chi2_contingency([[r[c] for c in union], [w[c] for c in union]]).statistic,
    }


def column(rows, name):
    texts = [row[name] for row in rows if row[name] != ""]
    return np.array(texts, dtype=float) if name in NUMERIC else texts


def write(name, rows):
    with open(FOLDER / name, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    random = np.random.default_rng(20260601)
    count = (REFERENCE_ROWS + ANALYSIS_ROWS) // CHUNK_ROWS
    chunks = [draw_chunk(random, index) for index in range(count)]
    rows = [row for chunk in chunks for row in chunk]
    reference = rows[:REFERENCE_ROWS]
    write("reference.csv", reference)
    write("analysis.csv", rows[REFERENCE_ROWS:])
    expected = []
    for chunk in chunks:
        line = {}
        for name in NUMERIC + CATEGORICAL:
            compare = compare_numbers if name in NUMERIC else compare_categories
            for method, value in compare(column(reference, name), column(chunk, name)).items():
                line[f"{name}_{method}_value"] = f"{value:.10g}"
        expected.append(line)
    write("expected.csv", expected)


if __name__ == "__main__":
    main()
