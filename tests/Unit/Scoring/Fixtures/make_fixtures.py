#!/usr/bin/env python3
"""Reference values for the scoring and evaluation tests. Needs numpy, scipy and scikit-learn; run in this folder."""
import numpy as np
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.metrics import average_precision_score, roc_auc_score

rng = np.random.default_rng(7)
f = lambda xs: " ".join(repr(float(x)) for x in xs)

with open("auc.csv", "w") as out:
    out.write("case,roc,ap,scores,positive\n")
    for case, (n, levels, share) in enumerate([(40, 0, 0.3), (60, 4, 0.5), (30, 2, 0.1), (50, 0, 0.9), (80, 10, 0.33)]):
        y = (rng.random(n) < share).astype(int)
        y[0], y[1] = 0, 1
        s = rng.normal(size=n) + y
        if levels:
            s = np.round(s * levels / 4)
        out.write(f"{case},{roc_auc_score(y, s)!r},{average_precision_score(y, s)!r},{f(s)},{''.join(map(str, y))}\n")

# Excesses over 0 with known shape and scale; maximum likelihood by scipy with the location held at 0.
with open("gpd.csv", "w") as out:
    out.write("shape_true,shape_ml,scale_ml,loglik_ml,excesses\n")
    for shape in (-0.3, -0.1, 0.0, 0.2, 0.4):
        x = stats.genpareto.rvs(shape, scale=2.0, size=400, random_state=rng)
        c, _, scale = stats.genpareto.fit(x, floc=0)
        out.write(f"{shape},{c!r},{scale!r},{stats.genpareto.logpdf(x, c, 0, scale).sum()!r},{f(x)}\n")

# Combining p-values.
with open("fusion.csv", "w") as out:
    out.write("p,fisher,stouffer,stouffer_weighted\n")
    for k in (2, 3, 5):
        for _ in range(4):
            p = rng.random(k) ** 3
            w = np.arange(1, k + 1)
            out.write(f"{f(p)},{stats.combine_pvalues(p, 'fisher')[1]!r},{stats.combine_pvalues(p, 'stouffer')[1]!r},{stats.combine_pvalues(p, 'stouffer', w)[1]!r}\n")

# PCA residual: standardised rows, as many components as explain 95 % of the variance.
with open("pca.csv", "w") as out:
    m, t = 12, 200
    mix = rng.normal(size=(4, m))
    train = rng.normal(size=(t, 4)) * [3, 2, 1, 0.5] @ mix + rng.normal(size=(t, m)) * 0.3
    test = rng.normal(size=(10, 4)) * [3, 2, 1, 0.5] @ mix + rng.normal(size=(10, m)) * [0.3] * 1
    test[5:] += rng.normal(size=(5, m))
    train, test = np.float32(np.round(train, 4)), np.float32(np.round(test, 4))
    pca = PCA(n_components=0.95, svd_solver="full").fit(train.astype(float))
    residual = lambda x: (x - pca.inverse_transform(pca.transform(x.astype(float)))) ** 2
    out.write(f"components,{pca.n_components_}\n")
    for x in train:
        out.write("train," + ",".join(repr(float(v)) for v in np.round(x.astype(float), 4)) + "\n")
    for x in test:
        out.write("test," + ",".join(repr(float(v)) for v in np.round(x.astype(float), 4)) + "\n")
    for r in residual(test):
        out.write("residual," + ",".join(repr(float(v)) for v in r) + "\n")

with open("normal.csv", "w") as out:
    out.write("z,logsf\n")
    for z in (-5.0, -0.3, 0.0, 1.0, 2.99, 3.01, 8.0, 40.0):
        out.write(f"{z},{stats.norm.logsf(z)!r}\n")
