from collections import defaultdict

from odoo import api, models

from .crm_loyalty_complaint import OPEN

# Cases of an installed helpdesk or claim module come before our own: how it tells
# those still open.
OTHER_CASES = {
    "helpdesk.ticket": [("close_date", "=", False)],
    "crm.claim": [("date_closed", "=", False)],
}


class CrmLoyaltyComplaint(models.Model):
    """Counting complaints wherever the company keeps them."""

    _inherit = "crm.loyalty.complaint"

    @api.model
    def _case_source(self):
        """Return the model that holds the company's complaints and the open domain."""
        for name, still_open in OTHER_CASES.items():
            if name in self.env:
                return self.env[name], still_open
        return self, [("state", "in", OPEN)]

    @api.model
    def _case_counts(self, firms):
        """Return (open, all) by firm, of the cases the user may read."""
        cases, still_open = self._case_source()
        if not cases.has_access("read"):
            return {}
        ours = [("partner_id.commercial_partner_id", "in", firms.ids)]
        if "company_id" in cases._fields:
            ours.append(("company_id", "in", [False, *self.env.companies.ids]))
        if cases._name == self._name:
            return self._own_counts(ours)
        counts = defaultdict(lambda: [0, 0])
        for place, domain in enumerate((ours + still_open, ours)):
            for partner, count in cases._read_group(
                domain, ["partner_id"], ["__count"]
            ):
                counts[partner.commercial_partner_id][place] += count
        return {firm: tuple(pair) for firm, pair in counts.items()}

    @api.model
    def _own_counts(self, domain):
        """Count in one query: the card of every form asks for it."""
        counts = defaultdict(lambda: (0, 0))
        for firm, state, count in self._read_group(
            domain, ["commercial_partner_id", "state"], ["__count"]
        ):
            still_open, total = counts[firm]
            counts[firm] = (still_open + count * (state in OPEN), total + count)
        return dict(counts)

    @api.model
    def _case_action(self, firm, **defaults):
        """Return the action that opens a firm's cases, or a new one if none."""
        cases, _still_open = self._case_source()
        domain = [("partner_id", "child_of", firm.ids)]
        context = {"default_partner_id": firm.id, **defaults}
        if cases._name == self._name:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "crm_loyalty.crm_loyalty_complaint_action"
            )
            return {**action, "domain": domain, "context": context}
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(cases._name).name,
            "res_model": cases._name,
            "view_mode": "list,form",
            "domain": domain,
            "context": context,
        }
