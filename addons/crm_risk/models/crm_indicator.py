"""What is measured: one definition, however many companies, teams and months."""

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .. import indicators

DIRECTIONS = [
    ("higher", "Higher is better"),
    ("lower", "Lower is better"),
    ("neutral", "Neutral"),
]
KINDS = [
    ("sum", "Sum"),
    ("ratio", "Ratio"),
    ("level", "Level at month end"),
    ("median", "Median"),
]
MEASURES = [
    ("builtin", "Built-in"),
    ("domain", "Own records (no code)"),
    ("manual", "Typed by hand"),
]
AREAS = [
    ("adoption", "Use of the CRM"),
    ("pipeline", "Pipeline and enquiries"),
    ("data", "Data on customers"),
    ("sales", "Sales results"),
    ("customer", "Customers"),
    ("service", "Delivery and service"),
    ("money", "Money owed"),
    ("system", "System and access"),
    ("programme", "The introduction itself"),
]
STATUSES = [
    ("none", "No data"),
    ("green", "Green"),
    ("amber", "Amber"),
    ("red", "Red"),
]
UNITS = [
    ("currency", "Currency"),
    ("percent", "Percent"),
    ("days", "Days"),
    ("hours", "Hours"),
    ("number", "Number"),
]


class CrmIndicator(models.Model):
    """A measured quantity: key risk indicator, measure of an effect or goal.

    Shares are fractions (0.25 is shown as 25 %), in figures and thresholds alike.
    """

    _name = "crm.indicator"
    _description = "Indicator"
    _inherit = ["mail.thread"]
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(
        required=True, index=True, copy=False, help="Short name in formulas and lists."
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    definition = fields.Text(translate=True, help="What exactly is counted.")
    pitfalls = fields.Text(translate=True, help="What can mislead in this figure.")
    area = fields.Selection(AREAS, index=True)
    unit = fields.Selection(UNITS, required=True, default="number")
    direction = fields.Selection(DIRECTIONS, required=True, default="higher")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="ratio",
        help="How figures of several months, teams and companies are put together:\n"
        "- Sum: added up\n"
        "- Ratio: sum of numerators by sum of denominators\n"
        "- Level: added up at one date, the mean over several\n"
        "- Median: shown for the records at hand; groups show the mean",
    )
    scale = fields.Selection(
        [("log", "Logarithmic"), ("level", "Level")],
        required=True,
        default="level",
        help="Scale on which an effect is estimated: logarithmic for quantities that"
        " grow by percent, level for shares and days.",
    )
    monetary = fields.Boolean(
        help="Numerator or denominator are in the company's currency, so figures of"
        " companies with different currencies cannot be put together."
    )
    measure = fields.Selection(MEASURES, required=True, default="manual")
    builtin = fields.Selection(
        selection="_selection_builtin", string="Built-in Measure", copy=False
    )
    target = fields.Float(digits=0, tracking=True)
    amber = fields.Float(digits=0, tracking=True)
    red = fields.Float(digits=0, tracking=True)
    min_denominator = fields.Float(
        string="Least Number of Cases",
        default=10,
        help="With fewer cases (a smaller denominator) a ratio counts as no data and"
        " moves nothing.",
    )
    maturity_days = fields.Integer(
        help="Days after its end during which a month still changes by itself."
    )
    requires = fields.Char(
        help="Technical names of the apps the indicator reads, separated by commas."
    )
    fact_ids = fields.One2many("crm.indicator.fact", "indicator_id")
    fact_count = fields.Integer(
        compute="_compute_fact_count", groups="crm_risk.crm_risk_group_officer"
    )
    revision_ids = fields.One2many("crm.indicator.revision", "indicator_id")
    measurement_ids = fields.One2many("crm.indicator.measurement", "indicator_id")

    available = fields.Boolean(compute="_compute_available")
    inactive_reason = fields.Char(compute="_compute_available")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another indicator has this code already."
    )
    _builtin_unique = models.Constraint(
        "UNIQUE (builtin)", "This built-in measure has an indicator already."
    )
    _maturity_not_negative = models.Constraint(
        "CHECK (maturity_days >= 0)", "The maturity in days cannot be negative."
    )
    _min_denominator_not_negative = models.Constraint(
        "CHECK (min_denominator >= 0)", "The least denominator cannot be negative."
    )

    @api.model
    def _selection_builtin(self):
        """A fixed list: no SQL and no Python of users is ever run."""
        return [(code, code) for code in indicators.builtins()]

    @api.depends("code", "name")
    def _compute_display_name(self):
        for indicator in self:
            indicator.display_name = f"{indicator.code or ''} {indicator.name or ''}"

    @api.constrains("measure", "builtin")
    def _check_builtin(self):
        """What another app measures is told by that app, when it is installed."""
        for indicator in self.filtered(lambda one: not one.requires):
            if indicator.measure == "builtin" and not indicator.builtin:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the built-in measure.",
                        name=indicator.display_name,
                    )
                )

    def _measurer(self):
        """What knows the records of this indicator: see indicators.base."""
        self.ensure_one()
        return indicators.builtin(self.builtin)

    def _is_ratio(self):
        return self.kind in ("ratio", "median")

    # Availability ----------------------------------------------------------------

    @api.depends("measure", "builtin", "requires")
    def _compute_available(self):
        installed = self.env["ir.module.module"]._installed()
        for indicator in self:
            reason = indicator._get_inactive_reason(installed)
            indicator.inactive_reason = reason
            indicator.available = not reason

    def _get_inactive_reason(self, installed):
        """Why the indicator cannot be measured here, in words; or ``False``."""
        missing = [name for name in self._get_required() if name not in installed]
        if missing:
            return self.env._(
                "Not installed: %(apps)s", apps=", ".join(self._app_names(missing))
            )
        if self.measure == "builtin" and not indicators.builtin(self.builtin):
            return self.env._(
                "The addon that measures %(code)s is no longer there.",
                code=self.builtin or self.code,
            )
        return False

    def _get_required(self):
        """Technical names of the modules the indicator cannot do without."""
        own = [name.strip() for name in (self.requires or "").split(",")]
        builtin = self.measure == "builtin" and indicators.builtin(self.builtin)
        return [name for name in own if name] + list(
            builtin.requires if builtin else ()
        )

    @api.model
    @tools.ormcache("tuple(modules)", "self.env.lang")
    def _app_names(self, modules):
        """Names of modules as the Apps screen shows them."""
        # sudo: names of apps are no secret, but the list of modules is the admin's
        found = self.env["ir.module.module"].sudo().search([("name", "in", modules)])
        names = {module.name: module.shortdesc for module in found}
        return [names.get(name) or name for name in modules]

    # Facts -----------------------------------------------------------------------

    def _compute_fact_count(self):
        groups = self.env["crm.indicator.fact"]._read_group(
            [("indicator_id", "in", self.ids)], ["indicator_id"], ["__count"]
        )
        counts = {indicator.id: count for indicator, count in groups}
        for indicator in self:
            indicator.fact_count = counts.get(indicator.id, 0)

    def _fact_currency(self, company):
        """Currency kept on the facts: only figures in money have one."""
        if self.monetary or self.unit == "currency":
            return company.currency_id
        return self.env["res.currency"]

    def _prepare_fact(self, company):
        """Values every fact takes from its indicator."""
        self.ensure_one()
        return {"kind": self.kind, "currency_id": self._fact_currency(company).id}

    def _read_series(self, companies, date_from, date_to, teams=None):
        """{date: (Σ numerator, Σ denominator)} of the months in between.

        For estimators: months without any fact are absent, not zero.
        """
        self.ensure_one()
        domain = [
            ("indicator_id", "=", self.id),
            ("company_id", "in", companies.ids),
            ("granularity", "=", "month"),
            ("date", ">=", date_from),
            ("date", "<=", date_to),
        ]
        if teams:
            domain.append(("team_id", "in", teams.ids))
        # date:day, for facts carry the first of the month already
        rows = self.env["crm.indicator.fact"]._read_group(
            domain, ["date:day"], ["numerator:sum", "denominator:sum"]
        )
        return {day: (numerator, denominator) for day, numerator, denominator in rows}

    def action_open_facts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_indicator_fact_action"
        )
        return dict(
            action,
            domain=[("indicator_id", "=", self.id)],
            context={"default_indicator_id": self.id, "search_default_months": 1},
        )

    def action_open_revisions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late changes: %(name)s", name=self.display_name),
            "res_model": "crm.indicator.revision",
            "view_mode": "list",
            "domain": [("indicator_id", "=", self.id)],
        }
