"""Writes performance.json: rows, and what scikit-learn, scipy and plain slow computations in numpy say of them.

Run: python make_performance.py (needs numpy, scipy, scikit-learn).
"""

import json
import warnings
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20240607)
Z = stats.norm.ppf(0.975)
TOP = 0.1


def weighted_mean(x, w):
    return float(np.sum(w * x) / np.sum(w))


def delong(scores, labels, weights):
    """All pairs, O(n^2). Returns area and standard error."""
    pos, neg = labels == 1, labels == 0
    psi = (scores[pos][:, None] > scores[neg][None, :]) + 0.5 * (scores[pos][:, None] == scores[neg][None, :])
    wp, wn = weights[pos], weights[neg]
    v10, v01 = psi @ wn / wn.sum(), wp @ psi / wp.sum()
    area = np.sum(wp * v10) / wp.sum()

    def part(w, v):
        n = w.sum() ** 2 / np.sum(w**2)
        return np.sum((w * (v - area)) ** 2) / w.sum() ** 2 * n / (n - 1)

    return float(area), float(np.sqrt(part(wp, v10) + part(wn, v01)))


def calibration_error(scores, labels, weights):
    """Ten bands by the middle of each tied score's share of the weight, O(n^2)."""
    below = np.array([weights[scores < s].sum() + weights[scores == s].sum() / 2 for s in scores]) / weights.sum()
    band = np.minimum(9, np.floor(below * 10 + 1e-9)).astype(int)
    gaps = [abs(np.sum((weights * (scores - labels))[band == b])) for b in range(10)]
    return float(sum(gaps) / weights.sum()), band


def fast_calibration_error(scores, labels):
    band = np.minimum(9, np.floor((stats.rankdata(scores) - 0.5) / len(scores) * 10 + 1e-9)).astype(int)
    return float(np.abs(np.bincount(band, scores - labels, 10)).sum() / len(scores))


def top_rows(scores, labels, weights):
    wanted = TOP * weights.sum()
    values, inverse = np.unique(-scores, return_inverse=True)
    tied = np.bincount(inverse, weights)
    above = np.cumsum(tied) - tied
    part = np.clip((wanted - above) / tied, 0, 1)[inverse]
    hits = np.sum(part * weights * labels)
    n = wanted**2 / np.sum(part * weights**2)
    return float(hits / wanted), float(hits / np.sum(weights * labels)), float(n)


def separation(scores, labels, weights):
    fpr, tpr, _ = sk.roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    return float(np.max(np.abs(tpr - fpr)))


def wilson(p, n):
    """From the quadratic equation whose roots are the bounds."""
    roots = np.roots([1 + Z**2 / n, -(2 * p + Z**2 / n), p**2])
    return [float(min(roots)), float(max(roots))]


def effective(w):
    return float(w.sum() ** 2 / np.sum(w**2))


def mean_with_error(x, w):
    m = weighted_mean(x, w)
    return [m, float(np.sqrt(np.sum((w * (x - m)) ** 2) * len(x) / (len(x) - 1)) / w.sum())]


def binary(name, scores, labels, weights, decisions=None, amounts=None, resamples=2000):
    decided = (scores >= 0.5).astype(int) if decisions is None else decisions
    at = {"sample_weight": weights}
    area, area_se = delong(scores, labels, weights)
    assert abs(area - sk.roc_auc_score(labels, scores, **at)) < 1e-12
    precision_at_k, recall_at_k, n_top = top_rows(scores, labels, weights)
    tn, fp, fn, tp = (float(x) for x in sk.confusion_matrix(labels, decided, **at).ravel())
    cost = np.select([(decided == 1) & (labels == 1), (decided == 1) & (labels == 0), (decided == 0) & (labels == 1)], [5, -1, -20], 0.25)
    cost = cost * (1 if amounts is None else amounts)
    prob = np.stack([1 - scores, scores], axis=1)
    expected = {
        "roc_auc": area,
        "gini": 2 * area - 1,
        "ks_separation": separation(scores, labels, weights),
        "average_precision": sk.average_precision_score(labels, scores, **at),
        "log_loss": sk.log_loss(labels, prob, **at),
        "brier": sk.brier_score_loss(labels, scores, **at),
        "ece": calibration_error(scores, labels, weights)[0],
        "accuracy": sk.accuracy_score(labels, decided, **at),
        "precision": sk.precision_score(labels, decided, **at),
        "recall": sk.recall_score(labels, decided, **at),
        "f1": sk.f1_score(labels, decided, **at),
        "specificity": sk.recall_score(labels, decided, pos_label=0, **at),
        "positive_rate": weighted_mean(decided, weights),
        "mean_score": weighted_mean(scores, weights),
        "precision_at_k": precision_at_k,
        "recall_at_k": recall_at_k,
        "lift": precision_at_k / weighted_mean(labels, weights),
        "business_value": float(np.sum(cost * weights)),
    }
    loss = -np.log(np.clip(np.where(labels == 1, scores, 1 - scores), 2.0**-52, 1 - 2.0**-52))
    se = {
        "roc_auc": area_se,
        "log_loss": mean_with_error(loss, weights)[1],
        "brier": mean_with_error((scores - labels) ** 2, weights)[1],
        "mean_score": mean_with_error(scores, weights)[1],
        "business_value": mean_with_error(cost, weights)[1] * float(weights.sum()),
    }
    intervals = {
        "accuracy": wilson(expected["accuracy"], effective(weights)),
        "precision": wilson(expected["precision"], effective(weights[decided == 1])),
        "recall": wilson(expected["recall"], effective(weights[labels == 1])),
        "specificity": wilson(expected["specificity"], effective(weights[labels == 0])),
        "positive_rate": wilson(expected["positive_rate"], effective(weights)),
        "precision_at_k": wilson(precision_at_k, n_top),
    }
    if np.all(weights == 1):
        check = stats.binomtest(int(tp), int(tp + fn)).proportion_ci(method="wilson")
        assert np.allclose(intervals["recall"], [check.low, check.high])
    return {
        "name": name,
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        **({} if np.all(weights == 1) else {"weights": weights.tolist()}),
        **({} if decisions is None else {"decisions": decisions.tolist()}),
        **({} if amounts is None else {"amounts": amounts.tolist()}),
        "expected": {k: float(v) for k, v in expected.items()},
        "confusion": {"tp": tp, "fp": fp, "tn": tn, "fn": fn},
        "se": se,
        "wilson": intervals,
        "bootstrapSe": bootstrap_binary(scores, labels, weights, decided, resamples),
    }


def bootstrap_binary(scores, labels, weights, decided, resamples):
    """Plain resampling of rows with replacement, each metric from scratch."""
    drawn = []
    for _ in range(resamples):
        i = rng.integers(0, len(scores), len(scores))
        s, y, w, d = scores[i], labels[i], weights[i], decided[i]
        if y.min() == y.max():
            continue
        p, r, _ = top_rows(s, y, w)
        fixed_ece = np.nan if np.any(weights != 1) else fast_calibration_error(s, y)
        drawn.append(
            [
                sk.average_precision_score(y, s, sample_weight=w),
                sk.f1_score(y, d, sample_weight=w),
                separation(s, y, w),
                r,
                p / weighted_mean(y, w),
                fixed_ece,
            ]
        )
    errors = np.std(drawn, axis=0, ddof=1)
    names = ["average_precision", "f1", "ks_separation", "recall_at_k", "lift", "ece"]
    return {k: float(v) for k, v in zip(names, errors) if not np.isnan(v)}


def multiclass(name, classes, scores, labels, predicted, weights, resamples=1000):
    prob = scores / scores.sum(axis=1, keepdims=True)

    def measure(i):
        y, p, d, w = labels[i], prob[i], predicted[i], weights[i]
        average = {"average": "macro", "sample_weight": w}
        return [
            float(np.mean([sk.roc_auc_score(y == c, p[:, j], sample_weight=w) for j, c in enumerate(classes) if 0 < np.sum(y == c) < len(y)])),
            sk.log_loss(y, p, labels=classes, sample_weight=w),
            sk.accuracy_score(y, d, sample_weight=w),
            sk.precision_score(y, d, **average),
            sk.recall_score(y, d, **average),
            sk.f1_score(y, d, **average),
        ]

    names = ["roc_auc", "log_loss", "accuracy", "precision", "recall", "f1"]
    n = len(labels)
    values = measure(np.arange(n))
    if set(labels) == set(classes):
        ovr = sk.roc_auc_score(labels, prob, multi_class="ovr", average="macro", labels=classes, sample_weight=weights)
        assert abs(values[0] - ovr) < 1e-12
    errors = np.std([measure(rng.integers(0, n, n)) for _ in range(resamples)], axis=0, ddof=1)
    of_class = sk.precision_recall_fscore_support(labels, predicted, labels=classes, sample_weight=weights)
    return {
        "name": name,
        "classes": list(classes),
        "scores": scores.ravel().tolist(),
        "labels": [str(y) for y in labels],
        "predicted": [str(y) for y in predicted],
        **({} if np.all(weights == 1) else {"weights": weights.tolist()}),
        "expected": dict(zip(names, map(float, values))),
        "perClass": {k: v.tolist() for k, v in zip(["precision", "recall", "f1", "support"], of_class)},
        "bootstrapSe": dict(zip(names, map(float, errors))),
    }


def regression(name, predictions, labels, weights, resamples=2000):
    def measure(i):
        y, p, w = labels[i], predictions[i], weights[i]
        at = {"sample_weight": w}
        mse = sk.mean_squared_error(y, p, **at)
        return [
            sk.mean_absolute_error(y, p, **at),
            mse,
            np.sqrt(mse),
            sk.mean_absolute_percentage_error(y, p, **at),
            sk.r2_score(y, p, **at),
            weighted_mean(p - y, w),
        ]

    names = ["mae", "mse", "rmse", "mape", "r2", "bias"]
    n = len(labels)
    errors = np.std([measure(rng.integers(0, n, n)) for _ in range(resamples)], axis=0, ddof=1)
    return {
        "name": name,
        "predictions": predictions.tolist(),
        "labels": labels.tolist(),
        **({} if np.all(weights == 1) else {"weights": weights.tolist()}),
        "expected": dict(zip(names, map(float, measure(np.arange(n))))),
        "bootstrapSe": dict(zip(names, map(float, errors))),
    }


def scored(n, shift, spread, digits):
    true = 1 / (1 + np.exp(-rng.normal(shift, spread, n)))
    labels = (rng.random(n) < true).astype(int)
    noisy = 1 / (1 + np.exp(-(np.log(true / (1 - true)) + rng.normal(0, 0.5, n))))
    return np.round(noisy, digits), labels


def binary_cases():
    ones = np.ones
    weights = lambda n: rng.choice([0.5, 1.0, 2.5, 8.0], n)
    s, y = scored(300, 0, 1.5, 6)
    yield binary("without ties", s, y, ones(300))
    s, y = scored(250, -1, 1.5, 1)
    yield binary("heavy ties, scores of 0 and 1", s, y, ones(250))
    s, y = scored(240, -0.5, 1.5, 2)
    yield binary("weights and ties", s, y, weights(240))
    s, y = scored(200, 0, 1.5, 3)
    d = np.where(rng.random(200) < 0.8, s >= 0.4, rng.random(200) < 0.5).astype(int)
    yield binary("decisions, amounts and weights", s, y, weights(200), d, np.round(rng.lognormal(5, 1, 200), 2))
    s, y = scored(3000, -3.5, 1.2, 4)
    yield binary("3,000 rows with few positives", s, y, ones(3000), resamples=1000)


def multiclass_cases():
    classes = np.array(["a", "b", "c d"])

    def rows(n, digits):
        scores = np.round(rng.dirichlet([0.8, 1, 0.6], n), digits) + 0.01
        labels = classes[[rng.choice(3, p=p / p.sum()) for p in scores]]
        return np.round(scores, 6), labels, classes[scores.argmax(axis=1)]

    yield multiclass("three classes", classes, *rows(300, 4), np.ones(300))
    yield multiclass("ties and weights", classes, *rows(250, 1), rng.choice([0.5, 1.0, 3.0], 250))
    s, y, d = rows(200, 3)
    y = np.where(y == "c d", "a", y)
    yield multiclass("a class without labels", classes, s, y, d, np.ones(200))


def regression_cases():
    y = np.round(rng.lognormal(3, 1, 400), 3)
    yield regression("skewed", np.round(y * rng.lognormal(0, 0.3, 400), 3), y, np.ones(400))
    yield regression("weights", np.round(y + rng.normal(1, 5, 400), 2), y, rng.choice([0.5, 1.0, 4.0], 400))
    far = np.round(rng.normal(0, 1, 200), 6) + 1e9
    yield regression("far from zero", np.round(far + rng.normal(0, 0.5, 200), 6), far, np.ones(200))
    counts = rng.poisson(2, 200).astype(float)
    yield regression("labels of 0", np.round(counts + rng.normal(0, 1, 200), 4), counts, np.ones(200))


golden = {
    "versions": {"numpy": np.__version__, "sklearn": __import__("sklearn").__version__},
    "binary": list(binary_cases()),
    "multiclass": list(multiclass_cases()),
    "regression": list(regression_cases()),
    "studentWidening": [{"df": df, "k": float(stats.t.isf(stats.norm.sf(3), df))} for df in [1, 1.5, 4, 9, 13.7, 50, 1000]],
}
Path(__file__).with_name("performance.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
