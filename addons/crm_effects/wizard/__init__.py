"""Dialogs."""

from . import crm_effect_unfreeze
