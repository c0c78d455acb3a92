"""Orders and deals of two teams: one whose go-live went badly, one where all is well.

What is made, and so what the boards have to find: the troubled team sold four orders a
week before its go-live and two since, and nobody plans a next step; the other team
sells three orders a week throughout, and every deal has its next step.
"""

from datetime import timedelta

from odoo import Command, api, fields, models

WEEKS_BEFORE = 13
DEALS = 14


class DemoWeeks(models.AbstractModel):
    _name = "crm.risk.demo"
    _description = "Generator of Demo Weeks"

    @api.model
    def _make_team(self, implementation, before, after, tended):
        """Orders per week before and after the go-live, and open deals."""
        implementation = self.env["crm.implementation"].browse(implementation)
        go_live, today = implementation.date_go_live, fields.Date.today()
        weeks = (today - go_live).days // 7
        dates = [
            go_live + timedelta(weeks=week, days=1 + number % 4)
            for week in range(-WEEKS_BEFORE, weeks)
            for number in range(before if week < 0 else after)
        ]
        self._make_orders(implementation, dates, signed=tended)
        self._make_deals(implementation, tended)

    def _make_orders(self, implementation, dates, signed):
        partner = self.env.ref("base.res_partner_2")
        product = self.env.ref("crm_risk.product_hours_demo").product_variant_id
        line = {"product_id": product.id, "product_uom_qty": 1}
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": implementation.company_id.id,
                    "team_id": implementation.team_ids[0].id,
                    "user_id": implementation.manager_id.id,
                    "state": "sale",
                    "date_order": fields.Datetime.to_datetime(day)
                    + timedelta(hours=10),
                    "signed_on": signed and number % 3 == 0 and day,
                    "order_line": [Command.create(line)],
                }
                for number, day in enumerate(dates)
            ]
        )
        self.env.flush_all()
        # quotations are made two days before they are confirmed
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = date_order - interval '2 days'"
            " WHERE id = ANY(%s)",
            [orders.ids],
        )
        orders.invalidate_recordset(["create_date"])

    def _make_deals(self, implementation, tended):
        today = fields.Date.today()
        deals = self.env["crm.lead"].create(
            [
                {
                    "name": f"Framework agreement {n + 1}",
                    "type": "opportunity",
                    "company_id": implementation.company_id.id,
                    "team_id": implementation.team_ids[0].id,
                    "user_id": implementation.manager_id.id,
                    "expected_revenue": 1000 * (n + 1),
                    "date_deadline": today
                    + timedelta(days=n + 3 if tended else 7 - 2 * n),
                }
                for n in range(DEALS)
            ]
        )
        for deal in deals if tended else deals[:4]:
            deal.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=today + timedelta(days=3),
                user_id=deal.user_id.id,
            )

    @api.model
    def _measure(self, implementations):
        """Two nights: what is red in both alarms the owners of the risks."""
        implementations = self.env["crm.implementation"].browse(implementations)
        run = self.env["crm.indicator.run"].create({"trigger": "manual"})
        run._measure_all(
            pair
            for pair in run._get_pairs_left()
            if pair[1] in implementations.company_id
        )
        self._refresh(implementations)
        for line in implementations.board_line_ids.filtered("streak_date"):
            line.streak_date -= timedelta(days=1)
        self._refresh(implementations)

    @staticmethod
    def _refresh(implementations):
        for implementation in implementations:
            implementation._refresh_board()
