"""What a screen shows when it is opened: filters that are set, groups, totals."""

from ast import literal_eval

from lxml import etree

from odoo.tests import tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestScreens(RiskCase):
    def _get_defaults(self, action):
        """Names of the filters that are set when the action opens."""
        context = action.context or "{}"
        if "uid" in context or "active_id" in context:
            return []
        prefix = "search_default_"
        return [
            name.removeprefix(prefix)
            for name, value in literal_eval(context.strip()).items()
            if name.startswith(prefix) and value
        ]

    def _get_groups(self, action):
        """Filters of the search view, by the number of separators before them."""
        model = self.env[action.res_model]
        arch = etree.fromstring(
            model.get_view(action.search_view_id.id or None, "search")["arch"]
        )
        number, groups = 0, {}
        for node in arch:
            if node.tag == "filter" and not node.get("date"):
                groups[node.get("name")] = number
            else:
                number += 1
        return groups

    def test_filters_set_together_narrow(self):
        """Filters of one group widen each other: two of them are not both obeyed."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_risk"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        several = 0
        for action in actions:
            groups = self._get_groups(action)
            numbers = [
                groups[name] for name in self._get_defaults(action) if name in groups
            ]
            several += len(numbers) > 1
            with self.subTest(action=action.name):
                self.assertEqual(len(numbers), len(set(numbers)))
        self.assertGreaterEqual(several, 2)

    def test_phases_stand_in_their_order(self):
        """One implementation in the last phase: the board still begins with the first.

        An alphabetical board would begin with "build".
        """
        self.implementation.phase = "operate"
        model = self.env["crm.implementation"]
        groups = model.with_context(read_group_expand=True).web_read_group(
            [("id", "=", self.implementation.id)], ["phase"], ["__count"]
        )["groups"]
        field = model._fields["phase"]
        self.assertEqual(
            [group["phase"] for group in groups], field.get_values(self.env)
        )
        self.assertEqual(groups[-1]["__count"], 1)

    def test_no_abbreviation_of_the_trade(self):
        """Screens say "expected loss": EMV is a word of the method."""
        names = [name for name in self.env if name.startswith("crm.")]
        for name in names:
            for field in self.env[name]._fields.values():
                if field._module == "crm_risk":
                    self.assertNotRegex(field.string or "", r"\bEMV\b|_")

    def test_bands_are_not_added_up(self):
        """Level 1 + 2 + 3 + 4 + 5 means nothing, nor does the sum of their ends."""
        fields = self.env["crm.risk.scale"].fields_get(["level", "low"])
        for name, field in fields.items():
            self.assertFalse(field.get("aggregator"), name)

    def test_exposure_over_time_opens_with_comparable_runs(self):
        """P80 of two states, or of a month without a run, must not be mixed."""
        action = self.env.ref("crm_risk.crm_risk_simulation_scenario_action")
        context = literal_eval(action.context.strip())
        self.assertLessEqual({"current", "whole"}, set(self._get_defaults(action)))
        self.assertIs(context["fill_temporal"], False)
        view = self.env["crm.risk.simulation.scenario"].get_view(None, "graph")
        names = [node.get("name") for node in etree.fromstring(view["arch"])]
        self.assertEqual(names, ["date", "implementation_id", "p80"])
