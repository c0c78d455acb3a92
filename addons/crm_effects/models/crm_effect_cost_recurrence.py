"""Planned costs that come again: a monthly licence is entered once.

The cost that was entered is the first one; the others are rows of their own, kept in
step with it, so that cash flow, return and exports know nothing of recurrence.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

RECURRENCES = [
    ("once", "Once"),
    ("month", "Every Month"),
    ("quarter", "Every Quarter"),
    ("year", "Every Year"),
]
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST = 240
"""Twenty years of months: more is a mistyped year."""

SHARED = (
    "name",
    "implementation_id",
    "cost_type",
    "nature",
    "amount",
    "currency_id",
    "risk_uplift",
)
"""What a repetition takes over from the first cost."""

SCHEDULE = ("recurrence", "date_until", "date")


class CrmEffectCost(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect.cost"  # pylint: disable=consider-merging-classes-inherited

    recurrence = fields.Selection(RECURRENCES, required=True, default="once")
    date_until = fields.Date(
        string="Until",
        help="The last day on which it may be due. Left empty: the horizon of the"
        " implementation.",
    )
    recurring_id = fields.Many2one(
        "crm.effect.cost",
        string="Repeats",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    repeat_ids = fields.One2many(
        "crm.effect.cost", "recurring_id", string="Repetitions", copy=False
    )

    @api.constrains("recurrence", "date_until", "date", "nature", "implementation_id")
    def _check_recurrence(self):
        for cost in self.filtered(lambda one: one.recurrence != "once"):
            if problem := cost._say_not_planned() or cost._say_bad_end():
                raise ValidationError(problem)

    def _say_not_planned(self):
        return self.nature != "plan" and self.env._(
            "%(cost)s: only a planned cost can repeat. What was booked is entered or"
            " taken from documents one by one.",
            cost=self.display_name,
        )

    def _say_bad_end(self):
        """Why the series would have no end, none that fits, or too late a one."""
        until = self._get_until()
        if not until:
            return self.env._(
                "%(cost)s: say until when it repeats, or set the go-live of"
                " %(implementation)s, from which the horizon is counted.",
                cost=self.display_name,
                implementation=self.implementation_id.display_name,
            )
        if self.date_until and self.date_until < self.date:
            return self.env._(
                "%(cost)s: it cannot repeat until %(until)s, for it begins on"
                " %(date)s.",
                cost=self.display_name,
                until=self.date_until,
                date=self.date,
            )
        return len(self._get_repeat_days()) >= MOST and self.env._(
            "%(cost)s: until %(until)s it would repeat more than %(most)s times. Choose"
            " an earlier day.",
            cost=self.display_name,
            until=until,
            most=MOST,
        )

    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        costs.filtered(lambda one: one.recurrence != "once")._repeat()
        return costs

    def write(self, vals):
        result = super().write(vals)
        if set(vals) & {*SHARED, *SCHEDULE}:
            series = self.filtered(lambda one: one.recurrence != "once")
            (series | self.filtered("repeat_ids"))._repeat()
        return result

    def unlink(self):
        # sudo: repetitions go with the cost they repeat
        if repeats := self.sudo().repeat_ids:
            repeats.unlink()
        return super().unlink()

    def _get_until(self):
        """Last day of the series, or ``False`` while nothing says it."""
        horizon = self.implementation_id._get_horizon()
        return self.date_until or (horizon and fields.Date.end_of(horizon, "month"))

    def _get_repeat_days(self):
        """Days of the repetitions, without the first cost itself; no more than the
        most and one."""
        self.ensure_one()
        until = self._get_until()
        if self.recurrence == "once" or not until:
            return []
        days = []
        for number in range(1, MOST + 1):
            day = fields.Date.add(self.date, months=number * MONTHS[self.recurrence])
            if day > until:
                break
            days.append(day)
        return days

    def _repeat(self):
        """Bring the repetitions in step with the costs that were entered."""
        # sudo: repetitions cannot be edited; who may edit the first moves the others
        for cost in self.sudo():
            shared = cost._prepare_repeat()
            repeats = cost.repeat_ids.sorted("date")
            days = cost._get_repeat_days()
            for repeat, day in zip(repeats, days, strict=False):
                if changed := repeat._get_differing({**shared, "date": day}):
                    repeat.write(changed)
            repeats[len(days) :].unlink()
            cost.create(
                [
                    {**shared, "date": day, "recurring_id": cost.id}
                    for day in days[len(repeats) :]
                ]
            )

    def _prepare_repeat(self):
        values = {name: self[name] for name in SHARED}
        for name in ("implementation_id", "currency_id"):
            values[name] = self[name].id
        return {**values, "origin": "repeated"}

    def _get_differing(self, values):
        fields_ = self._fields
        return {
            name: value
            for name, value in values.items()
            if fields_[name].convert_to_write(self[name], self) != value
        }


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        """Another horizon, another number of repetitions."""
        result = super().write(vals)
        if {"date_end", "date_go_live", "horizon_months"} & set(vals):
            # sudo: the plan follows the dates, whoever may set them
            costs = self.sudo().cost_ids
            costs.filtered(lambda one: one.recurrence != "once")._repeat()
        return result
