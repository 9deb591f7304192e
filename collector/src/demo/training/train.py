"""Trains the demo's three models on the simulator's rows and writes them as ONNX files.

usage: python train.py TRAINING_DIRECTORY MODELS_DIRECTORY

TRAINING_DIRECTORY holds what `export.ts` wrote. See README.md beside this file.
"""

import os
import sys
from pathlib import Path

# One thread: sums in another order would make other files of the same rows. Read when the libraries are loaded.
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from skl2onnx.sklapi import CastTransformer
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

OPSET = {"": 17, "ai.onnx.ml": 3}
SEED = 7

CREDIT_STRINGS = ["channel", "purpose", "employment", "housing", "region"]
CREDIT_COUNTS = ["open_loans", "late_payments_24m", "inquiries_6m"]


def read_rows(directory: Path, model: str, label: str):
    rows = pd.read_csv(directory / f"{model}.csv", keep_default_na=False, na_values=[""])
    target = rows.pop(label)
    return train_test_split(rows, target, test_size=0.2, random_state=SEED)


def boosted_trees(kind, trees: int):
    """Small on purpose: 60 trees of 12 leaves keep a file under 100 kB and a row under 10 microseconds."""
    return kind(
        max_iter=trees, max_leaf_nodes=12, learning_rate=0.1, min_samples_leaf=40, l2_regularization=1.0,
        early_stopping=False, random_state=SEED,
    )


def encode_strings():
    """A category that no training row had becomes a row of zeros: the model must survive it."""
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)


def rename_value(model: onnx.ModelProto, old: str, new: str) -> None:
    for node in model.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for value in [*model.graph.input, *model.graph.output]:
        if value.name == old:
            value.name = new


def write_model(model: onnx.ModelProto, name: str, directory: Path) -> onnxruntime.InferenceSession:
    model.producer_name, model.doc_string, model.graph.name = "prumo demo", "", name
    onnx.checker.check_model(model)
    path = directory / name / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{name}: {path.stat().st_size} bytes")
    return onnxruntime.InferenceSession(path)


def check_parity(expected, actual, tolerance: float) -> None:
    difference = float(np.max(np.abs(np.asarray(expected).ravel() - np.asarray(actual).ravel())))
    print(f"  largest difference between scikit-learn and ONNX: {difference:.2g}")
    assert difference <= tolerance, "the ONNX file does not compute what was trained"


def train_card_fraud(data: Path, models: Path) -> None:
    train, test, y_train, y_test = read_rows(data, "card-fraud", "is_fraud")
    trees = boosted_trees(HistGradientBoostingClassifier, 60).fit(train.to_numpy(np.float32), y_train)
    onnx_model = to_onnx(
        trees, initial_types=[("features", FloatTensorType([None, train.shape[1]]))],
        options={"zipmap": False}, target_opset=OPSET,
    )
    session = write_model(onnx_model, "card-fraud", models)
    features = test.to_numpy(np.float32)
    _, probabilities = session.run(["label", "probabilities"], {"features": features})
    check_parity(trees.predict_proba(features), probabilities, 1e-4)
    print(f"  fraud rate {y_train.mean():.4f}, AUC on held-out rows {roc_auc_score(y_test, probabilities[:, 1]):.3f}")


def train_credit_default(data: Path, models: Path) -> None:
    train, test, y_train, y_test = read_rows(data, "credit-default", "defaulted")
    numbers = [name for name in train.columns if name not in CREDIT_STRINGS + CREDIT_COUNTS]
    for rows in (train, test):
        rows[numbers] = rows[numbers].astype(np.float32)
    pipeline = make_pipeline(
        ColumnTransformer([
            ("strings", encode_strings(), CREDIT_STRINGS),
            ("numbers", "passthrough", numbers),
            ("counts", CastTransformer(dtype=np.float32), CREDIT_COUNTS),
        ]),
        boosted_trees(HistGradientBoostingClassifier, 60),
    ).fit(train, y_train)

    def type_of(name: str):
        if name in CREDIT_STRINGS:
            return StringTensorType([None, 1])
        return Int64TensorType([None, 1]) if name in CREDIT_COUNTS else FloatTensorType([None, 1])

    onnx_model = to_onnx(
        pipeline, initial_types=[(name, type_of(name)) for name in train.columns],
        options={"zipmap": False}, target_opset=OPSET,
    )
    session = write_model(onnx_model, "credit-default", models)
    feeds = {
        name: test[[name]].to_numpy(object if name in CREDIT_STRINGS else np.int64 if name in CREDIT_COUNTS else np.float32)
        for name in test.columns
    }
    _, probabilities = session.run(["label", "probabilities"], feeds)
    check_parity(pipeline.predict_proba(test), probabilities, 1e-4)
    print(f"  default rate {y_train.mean():.4f}, AUC on held-out rows {roc_auc_score(y_test, probabilities[:, 1]):.3f}")


def train_income(data: Path, models: Path) -> None:
    train, test, y_train, y_test = read_rows(data, "income", "income")
    numbers = [name for name in train.columns if name != "occupation"]
    encoder = ColumnTransformer([
        ("numbers", "passthrough", list(range(len(numbers)))),
        ("occupation", encode_strings(), [len(numbers)]),
    ])
    as_objects = lambda rows: np.column_stack(  # noqa: E731
        [rows[numbers].to_numpy(np.float32).astype(object), rows["occupation"].to_numpy(object)]
    )
    pipeline = make_pipeline(encoder, boosted_trees(HistGradientBoostingRegressor, 80)).fit(as_objects(train), y_train)
    onnx_model = to_onnx(
        pipeline,
        initial_types=[("features", FloatTensorType([None, len(numbers)])), ("occupation", StringTensorType([None, 1]))],
        target_opset=OPSET,
    )
    rename_value(onnx_model, "variable", "estimated_income")
    session = write_model(onnx_model, "income", models)
    feeds = {"features": test[numbers].to_numpy(np.float32), "occupation": test[["occupation"]].to_numpy(object)}
    (estimates,) = session.run(["estimated_income"], feeds)
    # Sums of 80 float32 leaves of up to 100,000: a few cents.
    check_parity(pipeline.predict(as_objects(test)), estimates, 0.5)
    print(f"  mean {y_train.mean():.0f}, R2 on held-out rows {r2_score(y_test, estimates.ravel()):.3f}")


if __name__ == "__main__":
    data_directory, models_directory = Path(sys.argv[1]), Path(sys.argv[2])
    train_card_fraud(data_directory, models_directory)
    train_credit_default(data_directory, models_directory)
    train_income(data_directory, models_directory)
