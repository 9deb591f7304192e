"""Makes the three models of the benchmarks: 30 float32 features, binary. Needs scikit-learn and skl2onnx; users never run it."""
import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

rng = np.random.default_rng(7)
x = rng.normal(size=(20000, 30)).astype(np.float32)
y = (x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * rng.normal(size=20000) > 0).astype(int)

models = {
    "linear": LogisticRegression(max_iter=500),
    "tree": GradientBoostingClassifier(n_estimators=100, max_depth=6, random_state=0, subsample=0.5, min_samples_leaf=20),
    "mlp": MLPClassifier((64, 32), max_iter=20, random_state=0),
}
for name, model in models.items():
    model.fit(x, y)
    onnx = to_onnx(model, x[:1], options={id(model): {"zipmap": False}}, target_opset=17)
    with open(f"{name}.onnx", "wb") as file:
        file.write(onnx.SerializeToString())
