"""Writes significance.json: values of scipy, and far tails in decimal arithmetic, that the tests compare with.

Run: python make-significance.py (needs scipy).
"""
import json
import os
from decimal import Decimal, getcontext

import numpy as np
from scipy import stats
from scipy.special import gammaln

getcontext().prec = 60
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")


def gamma_half(df):
    """Gamma(df / 2), exact but for sqrt(pi)."""
    value = Decimal(1) if df % 2 == 0 else PI.sqrt()
    a = Decimal(2 if df % 2 == 0 else 1) / 2
    while a < Decimal(df) / 2:
        value *= a
        a += 1
    return value


def log_survival(x, df):
    """ln Q(df / 2, x / 2): 1 - P by its power series below df, Legendre's continued fraction above."""
    a, z = Decimal(df) / 2, Decimal(repr(x)) / 2
    if x <= df:
        term = total = 1 / a
        k = 0
        while term > total * Decimal("1e-55"):
            k += 1
            term *= z / (a + k)
            total += term
        p = (z.ln() * a - z).exp() * total / gamma_half(df)
        return float((1 - p).ln())
    fraction = Decimal(0)
    for i in range(5000, 0, -1):
        fraction = Decimal(i) * (Decimal(i) - a) / (z + 2 * i + 1 - a - fraction)
    return float(a * z.ln() - z - gamma_half(df).ln() - (z + 1 - a - fraction).ln())


def chi_square():
    rows = []
    for df in [1, 2, 3, 5, 10, 39, 100, 1001]:
        for ratio in [0.05, 0.5, 0.9, 1, 1.1, 1.5, 3, 10, 40]:
            x = df * ratio
            rows.append({"x": x, "df": df, "sf": float(stats.chi2.sf(x, df)), "logSf": log_survival(x, df)})
    return rows


def quantiles():
    return [
        {"survival": p, "df": df, "x": float(stats.chi2.isf(p, df))}
        for df in [1, 2.5, 9, 81, 900]
        for p in [0.95, 0.5, 0.05, 1e-6, 1e-40]
    ]


def fisher():
    tables = [(6, 200, 0, 5000), (0, 200, 40, 5000), (3, 50, 100, 1000), (1, 200, 1, 200), (150, 200, 2, 5000), (9, 30, 12, 45)]
    rows = []
    for a, n, b, m in tables:
        law = stats.hypergeom(n + m, a + b, n)
        rows.append({"a": a, "n": n, "b": b, "m": m, "p": float(min(1, 2 * min(law.sf(a - 1), law.cdf(a))))})
    return rows


def g_test():
    rng = np.random.default_rng(1)
    rows = []
    for cells, n, m in [(2, 300, 900), (10, 500, 5000), (10, 5000, 500), (40, 4000, 4000)]:
        shares = rng.dirichlet(np.full(cells, 5.0))
        window = rng.multinomial(n, shares)
        reference = rng.multinomial(m, shares)
        result = stats.chi2_contingency([window, reference], correction=False, lambda_="log-likelihood")
        rows.append({"window": window.tolist(), "reference": reference.tolist(), "g": float(result.statistic), "df": int(result.dof)})
    return rows


def bivariate():
    """P(both chi-square(1) statistics exceed) by bivariate normal probabilities."""
    rows = []
    for alpha in [0.05, 0.01, 0.001]:
        z = stats.norm.isf(alpha / 2)
        for rho in [0.1, 0.5, 0.9]:
            both = 2 * stats.multivariate_normal.cdf([-z, -z], cov=[[1, rho], [rho, 1]], abseps=1e-12, releps=1e-10)
            opposite = 2 * stats.multivariate_normal.cdf([-z, -z], cov=[[1, -rho], [-rho, 1]], abseps=1e-12, releps=1e-10)
            rows.append({"alpha": alpha, "rho": rho, "p": float(both + opposite)})
    return rows


def log_gammas():
    return [{"x": x, "value": float(gammaln(x))} for x in [1e-3, 0.5, 1, 1.5, 2, 3.7, 15.9, 16, 100.5, 1e5]]


def adjusted():
    p = [0.001, 0.04, 0.03, 0.5, 0.002, 1.0, 0.04]
    return {"p": p, "q": [float(q) for q in stats.false_discovery_control(p)]}


GOLDEN = {
    "logGamma": log_gammas(),
    "chiSquare": chi_square(),
    "quantiles": quantiles(),
    "fisher": fisher(),
    "gTest": g_test(),
    "bivariate": bivariate(),
    "benjaminiHochberg": adjusted(),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "significance.json")
with open(path, "w") as file:
    json.dump(GOLDEN, file, indent=1)
    file.write("\n")
