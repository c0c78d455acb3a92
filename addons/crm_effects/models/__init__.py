"""Stored records and screens logic; formulas live in engine/."""
