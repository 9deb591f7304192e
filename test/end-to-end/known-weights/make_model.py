"""Writes known-weights.onnx: a price whose every weight is known. A lost number is taken for the mean, an unknown plan costs 4.

price = 10 + 0.002 (salary - 3000) + 0.3 (hours - 40) + 1.5 (rate - 2) + 0.2 (usage - 50) + 0 noise + plan

    python make_model.py        # onnx 1.23.2
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

MEANS = [3000, 40, 2, 50, 0]  # salary, hours, rate, usage, noise
WEIGHTS = [0.002, 0.3, 1.5, 0.2, 0]

nodes = [
    helper.make_node("IsNaN", ["features"], ["lost"]),
    helper.make_node("Where", ["lost", "means", "features"], ["filled"]),
    helper.make_node("Sub", ["filled", "means"], ["centered"]),
    helper.make_node("MatMul", ["centered", "weights"], ["linear"]),
    helper.make_node(
        "LabelEncoder",
        ["plan"],
        ["surcharge"],
        domain="ai.onnx.ml",
        keys_strings=["basic", "plus", "gold"],
        values_floats=[-1.0, 0.5, 2.0],
        default_float=4.0,
    ),
    helper.make_node("Add", ["linear", "surcharge"], ["both"]),
    helper.make_node("Add", ["both", "intercept"], ["price"]),
]
constants = {"means": np.float32([MEANS]), "weights": np.float32(WEIGHTS).reshape(-1, 1), "intercept": np.float32([10])}
graph = helper.make_graph(
    nodes,
    "known-weights",
    [
        helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", len(MEANS)]),
        helper.make_tensor_value_info("plan", TensorProto.STRING, ["n", 1]),
    ],
    [helper.make_tensor_value_info("price", TensorProto.FLOAT, ["n", 1])],
    [numpy_helper.from_array(value, name) for name, value in constants.items()],
)
opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
checker.check_model(model)
save(model, Path(__file__).parent / "known-weights.onnx")
