"""Classes of products: ABC by share of revenue, XYZ by steadiness of demand."""

from typing import Final

import numpy as np

from analytics.arrays import Array, Texts

A_SHARE: Final = 0.80  # of cumulative revenue
B_SHARE: Final = 0.95
X_CV: Final = 0.5  # coefficient of variation of monthly units
Y_CV: Final = 1.0
NO_CLASS: Final = "–"


def abc_classes(revenue: Array) -> Texts:
    """'A', 'B' or 'C' of each product, shape (n,); '–' without revenue.

    Products in falling order of revenue; A while the products before hold less than 80 % of the total, B up to 95 %,
    C after that. The product that crosses a limit still belongs to the better class, so there always is an A.
    """
    sold = np.where(revenue > 0, revenue, 0.0)
    order = np.argsort(-sold, kind="stable")
    ranked = sold[order]
    before = (np.cumsum(ranked) - ranked) / max(ranked.sum(), 1e-12)
    classes = np.full(len(revenue), NO_CLASS)
    classes[order] = np.where(before < A_SHARE, "A", np.where(before < B_SHARE, "B", "C"))
    classes[sold == 0] = NO_CLASS
    return classes


def xyz_classes(monthly_units: Array) -> Texts:
    """'X', 'Y' or 'Z' of each product from its units by month, shape (n, months); '–' without sales or with < 3 months.

    CV = SD ÷ mean of monthly units (population SD, months without a sale included): X ≤ 0.5 < Y ≤ 1.0 < Z.
    """
    classes = np.full(len(monthly_units), NO_CLASS)
    if monthly_units.shape[1] < 3:
        return classes
    mean = monthly_units.mean(axis=1)
    sold = mean > 0
    cv = monthly_units[sold].std(axis=1) / mean[sold]
    classes[sold] = np.where(cv <= X_CV, "X", np.where(cv <= Y_CV, "Y", "Z"))
    return classes
