"""Formulas of customer loyalty, free of Odoo: rows in, figures out."""

from . import holdout, liability, purchase, replenishment, segmentation, uplift

__all__ = [
    "holdout",
    "liability",
    "purchase",
    "replenishment",
    "segmentation",
    "uplift",
]
