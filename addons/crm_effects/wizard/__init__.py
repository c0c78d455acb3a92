"""Dialogs."""

from . import crm_effect_unfreeze, crm_effects_onboarding
