"""Whether the money runs ahead of the work: K49."""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register
from odoo.addons.crm_risk.models.crm_implementation import PHASES


@register
class CostBurn(SqlIndicator):
    """Share of the planned costs that is spent by the share of the phases begun.

    Of each running implementation: actual costs up to today by planned costs times
    progress, so that several add up by their size.
    """

    code = "K49"
    model = "crm.effect.cost"
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return parts.record(
            source=SQL(
                """crm_effect_cost c
                   JOIN crm_implementation i ON i.id = c.implementation_id"""
            ),
            where=SQL(
                """i.active AND i.state = 'active' AND c.company_id = %s
                   AND (c.nature = 'plan' OR c.date <= %s)""",
                window.company_id,
                window.today,
            ),
            id=SQL("c.id"),
            date=window.snapshot_date,
            numerator=SQL(
                "CASE WHEN c.nature = 'plan' THEN 0 ELSE c.amount_company END"
            ),
            denominator=SQL(
                "CASE WHEN c.nature = 'plan' THEN c.amount_company * %s ELSE 0 END",
                self.progress(),
            ),
        )

    @staticmethod
    def progress() -> SQL:
        """Share of the phases begun: the first of five is a fifth."""
        names = [name for name, _label in PHASES]
        return SQL("array_position(%s::varchar[], i.phase) / %s.0", names, len(names))
