"""Stored records and screens logic; formulas live in engine/."""

from . import crm_implementation
from . import crm_indicator
from . import crm_indicator_fact
