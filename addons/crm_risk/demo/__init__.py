"""Demo data that needs a loop; loaded with demo data only."""

from . import weeks, weeks_simulated
