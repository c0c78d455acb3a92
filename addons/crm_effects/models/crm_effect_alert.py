"""Who has to look at what went wrong: one activity per event, done or not."""

from odoo import fields, models
from odoo.tools import format_date

FALL = 0.10
"""Points by which the adoption must fall: less comes and goes with holidays."""

MONTHS_COMPARED = 3
"""A month of adoption is held against the mean of so many before it."""

OVERRUN = 0.10
"""Part by which a kind of cost must exceed its plan: less is no news."""

QUIET_DAYS = 30
"""For so long nobody is reminded again of what he has ticked off."""


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    lost_on = fields.Date(
        string="No Longer Proven Since", readonly=True, copy=False, tracking=True
    )

    def _remind_owners(self):
        """One activity per effect and event."""
        for effect in self.filtered("owner_id"):
            teller = effect.with_context(lang=effect.owner_id.lang or self.env.lang)
            for summary in teller._get_troubles():
                note = teller.refusal or teller.next_step or ""
                _remind(effect, effect.owner_id, summary, note)

    def _get_troubles(self):
        """What the owner has to look at."""
        if self.state == "refused":
            return [self.env._("The effect has no answer")]
        found = [self._say_worse(), self._say_lost(), self._say_adoption()]
        return list(filter(None, found))

    def _say_worse(self):
        measured = self.line_ids.filtered(
            lambda line: line.has_data and not line.is_forecast
        ).sorted("date")[-2:]
        if len(measured) < 2 or any(line.money >= 0 for line in measured):
            return ""
        return self.env._(
            "Two months worse than without the CRM, up to %(month)s",
            month=format_date(self.env, measured[-1].date, date_format="LLLL y"),
        )

    def _say_lost(self):
        return self.lost_on and self.env._(
            "The effect is no longer proven since %(day)s",
            day=format_date(self.env, self.lost_on),
        )

    def _say_adoption(self):
        since = self._get_start() and self._get_first_month()
        shares = [
            (month, share)
            for month, share in self._get_adoption().items()
            if since and month >= since
        ]
        *before, last = shares[-1 - MONTHS_COMPARED :] or [None]
        if not before:
            return ""
        mean = sum(share for _month, share in before) / len(before)
        month, now = last
        if mean - now < FALL:
            return ""
        return self.env._(
            "Adoption fell in %(month)s: %(now)s, before %(before)s",
            month=format_date(self.env, month, date_format="LLLL y"),
            now=self._percent(now),
            before=self._percent(mean),
        )


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    def _remind_of_costs(self):
        """One activity for the project manager per kind of cost over its plan."""
        for implementation in self:
            manager = implementation.manager_id
            if not manager.has_group("crm_effects.crm_effects_group_user"):
                continue
            teller = implementation.with_context(lang=manager.lang or self.env.lang)
            # sudo: sums by kind of cost, as on the report; never the single cost
            plan, actual = teller.sudo()._get_cost_sums()
            for code, name in teller._get_cost_type_names().items():
                if not plan[code] or actual[code] <= plan[code] * (1 + OVERRUN):
                    continue
                summary = teller.env._("%(type)s is over plan", type=name)
                [note] = teller._say_overruns({code: plan[code]}, {code: actual[code]})
                _remind(implementation, manager, summary, note)


def _remind(record, user, summary, note):
    """An activity, unless the same one is open or was done lately."""
    since = fields.Date.subtract(fields.Date.context_today(record), days=QUIET_DAYS)
    known = (
        record.env["mail.activity"]
        .sudo()  # whoever was told: it is asked for once
        .with_context(active_test=False)
        .search_count(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("user_id", "=", user.id),
                ("summary", "=", summary),
                "|",
                ("active", "=", True),
                ("date_done", ">=", since),
            ],
            limit=1,
        )
    )
    if not known:
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=summary,
            note=note,
        )
