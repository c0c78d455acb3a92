# The engine is plain Python and can be used without Odoo: with `addons` on
# PYTHONPATH, `from crm_loyalty.engine import …` must not load the models.
if __name__ == "odoo.addons.crm_loyalty":
    from . import controllers, models, report, wizard
    from .hooks import post_init_hook
