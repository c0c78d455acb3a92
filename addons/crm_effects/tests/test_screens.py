"""What is shown: in the reader's language, with its currency, no sum of unlike money.

Costs of the implementation: planned licences 100, booked licences 130, planned
training 40 and nothing booked of it.
"""

import re

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from .common import EffectsCase

BORROWED = (
    ("crm.effect.line", "proof_class"),
    ("crm.effect.cashflow", "proof_class"),
    ("crm.effect.review.line", "proof_class"),
)


@tagged("post_install", "-at_install")
class TestScreens(EffectsCase):
    def test_choices_of_another_field_are_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        proven = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "crm.effect"),
                ("field_id.name", "=", "proof_class"),
                ("value", "=", "proven"),
            ]
        )
        proven.with_context(lang="fr_FR").name = "Prouvé"
        for model, name in BORROWED:
            french = self.env[model].with_context(lang="fr_FR")
            shown = dict(french.fields_get([name])[name]["selection"])
            with self.subTest(model=model):
                self.assertEqual(shown["proven"], "Prouvé")

    def test_every_amount_has_its_currency(self):
        owned = self.env["ir.model.data"].search(
            [("module", "=", "crm_effects"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(owned.mapped("res_id"))
        shown = views.filtered(lambda one: one.type in ("list", "form", "kanban"))
        self.assertTrue(shown)
        lost = []
        for view in shown:
            root = view.inherit_id or view
            arch = self.env[view.model].get_view(root.id, view.type)["arch"]
            self._find_bare_amounts(etree.fromstring(arch), view.model, lost)
        self.assertEqual(sorted(set(lost)), [])

    def test_settings_show_the_currency_without_the_rights_of_an_accountant(self):
        """The currency that accounting adds to the page is read by its own alone."""
        user = self._new_user("effects_administrator", "manager")
        user.group_ids += self.env.ref("base.group_system")
        Settings = self.env["res.config.settings"].with_user(user)
        arch = etree.fromstring(Settings.get_view(view_type="form")["arch"])
        self.assertTrue(arch.xpath("//field[@name='effects_hour_cost']"))
        lost = []
        self._find_bare_amounts(arch, Settings._name, lost)
        self.assertEqual(lost, [])

    def _find_bare_amounts(self, level, model, lost):
        """Monetary fields of a view whose currency the view does not read."""
        known = self.env[model]._fields
        nodes = [n for n in level.iter("field") if self._get_level(n) is level]
        names = {node.get("name") for node in nodes}
        for node in nodes:
            field = known[node.get("name")]
            ours = "crm_effects" in (field._modules or ())
            if field.type == "monetary" and ours:
                currency = field.get_currency_field(self.env[model])
                if currency not in names:
                    lost.append((model, field.name))
            for inner in node:
                if inner.tag in ("list", "form", "kanban"):
                    self._find_bare_amounts(inner, field.comodel_name, lost)

    @staticmethod
    def _get_level(node):
        """The view a field stands in: the next one around it."""
        around = node.getparent()
        while around.getparent() is not None:
            if around.tag in ("list", "form", "kanban"):
                break
            around = around.getparent()
        return around

    def test_cards_read_the_fields_they_ask(self):
        """A card that asks for a field the board does not read breaks the board."""
        owned = self.env["ir.model.data"].search(
            [("module", "=", "crm_effects"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(owned.mapped("res_id"))
        boards = views.filtered(lambda one: one.type == "kanban")
        self.assertTrue(boards)
        for board in boards:
            arch = self.env[board.model].get_view(board.id, "kanban")["arch"]
            read = set(etree.fromstring(arch).xpath("//field/@name"))
            asked = set(re.findall(r"record\.(\w+)\.", arch))
            with self.subTest(board=board.name):
                self.assertEqual(asked - read, set())

    def test_plan_against_actual(self):
        Cost = self.env["crm.effect.cost"]
        Cost.create(
            [
                {
                    "implementation_id": self.implementation.id,
                    "cost_type": kind,
                    "nature": nature,
                    "amount": amount,
                    "date": fields.Date.to_date("2025-01-10"),
                }
                for kind, nature, amount in (
                    ("licence", "plan", 100.0),
                    ("licence", "actual", 130.0),
                    ("training", "plan", 40.0),
                )
            ]
        )
        figures = Cost._read_group(
            [("implementation_id", "=", self.implementation.id)],
            ["cost_type"],
            ["amount_planned:sum", "amount_actual:sum", "amount_over:sum"],
            order="cost_type",
        )
        self.assertEqual(
            figures,
            [("licence", 100.0, 130.0, 30.0), ("training", 40.0, 0.0, -40.0)],
        )

    def test_hoped_money_is_not_added_to_proven_money(self):
        arch = self.env["crm.effect"].get_view(view_type="list")["arch"]
        [money] = etree.fromstring(arch).xpath("//field[@name='money_to_date']")
        self.assertFalse(money.get("sum"))

    def test_neutral_indicator_is_neither_better_nor_worse(self):
        self.revenue.direction = "neutral"
        moved = {
            "has_before": True,
            "before_value": 0.4,
            "has_now": True,
            "now_value": 0.3,
        }
        tone = self.implementation._get_tone
        self.assertFalse(tone(self.revenue, moved))
        self.revenue.direction = "higher"
        self.assertEqual(tone(self.revenue, moved), "worse")
        self.assertEqual(tone(self.revenue, {**moved, "now_value": 0.4}), "same")

    def test_category_alone_where_its_parent_would_cut_it_off(self):
        parent = self.category.parent_id
        self.assertEqual(
            self.category.display_name, f"{parent.name} / {self.category.name}"
        )
        alone = self.category.with_context(crm_effects_leaf=True)
        self.assertEqual(alone.display_name, self.category.name)
