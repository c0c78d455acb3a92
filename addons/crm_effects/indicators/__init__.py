"""Built-in indicators of this addon; see crm_risk.indicators."""

from . import cost_burn

__all__ = ["cost_burn"]
