"""Downloads of the return."""

from . import export
