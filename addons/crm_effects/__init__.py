# The engine is plain Python and can be used without Odoo: with `addons` on
# PYTHONPATH, `from crm_effects.engine import …` must not load the models.
if __name__ == "odoo.addons.crm_effects":
    from . import controllers, demo, indicators, models, report, wizard
