"""Estimates without labels as NannyML computes them, on raw rows, with scikit-learn's isotonic regression.

Run: python make_estimates.py DATA > estimates.json  (numpy, scikit-learn; DATA is the folder of the real streams, of which only results are kept)

Rows come from a small generator (mulberry32) and from sums, products, quotients and square roots alone, which are exact to the last bit in every
language: the tests make the same rows, and only results are kept here. `estimate-rows.ts` is the other half.
"""

import csv
import gzip
import json
import math
import sys

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedShuffleSplit

MASK = 0xFFFFFFFF


def mulberry32(seed):
    state = seed & MASK

    def imul(a, b):
        return (a * b) & MASK

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & MASK
        mixed = imul(state ^ (state >> 15), 1 | state)
        mixed = ((mixed + imul(mixed ^ (mixed >> 7), 61 | mixed)) & MASK) ^ mixed
        return (mixed ^ (mixed >> 14)) / 4294967296

    return draw


REFERENCE_ROWS = 20000
# Enough that it hardly matters whether a map of calibrated scores is kept.
MULTICLASS_ROWS = 60000
CHUNK_ROWS = 5000
CHUNKS = 3


def binary_rows(kind, seed, rows, shift):
    draw = mulberry32(seed)
    scores, labels = [], []
    for _ in range(rows):
        a, b, c, v = draw(), draw(), draw(), draw()
        score = (a + b + c) / 3 if kind != "rare" else (a * b) * (a * b)
        score = score + shift * score * (1 - score)
        chance = {"calibrated": score, "miscalibrated": score * score, "rare": 0.3 * score * score}[kind]
        scores.append(score)
        labels.append(1 if v < chance else 0)
    return np.array(scores), np.array(labels)


def expected_calibration_error(labels, scores):
    order = np.argsort(scores, kind="stable")
    gaps = [abs(np.sum(scores[part] - labels[part])) for part in np.array_split(order, 10)]
    return sum(gaps) / len(labels)


def needs_calibration(labels, scores):
    """As NannyML: 10 stratified shuffle splits, pooled held-out predictions, expected calibration error of 10 equal-count bins."""
    if roc_auc_score(labels, scores) > 0.999:
        return False
    pooled, before, truth = [], [], []
    for train, test in StratifiedShuffleSplit(n_splits=10, test_size=0.1, random_state=42).split(scores, labels):
        fitted = IsotonicRegression(out_of_bounds="clip").fit(scores[train], labels[train])
        pooled.append(fitted.predict(scores[test]))
        before.append(scores[test])
        truth.append(labels[test])
    pooled, before, truth = map(np.concatenate, (pooled, before, truth))
    return bool(expected_calibration_error(truth, pooled) < expected_calibration_error(truth, before))


def calibrator(labels, scores):
    if not needs_calibration(labels, scores):
        return lambda values: values, False
    fitted = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
    return fitted.predict, True


def ranking(scores, chances):
    order = np.argsort(-scores, kind="stable")
    p = chances[order]
    tps = np.cumsum(p)
    fps = 1 + np.arange(len(p)) - tps
    tpr = np.concatenate([[0], tps / tps[-1]])
    fpr = np.concatenate([[0], fps / fps[-1]])
    precision = tps / (1 + np.arange(len(p)))
    return float(np.trapezoid(tpr, fpr)), float(np.sum(precision * p) / tps[-1])


def binary_estimates(scores, chances, threshold):
    decided = scores >= threshold
    tp, fp = chances[decided].sum(), (1 - chances[decided]).sum()
    fn, tn = chances[~decided].sum(), (1 - chances[~decided]).sum()
    area, average_precision = ranking(scores, chances)
    return {
        "roc_auc": area,
        "average_precision": average_precision,
        "accuracy": float((tp + tn) / len(scores)),
        "precision": float(tp / (tp + fp)),
        "recall": float(tp / (tp + fn)),
        "f1": float(tp / (tp + 0.5 * (fp + fn))),
        "specificity": float(tn / (tn + fp)),
    }


def binary_case(kind, seed, threshold):
    scores, labels = binary_rows(kind, seed, REFERENCE_ROWS, 0)
    calibrate, is_fitted = calibrator(labels, scores)
    chunks = []
    for chunk in range(CHUNKS):
        # Each chunk's scores lie higher than those of the one before.
        own, _ = binary_rows(kind, seed + 1 + chunk, CHUNK_ROWS, 0.2 * chunk)
        chunks.append(binary_estimates(own, calibrate(own), threshold))
    return {"kind": kind, "seed": seed, "threshold": threshold, "isFitted": is_fitted, "chunks": chunks}


def multiclass_rows(seed, rows, shift):
    draw = mulberry32(seed)
    scores, labels = [], []
    for _ in range(rows):
        raw = [draw() * draw() for _ in range(3)]
        raw[2] = raw[2] * (1 + shift)
        total = raw[0] + raw[1] + raw[2]
        own = [value / total for value in raw]
        v = draw()
        scores.append(own)
        labels.append(0 if v < own[0] else 1 if v < own[0] + own[1] else 2)
    return np.array(scores), np.array(labels)


def multiclass_estimates(scores, chances):
    predicted = scores.argmax(axis=1)
    matrix = np.array([[chances[predicted == j, k].sum() for j in range(3)] for k in range(3)])
    hits = np.diag(matrix)
    precision, recall = hits / matrix.sum(axis=0), hits / matrix.sum(axis=1)
    return {
        "roc_auc": float(np.mean([ranking(scores[:, k], chances[:, k])[0] for k in range(3)])),
        "accuracy": float(hits.sum() / matrix.sum()),
        "precision": float(precision.mean()),
        "recall": float(recall.mean()),
        "f1": float((2 * precision * recall / (precision + recall)).mean()),
    }


def multiclass_case(seed):
    """One-vs-rest maps, made to add up to 1 in each row, as NannyML has it. The scores are calibrated: elsewhere that rule is off by a hundredth."""
    scores, labels = multiclass_rows(seed, MULTICLASS_ROWS, 0)
    maps = [calibrator((labels == k).astype(int), scores[:, k]) for k in range(3)]
    chunks = []
    for chunk in range(CHUNKS):
        own, _ = multiclass_rows(seed + 1 + chunk, CHUNK_ROWS, 0.2 * chunk)
        chances = np.column_stack([calibrate(own[:, k]) for k, (calibrate, _) in enumerate(maps)])
        chances = chances / chances.sum(axis=1, keepdims=True)
        chunks.append(multiclass_estimates(own, chances))
    return {"seed": seed, "rows": MULTICLASS_ROWS, "chunks": chunks}


def read_table(path):
    with gzip.open(path, "rt") as file:
        return list(csv.DictReader(file))


def credit_card_case(folder):
    """The quiet part (the first 30,000 rows) and the changed part of the monitored rows of a three-class model."""
    classes = ["prepaid_card", "highstreet_card", "upmarket_card"]
    stream = read_table(f"{folder}/credit_card_mc/stream.csv.gz")
    label_of = {row["row_id"]: row["label"] for row in read_table(f"{folder}/credit_card_mc/labels.csv.gz")}
    scores = np.array([[float(row[f"y_pred_proba_{name}"]) for name in classes] for row in stream])
    labels = np.array([classes.index(label_of[row["row_id"]]) for row in stream])
    is_reference = np.array([row["part"] == "reference" for row in stream])
    reference, monitored = scores[is_reference], scores[~is_reference]
    maps = [calibrator((labels[is_reference] == k).astype(int), reference[:, k])[0] for k in range(3)]

    def estimates(rows):
        chances = np.column_stack([calibrate(rows[:, k]) for k, calibrate in enumerate(maps)])
        return multiclass_estimates(rows, chances / chances.sum(axis=1, keepdims=True))

    return {"quiet": estimates(monitored[:30000]), "changed": estimates(monitored[30000:])}


def isotonic_case(seed, rows, ties, weighted):
    draw = mulberry32(seed)
    scores, labels, weights = [], [], []
    for _ in range(rows):
        score = draw()
        scores.append(math.floor(score * ties) / ties if ties else score)
        labels.append(1 if draw() < score else 0)
        weights.append(1 + math.floor(draw() * 4) if weighted else 1)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(scores, labels, sample_weight=weights)
    at = [i / 20 for i in range(-2, 23)]
    return {
        "seed": seed,
        "rows": rows,
        "ties": ties,
        "weighted": weighted,
        "knots": [fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist()],
        "at": at,
        "values": fitted.predict(at).tolist(),
    }


json.dump(
    {
        "isotonic": [
            isotonic_case(1, 7, 0, False),
            isotonic_case(2, 300, 0, False),
            isotonic_case(3, 300, 16, False),
            isotonic_case(4, 300, 16, True),
            isotonic_case(5, 1, 0, True),
        ],
        "binary": [
            binary_case("calibrated", 100, 0.5),
            binary_case("miscalibrated", 200, 0.5),
            binary_case("rare", 300, 0.3),
        ],
        "multiclass": [multiclass_case(400)],
        "creditCard": credit_card_case(sys.argv[1]),
    },
    sys.stdout,
    indent=1,
)
