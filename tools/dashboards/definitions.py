"""The dashboards of the suite."""

from .loyalty import LOYALTY
from .parts import Dashboard

DASHBOARDS: tuple[Dashboard, ...] = (LOYALTY,)
