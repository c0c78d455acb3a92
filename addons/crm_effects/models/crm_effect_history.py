"""Is there a "before"? How much history each indicator has, and what ails it."""

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import causal, returns

VERDICTS = [
    ("good", "Good"),
    ("short", "Short"),
    ("doubtful", "Doubtful"),
    ("none", "None"),
]
MONTHS_GOOD = 24
"""Two years: less, and a season cannot be told from an effect."""

IMPORT_SHARE = 0.5
"""So many of the records made on one day came from a file, not from work."""

OUTLOOK = 6


class CrmEffectHistory(models.Model):
    """One row per implementation and indicator, as of the last check."""

    _name = "crm.effect.history"
    _description = "History of an Indicator"
    _order = "implementation_id, verdict, indicator_id"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    date_first = fields.Date(string="First Month")
    date_last = fields.Date(string="Last Month")
    month_count = fields.Integer(string="Months", aggregator=None)
    gap_count = fields.Integer(string="Gaps", aggregator=None)
    import_day = fields.Date(help="Day on which most of the records were made.")
    import_share = fields.Float(
        string="Made on One Day",
        aggregator=None,
        help="Share of the records before the go-live made on the busiest single day.",
    )
    peak_share = fields.Float(
        string="In One Month",
        aggregator=None,
        help="Share of the records before the go-live that fall into one month.",
    )
    detectable = fields.Float(
        string="Visible Change",
        aggregator=None,
        help="The smallest change, as a part of the figure, that half a year after the"
        " go-live would show in four cases of five.",
    )
    verdict = fields.Selection(VERDICTS, required=True, default="none")
    message = fields.Char(compute="_compute_message")

    _indicator_unique = models.Constraint(
        "UNIQUE (implementation_id, indicator_id)",
        "The indicator has been checked for this implementation already.",
    )

    @api.depends_context("lang")
    @api.depends("verdict", "month_count", "gap_count", "import_share", "import_day")
    def _compute_message(self):
        for history in self:
            history.message = history._say()

    def _say(self):
        if not self.month_count:
            return self.env._(
                "No figures before the go-live: measure the indicator or import them."
            )
        if self.verdict == "none":
            return self.env._(
                "The records fall into one month (%(share)s): what was imported then"
                " has lost its dates. Import the monthly figures of the former system.",
                share=self._say_share(self.peak_share),
            )
        words = [self._say_import(), self._say_gaps(), self._say_length()]
        return " ".join(filter(None, words)) or self.env._("Ready to be frozen.")

    def _say_import(self):
        if self.import_share <= IMPORT_SHARE:
            return ""
        return self.env._(
            "Records made on %(day)s: %(share)s. They were imported: check that they"
            " carry their true dates.",
            day=format_date(self.env, self.import_day),
            share=self._say_share(self.import_share),
        )

    def _say_gaps(self):
        if not self.gap_count:
            return ""
        return self.env._("Months without figures: %(count)s.", count=self.gap_count)

    def _say_length(self):
        missing = MONTHS_GOOD - self.month_count
        if missing <= 0:
            return ""
        return self.env._(
            "Months missing for two years: %(missing)s. Import them or compare with a"
            " control group.",
            missing=missing,
        )

    def _say_share(self, share):
        return self.env._("%(number)s %%", number=round(100 * share))

    # The check -----------------------------------------------------------------------

    @api.model
    def _check(self, implementation):
        """Look at every indicator with figures, and at those of the effects."""
        facts = self.env["crm.indicator.fact"].sudo()  # counts of records only
        groups = facts._read_group(
            [
                ("company_id", "=", implementation.company_id.id),
                ("granularity", "=", "month"),
            ],
            ["indicator_id", "date:month"],
            ["numerator:sum", "denominator:sum", "record_count:sum"],
        )
        used = implementation.effect_ids.indicator_id
        rows = {indicator: {} for indicator in used}
        for indicator, month, *figures in groups:
            rows.setdefault(indicator, {})[month] = figures
        border = self._get_border(implementation)
        wanted = {
            indicator: months
            for indicator, months in rows.items()
            if indicator in used or (indicator.active and min(months) < border)
        }
        known = self.search([("implementation_id", "=", implementation.id)])
        known.filtered(lambda row: row.indicator_id not in wanted).unlink()
        found = {history.indicator_id: history for history in known.exists()}
        for indicator, months in wanted.items():
            values = self._judge(implementation, indicator, months)
            if indicator in found:
                found[indicator].write(values)
            else:
                values["implementation_id"] = implementation.id
                self.create({**values, "indicator_id": indicator.id})

    @api.model
    def _get_border(self, implementation):
        """The first day of the month of the go-live, or of today."""
        today = fields.Date.context_today(self)
        return (implementation.date_go_live or today).replace(day=1)

    @api.model
    def _judge(self, implementation, indicator, months):
        border = self._get_border(implementation)
        before = {month: row for month, row in months.items() if month < border}
        if not before:
            return {"verdict": "none", "month_count": 0}
        first, last = min(before), max(before)
        span = [
            returns.add_months(first, i)
            for i in range(1 + returns.months_between(first, last))
        ]
        counts = [row[2] or 0 for row in before.values()]
        day, share = self._get_busiest_day(implementation, indicator, border)
        values = {
            "date_first": first,
            "date_last": last,
            "month_count": len(before),
            "gap_count": len(span) - len(before),
            "import_day": day,
            "import_share": share,
            "peak_share": max(counts) / sum(counts) if sum(counts) else 0.0,
            "detectable": self._get_detectable(indicator, span, before),
        }
        return {**values, "verdict": self._get_verdict(values, indicator)}

    @api.model
    def _get_verdict(self, values, indicator):
        is_level = indicator.kind == "level"
        if values["peak_share"] > IMPORT_SHARE and not is_level:
            return "none"
        if values["import_share"] > IMPORT_SHARE:
            return "doubtful"
        if values["month_count"] < MONTHS_GOOD or values["gap_count"]:
            return "short"
        return "good"

    @api.model
    def _get_detectable(self, indicator, span, before):
        values = [
            indicator._get_value(*before[month][:2]) if month in before else None
            for month in span
        ]
        seen = [value for value in values if value is not None]
        if not seen:
            return 0.0
        log = indicator.scale == "log" and min(seen) > 0
        least = causal.minimum_detectable_effect(values, OUTLOOK, log=log)
        mean = sum(seen) / len(seen)
        return self.env["crm.effect"]._as_part(least, mean, log)

    @api.model
    def _get_busiest_day(self, implementation, indicator, border):
        """(day, share) of the records behind the indicator by the day they were made.

        Only of models that say whose company a record is.
        """
        measurer = indicator.measure == "builtin" and indicator._measurer()
        model = self.env[measurer.model] if measurer else None
        if model is None or not {"create_date", "company_id"} <= {
            name for name, field in model._fields.items() if field.store
        }:
            return False, 0.0
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT create_date::date, COUNT(*), SUM(COUNT(*)) OVER ()
                  FROM %s WHERE company_id = %s AND create_date < %s
                 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1""",
                SQL.identifier(model._table),
                implementation.company_id.id,
                border,
            )
        )
        return (rows[0][0], float(rows[0][1] / rows[0][2])) if rows else (False, 0.0)
