"""The dashboards of the suite."""

from .effects import EFFECTS_DASHBOARD
from .loyalty import LOYALTY
from .parts import Dashboard
from .risks import RISKS

DASHBOARDS: tuple[Dashboard, ...] = (LOYALTY, RISKS, EFFECTS_DASHBOARD)
