from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .common import LoyaltyCase


class ComplaintCase(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["crm.loyalty.complaint"]
        cls.late = cls.env["crm.loyalty.complaint.cause"].create({"name": "Too late"})
        cls.firm = cls._customer("Firm", is_company=True)
        cls.cook = cls._customer("Cook", parent_id=cls.firm.id)
        cls.order = cls._order(cls.firm, "2026-06-01", 100)
        cls.foreign = cls._order(cls._customer("Rival"), "2026-06-01", 100)

    @classmethod
    def _complain(cls, **values):
        return cls.cases.create(
            {"name": "Cold coffee", "partner_id": cls.cook.id, **values}
        )

    @classmethod
    def _resolve(cls, case, days=0):
        """Close a case so many days after it was opened, today."""
        case.date_open = datetime(2026, 6, 15, 12) - timedelta(days=days)
        case.write({"resolution": "Sent again", "cause_id": cls.late.id})
        case.action_resolve()


class TestComplaint(ComplaintCase):
    def test_days(self):
        case = self._complain(date_open="2026-06-05 12:00:00")
        self.assertEqual((case.days_open, case.resolution_days), (10, 0))
        case.date_open = "2026-06-13 00:00:00"
        self._resolve(case, days=2.5)
        self.assertEqual(case.date_closed, datetime(2026, 6, 15, 12))
        self.assertEqual((case.days_open, case.resolution_days), (2, 2.5))
        case.action_reopen()
        self.assertFalse(case.date_closed)
        self.assertEqual(case.resolution_days, 0)

    def test_closing_needs_cause_and_resolution(self):
        case = self._complain()
        with self.assertRaisesRegex(ValidationError, "what was done"):
            case.action_reject()
        case = self._complain(resolution="Sent again")
        with self.assertRaisesRegex(ValidationError, "choose its cause"):
            case.action_resolve()
        case = self._complain(resolution="Not ours")
        case.action_reject()
        self.assertTrue(case.date_closed)

    def test_documents_of_others_are_refused(self):
        self._complain(order_id=self.order.id)
        with self.assertRaisesRegex(ValidationError, "does not belong to Firm"):
            self._complain(order_id=self.foreign.id)

    @mute_logger("odoo.sql_db")
    def test_negative_cost_and_dates_out_of_order(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._complain(cost=-1)
        case = self._complain(date_open="2026-06-20 00:00:00")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            case.write({"state": "rejected", "resolution": "No"})
            self.env.flush_all()

    def test_median_of_a_cause(self):
        # 1, 2 and 9 days: the median is 2, the mean would be 4
        for days in (1, 2, 9):
            self._resolve(self._complain(), days=days)
        self._complain(cause_id=self.late.id)
        rejected = self._complain(cause_id=self.late.id, resolution="Not ours")
        rejected.action_reject()
        self.late.invalidate_recordset()
        self.assertEqual(self.late.complaint_count, 5)
        self.assertEqual(self.late.open_count, 1)
        self.assertEqual(self.late.median_days, 2)

    def test_buttons(self):
        self._complain(order_id=self.order.id)
        self._resolve(self._complain())
        self.assertEqual(self.order.loyalty_complaint_count, 1)
        self.assertEqual(self.firm.loyalty_complaint_count, 1)
        self.assertEqual(self.cook.loyalty_complaint_count, 1)
        action = self.firm.action_view_loyalty_complaints()
        self.assertEqual(self.cases.search_count(action["domain"]), 2)
        empty = self._order(self.firm, "2026-06-02", 10)
        action = empty.action_view_loyalty_complaints()
        self.assertEqual(action["views"], [(False, "form")])
        self.assertEqual(action["context"]["default_order_id"], empty.id)

    def test_profile_and_card(self):
        self._complain()
        self._resolve(self._complain())
        profile = self.profiles.create(
            {"company_id": self.company.id, "partner_id": self.firm.id}
        )
        self.assertEqual(
            (profile.complaint_open_count, profile.complaint_count), (1, 2)
        )
        [line] = [
            item
            for item in profile._card_items()[profile.id]
            if item["key"] == "complaint"
        ]
        self.assertEqual((line["value"], line["level"]), ("Open: 1", "danger"))

    def test_query_count_of_the_counts(self):
        firms = self.env["res.partner"].create(
            [{"name": f"Firm {number}"} for number in range(10)]
        )
        self.cases.create(
            [{"name": "Late", "partner_id": partner.id} for partner in firms]
        )

        def count(partners):
            self.env.invalidate_all()
            partners.mapped("commercial_partner_id")
            before = self.env.cr.sql_log_count
            partners.mapped("loyalty_complaint_count")
            return self.env.cr.sql_log_count - before

        count(firms)  # access rights are cached from here on
        count(firms[:1])  # fills the caches outside the transaction
        self.assertEqual(count(firms), count(firms[:2]))

    def test_cases_of_a_helpdesk_come_first(self):
        """Partners stand in for tickets: those with a comment are closed."""
        self._complain()
        tickets = {"crm.lead": [("date_closed", "=", False)]}
        leads = self.env["crm.lead"].create(
            [{"name": f"Ticket {n}", "partner_id": self.cook.id} for n in range(3)]
        )
        leads[0].date_closed = "2026-06-01 00:00:00"
        path = "odoo.addons.crm_loyalty.models.crm_loyalty_complaint_case.OTHER_CASES"
        with patch(path, tickets):
            self.assertEqual(self.cases._case_counts(self.firm), {self.firm: (2, 3)})
            action = self.firm.action_view_loyalty_complaints()
            self.assertEqual(action["res_model"], "crm.lead")


class TestComplaintPortal(ComplaintCase):
    """What the portal hands over comes from outside: nothing in it is believed."""

    def _create(self, partner=None, **values):
        values = {"name": "Cold", "description": "It was cold", **values}
        return self.cases._create_from_portal(partner or self.cook, values)

    def test_complaint_of_a_contact(self):
        self.firm.user_id = self._new_user("ivan", "sales_team.group_sale_salesman")
        case = self._create(
            order_id=str(self.order.id),
            product_id=self.service.id,
            cause_id=self.late.id,
        )
        self.assertEqual(case.partner_id, self.cook)
        self.assertEqual((case.order_id, case.product_id), (self.order, self.service))
        self.assertEqual(case.company_id, self.company)
        self.assertEqual(case.user_id, self.order.user_id or self.firm.user_id)
        self.assertIn(self.cook, case.message_partner_ids)
        self.assertTrue(case.activity_ids)
        self.assertEqual(self.cases.search(self.cases._portal_domain(self.cook)), case)

    def test_order_of_another_firm(self):
        for order in (self.foreign.id, 2**31 - 1, 2**70, "x", "-1"):
            with self.assertRaisesRegex(ValidationError, "no such order of yours"):
                self._create(order_id=order)

    def test_product_never_bought(self):
        product = self.env["product.product"].create({"name": "Secret"})
        with self.assertRaisesRegex(ValidationError, "no such product"):
            self._create(product_id=product.id)
        other = self._order(self.firm, "2026-06-03", 5)
        other.order_line.product_id = product
        with self.assertRaisesRegex(ValidationError, "no such product"):
            self._create(product_id=product.id, order_id=self.order.id)

    def test_what_is_not_asked_for_is_left_out(self):
        case = self._create(
            state="resolved",
            cost=1e9,
            company_id=1,
            user_id=1,
            partner_id=self.foreign.partner_id.id,
        )
        self.assertEqual((case.state, case.cost), ("new", 0))
        self.assertEqual(case.partner_id, self.cook)

    def test_text(self):
        case = self._create(description="<script>alert(1)</script><p>Hello</p>")
        self.assertNotIn("<", case.description)
        for name in (None, "", "  ", "<p></p>"):
            with self.assertRaisesRegex(ValidationError, "tell us in a subject"):
                self._create(name=name)
        with self.assertRaisesRegex(ValidationError, "up to 200 characters"):
            self._create(name="x" * 201)

    def test_unknown_cause(self):
        with self.assertRaisesRegex(ValidationError, "cause from the list"):
            self._create(cause_id=2**31 - 1)


class TestComplaintSecurity(ComplaintCase):
    """ivan: salesman of Firm; olga: all leads, her customer is Rival;
    clerk: internal user; stranger: all leads of another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._new_company("Other")
        cls.ivan = cls._new_user("ivan", "sales_team.group_sale_salesman")
        cls.olga = cls._new_user("olga", "sales_team.group_sale_salesman_all_leads")
        cls.clerk = cls._new_user("clerk", "base.group_user")
        cls.stranger = cls._new_user(
            "stranger", "sales_team.group_sale_salesman_all_leads", cls.other
        )
        cls.firm.user_id = cls.ivan
        cls.rival = cls.foreign.partner_id
        cls.rival.user_id = cls.olga
        cls.mine = cls._complain(user_id=cls.olga.id)
        cls.hers = cls._complain(partner_id=cls.rival.id, user_id=cls.olga.id)

    def _visible(self, user):
        return (
            self.cases.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .search([])
        )

    def test_who_sees_what(self):
        self.assertEqual(self._visible(self.ivan), self.mine)
        self.assertEqual(self._visible(self.olga), self.mine | self.hers)
        self.assertFalse(self._visible(self.stranger))
        with self.assertRaises(AccessError):
            self._visible(self.clerk)
        self.hers.user_id = self.ivan
        self.assertEqual(self._visible(self.ivan), self.mine | self.hers)

    def test_guessed_id(self):
        case = self.hers.with_user(self.ivan)
        for call in (
            lambda: case.read(["description"]),
            case.action_start,
            lambda: case.write({"cost": 5}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_salesman_keeps_his_cases_but_deletes_none(self):
        case = self.mine.with_user(self.ivan)
        case.action_start()
        self.assertEqual(self.mine.state, "in_progress")
        with self.assertRaises(AccessError):
            case.unlink()
        with self.assertRaises(AccessError):
            self.late.with_user(self.ivan).name = "Else"

    def test_counts_show_only_what_may_be_read(self):
        self.assertEqual(self.rival.with_user(self.olga).loyalty_complaint_count, 1)
        self.assertEqual(self.rival.with_user(self.ivan).loyalty_complaint_count, 0)
        self.late.invalidate_recordset()
        self.hers.cause_id = self.late
        self.assertEqual(self.late.with_user(self.ivan).complaint_count, 0)
        self.assertEqual(self.late.with_user(self.olga).complaint_count, 1)

    def test_portal_entry_is_not_callable_from_outside(self):
        self.assertFalse(hasattr(self.cases, "create_from_portal"))
        public = {
            name
            for parent in type(self.cases).mro()
            if parent.__module__.startswith("odoo.addons.crm_loyalty")
            for name in vars(parent)
            if not name.startswith("_") and callable(getattr(parent, name))
        }
        self.assertEqual(
            public - {"create", "write"},
            {"action_start", "action_resolve", "action_reject", "action_reopen"},
        )
