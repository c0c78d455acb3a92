"""Opportunities, with the end they came to."""

from .bulk import NULL, money, text
from .model import Opportunity

COLUMNS = (
    *("id", "name", "partner_id", "partner_name", "contact_name"),
    *("user_id", "team_id", "expected_revenue", "prorated_revenue"),
)


class OpportunityWriter:
    def __init__(self, batch, patterns):
        self._lead_id = batch.identifier("crm_lead")
        closing = ("date_closed", "day_close")
        self._rows = {
            "open": batch.rows(patterns["crm_lead", "open"], *COLUMNS),
            "lost": batch.rows(patterns["crm_lead", "lost"], *COLUMNS, *closing),
            "won": batch.rows(
                patterns["crm_lead", "won"],
                *(*COLUMNS, *closing, "date_last_stage_update"),
            ),
        }

    def write(self, deal: Opportunity) -> None:
        deal.id = self._lead_id()
        customer, name = deal.customer, text(deal.customer.name)
        amount = money(deal.amount)
        self._rows[deal.outcome].add(
            deal.moment,
            *(deal.id, text(deal.name), customer.id),
            *((name, NULL) if customer.is_company else (NULL, name)),
            *(deal.user_id, deal.team_id),
            *(amount, amount if deal.outcome == "won" else 0),
            *self._closing(deal),
        )

    @staticmethod
    def _closing(deal: Opportunity) -> list:
        if deal.closed is None:
            return []
        days = abs((deal.closed.at - deal.moment.at).days)
        stage = [deal.closed.stamp] if deal.outcome == "won" else []
        return [deal.closed.stamp, days, *stage]
