"""Formulas of customer loyalty, free of Odoo: rows in, figures out."""

from . import holdout, liability, opening, purchase, replenishment, segmentation, uplift

__all__ = [
    "holdout",
    "liability",
    "opening",
    "purchase",
    "replenishment",
    "segmentation",
    "uplift",
]
