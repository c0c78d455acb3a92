"""What was measured: sums whose ratio is the figure, at any grouping."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..indicators.base import MIN_PERSONS
from .crm_indicator import KINDS

GRANULARITIES = [("month", "Month"), ("rolling30", "Rolling 30 days")]
ROLLING_MONTHS = 15
"""A year of windows, and a quarter to spare."""

MEASURES = ("value", "numerator", "denominator", "record_count", "median")
MANAGER = "crm_risk.crm_risk_group_manager"


class CrmIndicatorFact(models.Model):
    """One cell: indicator × company × period × team × warehouse × person.

    The value of any group of cells is

    * sum: Σ numerator (of 30-day windows, which overlap: the mean per window);
    * level: Σ numerator per date, so that months do not add up;
    * ratio, median: Σ numerator / Σ denominator. Medians cannot be added up: the
      mean stands in for them in groups, the cell's own median beside it.

    A group of several indicators, currencies or granularities has no value, and no
    data is no value, not zero. The warehouse is a plain number here because stock
    need not be installed: an addon that depends on stock declares `warehouse_id`
    as a many2one over the same column.
    """

    _name = "crm.indicator.fact"
    _description = "Indicator Fact"
    _order = "date desc, indicator_id, company_id, team_id, id"
    _log_access = False  # rows are written by SQL; the run record keeps who and when

    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        readonly=True,
        help="Currency of the company, for figures in money; else empty.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="ratio")
    granularity = fields.Selection(GRANULARITIES, required=True, default="month")
    date = fields.Date(
        required=True, help="First day of the month, or last day of the 30 days."
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="cascade")
    warehouse_id = fields.Integer(aggregator=None)
    user_id = fields.Many2one(
        "res.users", string="Salesperson", ondelete="cascade", groups=MANAGER
    )
    numerator = fields.Float(digits=0, aggregator="sum")
    denominator = fields.Float(digits=0, aggregator="sum")
    record_count = fields.Integer(string="Records", aggregator="sum", readonly=True)
    value = fields.Float(
        digits=0, aggregator="avg", compute="_compute_value", store=True
    )
    has_value = fields.Boolean(compute="_compute_has_value")
    median = fields.Float(digits=0, aggregator=None, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        help="A closed month no longer changes by itself; a late change in the records"
        " still shows here and leaves a revision.",
    )
    revision = fields.Integer(
        string="Revision Number",
        readonly=True,
        aggregator=None,
        help="How often the figure changed after the close.",
    )
    computed_at = fields.Datetime(readonly=True)
    revision_ids = fields.One2many(
        "crm.indicator.revision", "fact_id", string="Late Changes"
    )

    _cell_unique = models.UniqueIndex(
        "(indicator_id, company_id, granularity, date, COALESCE(team_id, 0),"
        " COALESCE(warehouse_id, 0), COALESCE(user_id, 0))"
    )

    _month_starts = models.Constraint(
        "CHECK (granularity <> 'month' OR date_part('day', date) = 1)",
        "The date of a monthly figure is the first day of the month.",
    )

    @api.depends("numerator", "denominator", "kind")
    def _compute_value(self):
        """Twin of `_cell_value_sql` for figures typed by hand."""
        for fact in self:
            if fact.kind in ("sum", "level"):
                fact.value = fact.numerator
            else:
                fact.value = fact.denominator and fact.numerator / fact.denominator

    @api.depends("denominator", "kind")
    def _compute_has_value(self):
        for fact in self:
            fact.has_value = fact.kind in ("sum", "level") or bool(fact.denominator)

    @api.depends("indicator_id", "date")
    def _compute_display_name(self):
        for fact in self:
            fact.display_name = f"{fact.indicator_id.display_name} · {fact.date}"

    # Ratio of sums, and persons who must not be told apart -------------------

    @api.model
    def _cell_value_sql(self):
        """Value of one cell, from columns numerator, denominator and kind."""
        return SQL(
            """CASE WHEN kind IN ('sum', 'level') THEN numerator
                    ELSE numerator / NULLIF(denominator, 0) END"""
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if name not in MEASURES or function not in ("sum", "avg", "min", "max"):
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        figure = (
            self._group_value_sql()
            if name == "value" and function in ("sum", "avg")
            else SQL("%s(%s)", SQL(function.upper()), self._column(name))
        )
        return SQL(
            "CASE WHEN %s THEN %s END",
            SQL(" AND ").join(self._group_conditions(name)),
            figure,
        )

    def _column(self, name):
        # flushed and readable, but not masked cell by cell as _field_to_sql is
        return SQL.identifier(self._table, name, to_flush=self._fields[name])

    def _group_value_sql(self):
        numerator, denominator = self._column("numerator"), self._column("denominator")
        kind, date = self._column("kind"), self._column("date")
        return SQL(
            """CASE WHEN MIN(%(kind)s) = 'sum' AND MIN(%(granularity)s) = 'month'
                    THEN SUM(%(numerator)s)
                    WHEN MIN(%(kind)s) IN ('sum', 'level')
                    THEN SUM(%(numerator)s) / COUNT(DISTINCT %(date)s)
                    ELSE SUM(%(numerator)s) / NULLIF(SUM(%(denominator)s), 0) END""",
            kind=kind,
            granularity=self._column("granularity"),
            numerator=numerator,
            denominator=denominator,
            date=date,
        )

    def _group_conditions(self, name):
        """What must hold for a group to have a figure at all."""
        alike = ["currency_id"] if name in ("numerator", "denominator") else []
        if name == "value":
            alike = ["indicator_id", "granularity", "currency_id"]
        conditions = [
            SQL("MIN(%s) IS NOT DISTINCT FROM MAX(%s)", column, column)
            for column in map(self._column, alike)
        ]
        if not self._sees_persons():
            conditions.append(
                SQL(
                    "(COUNT(%(user)s) = 0 OR COUNT(DISTINCT %(user)s) >= %(least)s)",
                    user=self._column("user_id"),
                    least=MIN_PERSONS,
                )
            )
        return conditions or [SQL("TRUE")]

    @api.model
    def _sees_persons(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Figures of one person are blank for those who may see groups only: in
        lists, in sorting and in searching alike."""
        sql = super()._field_to_sql(alias, field_expr, query)
        if field_expr not in MEASURES or self._sees_persons():
            return sql
        return SQL(
            "CASE WHEN %s IS NULL THEN %s END", SQL.identifier(alias, "user_id"), sql
        )

    # By hand -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            indicator = self.env["crm.indicator"].browse(vals.get("indicator_id"))
            self._check_typed(indicator)
            company = self.env["res.company"].browse(
                vals.get("company_id") or self.env.company.id
            )
            vals.update(indicator._prepare_fact(company))
        facts = super().create(vals_list)
        facts._publish_typed()
        return facts

    def write(self, vals):
        self._check_typed(self.indicator_id)
        result = super().write(vals)
        self._publish_typed()
        return result

    def unlink(self):
        typed = {(fact.indicator_id, fact.company_id) for fact in self}
        result = super().unlink()
        for indicator, company in typed:
            indicator._publish_typed(company)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_typed(self):
        self._check_typed(self.indicator_id)

    def _publish_typed(self):
        """Typed figures are the latest figure as soon as they are saved."""
        for indicator, company in {(f.indicator_id, f.company_id) for f in self}:
            indicator._publish_typed(company)

    def _check_typed(self, indicators):
        """Only figures of indicators that are typed by hand may be typed."""
        if self.env.su:
            return
        for indicator in indicators:
            if indicator.measure != "manual":
                raise UserError(
                    self.env._(
                        "%(name)s is measured from the records: its figures cannot be"
                        " typed or changed.",
                        name=indicator.display_name,
                    )
                )

    def _get_warehouse_key(self):
        """Id of the warehouse or ``None``, whether the field is a link or a number."""
        [values] = self.read(["warehouse_id"], load="")
        return values["warehouse_id"] or None

    @api.autovacuum
    def _gc_old_windows(self):
        """Thirty-day windows are kept as long as reviews look back at them."""
        limit = fields.Date.today() - relativedelta(months=ROLLING_MONTHS)
        # sudo: nobody but the vacuum deletes measured facts
        self.sudo().search(
            [("granularity", "=", "rolling30"), ("date", "<", limit)], limit=10_000
        ).unlink()

    # Screens -------------------------------------------------------------------

    @api.model
    def action_open_default(self):
        """Figures of one indicator to begin with: a chart of several would mix units.

        The facet can be changed; without it the chart stays empty.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_indicator_fact_action"
        )
        first = self.search([("granularity", "=", "month")], limit=1).indicator_id
        context = {"search_default_months": 1}
        if first:
            context["search_default_indicator_id"] = first.id
        return dict(action, context=context)

    def action_open_records(self):
        """The very records behind the figure, under the viewer's own rights."""
        self.ensure_one()
        return self.indicator_id._action_records(self)

    def action_open_revisions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late changes"),
            "res_model": "crm.indicator.revision",
            "view_mode": "list",
            "domain": [("fact_id", "=", self.id)],
        }
