"""From a figure to the records behind it, under the viewer's own rights."""

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ..indicators import ROLLING, Cell

DRILL_LIMIT = 10_000
"""Ids travel to the browser and back with every page of the list."""


class CrmIndicator(models.Model):
    _inherit = "crm.indicator"

    def _action_records(self, facts, title=None, amiss=False):
        """Open the records behind facts as their viewer may see them.

        :param amiss: of a share, only those that keep it from its target
        """
        self.ensure_one()
        if self.measure == "manual" or not self.available:
            raise UserError(
                self.inactive_reason
                or self.env._("This figure was typed: no records stand behind it.")
            )
        if not facts:
            raise UserError(self.env._("Nothing has been measured yet."))
        measurer = self._measurer()
        self._check_drillable(measurer, facts)
        rows = []
        for fact in facts:
            rows += self._read_records(measurer, fact)
        title = title or f"{self.display_name}, {facts[0].date}"
        ids = [record for record, _numerator, _denominator in rows]
        found = self._get_amiss(rows) if amiss else []
        if found and len(found) < len(ids):
            title = self.env._(
                "%(title)s, out of %(total)s", title=title, total=len(ids)
            )
            ids = found
        model = self.env[measurer.model].with_context(active_test=False)
        visible = model.search_count([("id", "in", ids[:DRILL_LIMIT])])
        return {
            "type": "ir.actions.act_window",
            "name": self._drill_title(title, len(ids), visible),
            "res_model": measurer.model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", ids[:DRILL_LIMIT])],
            "context": {"active_test": False, "create": False},
        }

    def _get_amiss(self, rows):
        """Ids of what keeps a share from its target; none where it is no share."""
        is_share = (
            self._is_ratio()
            and self.unit == "percent"
            and all(0 <= (part or 0) <= (whole or 0) for _id, part, whole in rows)
        )
        if is_share and self.direction == "lower":
            return [record for record, part, _whole in rows if part]
        if is_share and self.direction == "higher":
            return [record for record, part, whole in rows if (part or 0) < whole]
        return []

    def _check_drillable(self, measurer, facts):
        if measurer.personal:
            self._check_may_name_persons(facts.company_id)
        windows = [self._window_of(fact) for fact in facts]
        if measurer.history or all(window.covers_today for window in windows):
            return
        raise UserError(
            self.env._(
                "%(name)s is read from the present: the records behind its figure of"
                " %(date)s are no longer known.",
                name=self.display_name,
                date=facts[0].date,
            )
        )

    def _check_may_name_persons(self, companies):
        """The records of some indicators are colleagues: opening them names them."""
        named = companies.filtered("crm_indicator_person_level") == companies
        if not named or not self.env.user.has_group("crm_risk.crm_risk_group_manager"):
            raise UserError(
                self.env._(
                    "%(name)s counts colleagues: who they are is shown to risk managers"
                    " only, and only where the settings allow indicators by"
                    " salesperson.",
                    name=self.display_name,
                )
            )

    def _window_of(self, fact):
        if fact.granularity == ROLLING:
            return self._window_rolling(fact.company_id, fact.date)
        return self._window_month(fact.company_id, fact.date)

    def _read_records(self, measurer, fact):
        """(id, numerator, denominator) of the records behind a fact."""
        self.env.flush_all()
        # sudo: the same reading as the job's; only ids leave this method, and the
        # viewer's own rights decide which of them open
        fact = fact.sudo()
        env = self.env(user=SUPERUSER_ID)
        cell = Cell(
            fact.date, fact.team_id.id, fact._get_warehouse_key(), fact.user_id.id
        )
        return env.execute_query(measurer.ids(env, self._window_of(fact), cell))

    def _drill_title(self, title, count, visible):
        title = self.env._("%(title)s: records %(count)s", title=title, count=count)
        if count > DRILL_LIMIT:
            return self.env._(
                "%(title)s, the first %(limit)s shown", title=title, limit=DRILL_LIMIT
            )
        if visible < count:
            return self.env._(
                "%(title)s, visible to you %(visible)s", title=title, visible=visible
            )
        return title
