"""Formulas of customer loyalty, free of Odoo: rows in, figures out."""

from . import purchase, replenishment, segmentation

__all__ = ["purchase", "replenishment", "segmentation"]
