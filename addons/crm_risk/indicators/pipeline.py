"""State of the open opportunities: K06, K07, K08; enquiries without owner: K09."""

from odoo.tools import SQL

from . import parts
from .funnel import LeadIndicator
from .registry import register

ROTTING_DAYS = 30
"""Where the stage sets no days of its own, as Odoo's board does not either."""

ENQUIRY_DAYS = 30
GRACE_DAYS = 1


class OpenLeadIndicator(LeadIndicator):
    """Share of the open opportunities for which `holds` is true, now."""

    history = False
    rolling_lag_days = 0
    condition = SQL("l.active AND l.type = 'opportunity' AND l.won_status = 'pending'")

    def holds(self, window) -> SQL:
        raise NotImplementedError

    def numerator(self, window):
        return parts.flag(self.holds(window))

    def selection(self, window):
        return SQL("TRUE")

    def date(self, window):
        return window.snapshot_date


@register
class NoNextStep(OpenLeadIndicator):
    """No planned activity."""

    code = "K06"

    def holds(self, window):
        return SQL(
            """l.id NOT IN (SELECT a.res_id FROM mail_activity a
                             WHERE a.active AND a.res_model = 'crm.lead'
                               AND a.res_id IS NOT NULL)"""
        )


@register
class RottingOpportunities(OpenLeadIndicator):
    """Longer in its stage than the stage allows, or 30 days where it says nothing."""

    code = "K07"
    joins = SQL("LEFT JOIN crm_stage stage ON stage.id = l.stage_id")

    def holds(self, window):
        return SQL(
            """COALESCE(l.date_last_stage_update, l.create_date) + make_interval(
                   days => COALESCE(NULLIF(stage.rotting_threshold_days, 0), %s)
               ) < %s""",
            ROTTING_DAYS,
            window.now,
        )


@register
class ClosingPassed(OpenLeadIndicator):
    """Still open on the day after the expected closing."""

    code = "K08"

    def holds(self, window):
        return SQL("l.date_deadline < %s", window.today)


@register
class UnassignedEnquiries(OpenLeadIndicator):
    """Of the open leads and opportunities of the last 30 days, those without a
    salesperson for more than a day."""

    code = "K09"
    condition = SQL("l.active AND l.won_status = 'pending'")

    def selection(self, window):
        return SQL(
            "l.create_date >= %s AND l.create_date <= %s",
            parts.ago(window, ENQUIRY_DAYS),
            window.now,
        )

    def holds(self, window):
        return SQL(
            "l.user_id IS NULL AND l.create_date < %s", parts.ago(window, GRACE_DAYS)
        )
