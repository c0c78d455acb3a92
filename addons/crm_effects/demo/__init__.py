"""Demo data with a known truth; loaded with demo data only."""

from . import generator
