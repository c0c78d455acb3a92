from odoo import api, models
from odoo.tools import SQL

from ..sql import facts


class CrmLoyaltyScoring(models.AbstractModel):
    """The documents customers are scored from, and how to tell that one changed."""

    _inherit = "crm.loyalty.scoring"

    def _sql_documents(self, company):
        """Return id, partner, day, amount and margin of every document that counts.

        Partners are whole firms, days the company's, money its currency at the rate
        of the document. Some customers are left out. `moment` and
        `version` tell whether a document changed (`sql/facts.py`).
        """
        return SQL(
            """
            SELECT source.document_id, partner.commercial_partner_id AS partner_id,
                   source.day, source.amount, source.margin, source.moment,
                   source.version
              FROM (%s) source
              JOIN res_partner partner ON partner.id = source.partner_id
             WHERE partner.commercial_partner_id NOT IN (%s)""",
            self._sql_source(company),
            self._sql_left_out(),
        )

    def _sql_left_out(self):
        """Return the firms that are no customers: the companies of this database.

        To leave out others extend this, not the documents: the search for changes
        must leave out the same.
        """
        return SQL("SELECT partner_id FROM res_company")

    def _sql_source(self, company, all_states=False):
        """Return the company's documents by contact; also those that do not count."""
        source = (
            self._sql_invoices
            if company.loyalty_basis == "invoice"
            else self._sql_orders
        )
        query = source(company)
        return (
            query if all_states else SQL("%s AND %s", query, self._sql_counts(company))
        )

    def _sql_counts(self, company):
        if company.loyalty_basis == "invoice":
            return SQL("m.state = 'posted'")
        return SQL("o.state = 'sale'")

    def _sql_orders(self, company):
        """Confirmed orders; one whose rate is unknown counts at par, as in sales
        reports."""
        margin, own_margin = SQL("0"), SQL("0")
        if self._margin_known(company):
            own_margin = SQL("o.margin")
            margin = SQL("o.margin / COALESCE(NULLIF(o.currency_rate, 0), 1)")
        return SQL(
            """
            SELECT o.id AS document_id, o.partner_id,
                   (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS day,
                   o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)
                       AS amount,
                   %(margin)s AS margin, o.date_order AS moment,
                   %(version)s AS version, o.xmin AS row_xmin, %(counts)s AS counts
              FROM sale_order o
             WHERE o.company_id = %(company)s""",
            tz=company._loyalty_tz(),
            margin=margin,
            version=facts.version(
                SQL("o.id"),
                SQL("o.date_order"),
                SQL("o.amount_untaxed"),
                SQL("o.currency_rate"),
                own_margin,
            ),
            counts=self._sql_counts(company),
            company=company.id,
        )

    def _sql_invoices(self, company):
        """Posted invoices and credit notes, these with a negative amount."""
        day = SQL("COALESCE(m.invoice_date, m.date)")
        return SQL(
            """
            SELECT m.id AS document_id, m.partner_id, %(day)s AS day,
                   m.amount_untaxed_signed AS amount, 0 AS margin,
                   %(day)s::timestamp AS moment, %(version)s AS version,
                   m.xmin AS row_xmin, %(counts)s AS counts
              FROM account_move m
             WHERE m.company_id = %(company)s
               AND m.move_type IN ('out_invoice', 'out_refund')""",
            day=day,
            version=facts.version(SQL("m.id"), day, SQL("m.amount_untaxed_signed")),
            counts=self._sql_counts(company),
            company=company.id,
        )

    @api.model
    def _margin_known(self, company):
        known = "margin" in self.env["sale.order"]._fields  # sale_margin
        return known and company.loyalty_basis == "order"
