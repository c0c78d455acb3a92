"""Indicators without code: they equal what their author would have counted."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .indicator_common import IndicatorCase

RUN_LOG = "odoo.addons.crm_risk.models.crm_indicator_run_measure"


@tagged("post_install", "-at_install")
class TestIndicatorDomain(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._make_user(
            "Officer",
            "crm_risk.crm_risk_group_officer",
            "sales_team.group_sale_salesman_all_leads",
        )
        cls.now = fields.Datetime.now()
        partner = cls._make_partner("Buyer")
        for days, amount, reference in (
            (3, 100, "A"),
            (4, 50, "A"),
            (5, 30, "B"),
            (70, 500, "A"),
        ):
            order = cls._make_order(
                cls.east, partner, amount, cls.now - timedelta(days=days)
            )
            order.client_order_ref = reference

    def _values(self, **values):
        fields_of = self.env["ir.model.fields"]._get
        return {
            "code": "OWN",
            "name": "Orders with reference A",
            "measure": "domain",
            "kind": "ratio",
            "model_id": self.env["ir.model"]._get_id("sale.order"),
            "date_field_id": fields_of("sale.order", "date_order").id,
            "domain": "[('state', '=', 'sale'), ('client_order_ref', '=', 'A')]",
            "denominator_mode": "count",
            "denominator_domain": "[('state', '=', 'sale')]",
            **values,
        }

    def _create(self, **values):
        return (
            self.env["crm.indicator"]
            .with_user(self.officer)
            .create(self._values(**values))
            .sudo(False)
        )

    def _last(self, indicator):
        return self._facts(indicator, self.east, "rolling30")[-1]

    def test_equals_the_ratio_of_counts(self):
        indicator = self._create()
        self.assertFalse(self._measure(indicator, self.east).error)
        latest = self._last(indicator)
        window = [
            ("company_id", "=", self.east.id),
            ("date_order", ">=", self.now - timedelta(days=31)),
            ("state", "=", "sale"),
        ]
        Order = self.env["sale.order"]
        every = Order.search_count(window)
        chosen = Order.search_count([*window, ("client_order_ref", "=", "A")])
        self.assertEqual((chosen, every), (2, 3))
        self.assertEqual((latest.numerator, latest.denominator), (chosen, every))
        months = self._months(indicator, self.east)
        self.assertEqual(sum(n for n, _d in months.values()), 3)
        self.assertEqual(sum(d for _n, d in months.values()), 4)
        again = self._measure(indicator, self.east, full=True)
        self.assertEqual((again.inserted, again.updated, again.deleted), (0, 0, 0))

    def test_sums_of_fields(self):
        amount = self.env["ir.model.fields"]._get("sale.order", "amount_untaxed").id
        indicator = self._create(
            measure_field_id=amount,
            denominator_mode="sum",
            denominator_field_id=amount,
        )
        self._measure(indicator, self.east)
        latest = self._last(indicator)
        self.assertEqual((latest.numerator, latest.denominator), (150, 180))
        self.assertEqual(latest.record_count, 3)

    def test_plain_count(self):
        indicator = self._create(denominator_mode="none", kind="sum")
        self._measure(indicator, self.east)
        self.assertEqual(indicator.with_company(self.east).last_value, 2)

    def test_records_open(self):
        indicator = self._create()
        self._measure(indicator, self.east)
        action = self._last(indicator).action_open_records()
        orders = self.env["sale.order"].search(action["domain"])
        self.assertEqual(len(orders), 3)

    def test_date_fields_and_nights(self):
        """A plain date needs no time zone."""
        field = self.env["ir.model.fields"]._get("sale.order", "validity_date").id
        order = self.env["sale.order"].search([], limit=1, order="id desc")
        order.validity_date = fields.Date.today().replace(day=1)
        indicator = self._create(
            date_field_id=field, denominator_mode="none", domain="[]", kind="sum"
        )
        self.assertFalse(self._measure(indicator, self.east).error)
        month = fields.Date.today().strftime("%Y-%m")
        self.assertGreaterEqual(self._months(indicator, self.east)[month][0], 1)

    # Rights ---------------------------------------------------------------------------

    def test_measured_with_the_owners_rights(self):
        narrow = self._make_user(
            "Narrow",
            "crm_risk.crm_risk_group_officer",
            "sales_team.group_sale_salesman",
        )
        indicator = self.env["crm.indicator"].with_user(narrow).create(self._values())
        self.assertEqual(indicator.owner_id, narrow)
        self._measure(indicator.sudo(False).with_env(self.env), self.east)
        self.assertFalse(self._facts(indicator.with_env(self.env), self.east))
        indicator.with_user(self.officer).domain = "[('state', '=', 'sale')]"
        self.assertEqual(indicator.owner_id, self.officer)
        self._measure(indicator.with_env(self.env), self.east)
        self.assertTrue(self._facts(indicator.with_env(self.env), self.east))

    def test_records_one_may_not_read(self):
        model = self.env["ir.model"]._get_id("ir.config_parameter")
        date = self.env["ir.model.fields"]._get("ir.config_parameter", "create_date")
        with self._refused("may not read"):
            self._create(
                model_id=model,
                date_field_id=date.id,
                domain="[]",
                denominator_mode="none",
            )

    def test_owner_who_left(self):
        indicator = self._create()
        self.officer.active = False
        with mute_logger(RUN_LOG):
            line = self._measure(indicator, self.east)
        self.assertIn("no longer active", line.error)

    # Bad input ------------------------------------------------------------------------

    def test_bad_filters_are_refused_at_the_field(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[('state', 'resembles', 'sale')]",
            "[('state', '=', 'sale'",
            "[('user_id', '=', uid)]",
            "__import__('os').system('true')",
            "'state'",
        ):
            with (
                self.subTest(domain),
                self._refused("Filter"),
            ):
                self._create(domain=domain)

    def test_fields_must_belong_to_the_records(self):
        alien = self.env["ir.model.fields"]._get("res.partner", "create_date").id
        with self._refused("Date"):
            self._create(date_field_id=alien)
        text = self.env["ir.model.fields"]._get("sale.order", "name").id
        with self._refused("Sum of"):
            self._create(measure_field_id=text)
        with self._refused("Date"):
            self._create(date_field_id=False)
        with self._refused("Denominator"):
            self._create(denominator_mode="sum")

    def test_form(self):
        with Form(self.env["crm.indicator"].with_user(self.officer)) as form:
            form.code = "FORM"
            form.name = "Leads"
            form.measure = "domain"
            form.model_id = self.env["ir.model"]._get("crm.lead")
            form.date_field_id = self.env["ir.model.fields"]._get(
                "crm.lead", "create_date"
            )
        self.assertEqual(form.record.kind, "sum")

    def test_thresholds(self):
        values = {"code": "T", "name": "T", "direction": "lower"}
        good = self.env["crm.indicator"].create(
            {**values, "target": 5, "amber": 20, "red": 40}
        )
        self.assertTrue(good._has_thresholds())
        for (target, amber, red), words in (
            ((5, 50, 40), r"order; now they are 5.*, 50.*, 40"),
            ((5, 5, 40), r"order; now they are 5.*, 5.*, 40"),
            ((40, 20, 5), "wrong side of red"),
        ):
            with (
                self.subTest(target=target, amber=amber, red=red),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                good.write({"target": target, "amber": amber, "red": red})
        good.write({"target": 0, "amber": 0, "red": 0})
        self.assertFalse(good._has_thresholds())
