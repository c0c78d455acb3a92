from odoo import models
from odoo.tools import SQL

from ..engine import uplift

MEASURES = [("revenue", "Revenue"), ("margin", "Margin")]
COLUMNS = {"revenue": SQL("document.amount"), "margin": SQL("document.margin")}


class LoyaltyProgram(models.Model):
    """What a programme brought, against the customers kept out of it by chance."""

    _inherit = "loyalty.program"

    def _holdout_uplift(self, date_from, date_to, measure="revenue"):
        """Return the effect of each measured programme over a period, both days in.

        The interface for other addons. A dict by programme; programmes nobody is kept
        out of are missing. The value is a dict:

        * ``result``: ``engine.uplift.Uplift`` per customer, or ``TooFew``;
        * ``effect``, ``low``, ``high``: in all, in the programme's currency: the
          effect per customer times the customers who took part; 0 with ``TooFew``;
        * ``currency``: that currency.

        Documents are those of the scoring, net of returns and of rewards; a customer
        counts from the day he could first take part, who bought nothing with 0.
        """
        found = {}
        self.env.flush_all()
        for program in self.filtered("holdout_date"):
            groups = program._holdout_groups(date_from, date_to, measure)
            found[program] = program._uplift_values(
                uplift.measure(groups[False], groups[True])
            )
        return found

    def _uplift_values(self, result):
        customers = 0 if isinstance(result, uplift.TooFew) else result.treated.n
        effect, low, high = (
            (result.effect, result.low, result.high) if customers else (0, 0, 0)
        )
        return {
            "result": result,
            "effect": effect * customers,
            "low": low * customers,
            "high": high * customers,
            "currency": self.currency_id,
        }

    def _holdout_groups(self, date_from, date_to, measure):
        """Return the figures of who took part (False) and who was kept out (True)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT is_held_out, COUNT(*), AVG(figure)::float8,
                       COALESCE(STDDEV_SAMP(figure), 0)::float8
                  FROM (
                    SELECT member.id, member.is_held_out,
                           COALESCE(SUM(document.figure), 0) AS figure
                      FROM crm_loyalty_holdout member
                      LEFT JOIN (%(documents)s) document
                        ON document.partner_id = member.partner_id
                       AND document.day >= member.date
                     WHERE member.program_id = %(program)s
                       AND member.date <= %(date_to)s
                     GROUP BY member.id
                  ) customer
                 GROUP BY is_held_out""",
                documents=self._sql_period_documents(date_from, date_to, measure),
                program=self.id,
                date_to=date_to,
            )
        )
        groups = {False: uplift.Group(0, 0.0, 0.0), True: uplift.Group(0, 0.0, 0.0)}
        for held_out, count, mean, deviation in rows:
            groups[held_out] = uplift.Group(count, mean, deviation)
        return groups

    def _sql_period_documents(self, date_from, date_to, measure):
        """Documents of all the programme's companies, in its currency at the rate of
        the last day."""
        scoring = self.env["crm.loyalty.scoring"]
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT document.partner_id, document.day, %s * %s AS figure
                     FROM (%s) document
                    WHERE document.day BETWEEN %s AND %s""",
                COLUMNS[measure],
                company.currency_id._get_conversion_rate(
                    company.currency_id, self.currency_id, company, date_to
                ),
                scoring._sql_documents(company),
                date_from,
                date_to,
            )
            for company in self._scored_companies()
        )

    def action_view_effects(self):
        """Open what the programme brought."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_effect_action"
        )
        return {
            **action,
            "domain": [("program_id", "=", self.id)],
            "context": {"default_program_id": self.id},
        }
