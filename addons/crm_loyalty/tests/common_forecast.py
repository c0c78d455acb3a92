from odoo.tools import SQL

from .common import LoyaltyCase


class ForecastCase(LoyaltyCase):
    """Many customers with many orders, written as rows: the job reads nothing else."""

    @classmethod
    def _many_customers(cls, count, name="Customer"):
        return cls.env["res.partner"].create(
            [{"name": f"{name} {number}"} for number in range(count)]
        )

    @classmethod
    def _bulk_orders(cls, rows, company=None):
        """Write confirmed orders of (partner, day, amount)."""
        cls.env.flush_all()
        partners, days, amounts = zip(
            *((partner.id, day, amount) for partner, day, amount in rows), strict=True
        )
        company = company or cls.company
        cls.env.cr.execute(
            SQL(
                """
                INSERT INTO sale_order (
                    name, company_id, partner_id, partner_invoice_id,
                    partner_shipping_id, date_order, picking_policy, state,
                    amount_untaxed, currency_rate, currency_id, create_uid, write_uid,
                    create_date, write_date)
                SELECT 'B' || partner || '/' || day, %(company)s, partner, partner,
                       partner, day::timestamp + INTERVAL '12 hours', 'direct', 'sale',
                       amount, 1, %(currency)s, %(user)s, %(user)s, NOW(), NOW()
                  FROM UNNEST(%(partners)s, %(days)s::date[], %(amounts)s::numeric[])
                       bulk (partner, day, amount)""",
                company=company.id,
                currency=company.currency_id.id,
                user=cls.env.uid,
                partners=list(partners),
                days=list(days),
                amounts=list(amounts),
            )
        )
