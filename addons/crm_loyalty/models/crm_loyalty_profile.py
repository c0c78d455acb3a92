from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

FILLFACTOR = 80


class CrmLoyaltyProfile(models.Model):
    """What one company knows of one customer, seen as a whole firm.

    Written only by the scoring job, in SQL. Dates are stored, never "days since":
    a customer who did nothing is not rewritten.
    """

    _name = "crm.loyalty.profile"
    _description = "Loyalty Profile"
    _order = "revenue_total desc, id desc"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    active = fields.Boolean(
        default=True, readonly=True, help="Archived with its customer."
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    first_order_date = fields.Date("First Order", readonly=True)
    last_order_date = fields.Date("Last Order", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    order_days = fields.Integer(
        readonly=True, help="Days with an order; several orders of a day are one visit."
    )
    avg_interval = fields.Float(
        "Average Interval (days)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Days from the first order to the last over the visits after the first.",
    )
    revenue_total = fields.Monetary("Revenue", readonly=True)
    revenue_12m = fields.Monetary("Revenue, 12 Months", readonly=True)
    margin_12m = fields.Monetary("Margin, 12 Months", readonly=True)
    has_margin = fields.Boolean(compute="_compute_has_margin")
    days_since_order = fields.Integer(compute="_compute_days_since_order")

    rfm_r = fields.Integer("Recency Score", readonly=True, aggregator="avg")
    rfm_f = fields.Integer("Frequency Score", readonly=True, aggregator="avg")
    rfm_m = fields.Integer("Revenue Score", readonly=True, aggregator="avg")
    rfm_score = fields.Char("RFM", readonly=True, size=3)
    segment_id = fields.Many2one(
        "crm.loyalty.segment",
        readonly=True,
        ondelete="set null",
        group_expand="_group_expand_segment_id",
    )
    segment_color = fields.Integer(related="segment_id.color")
    segment_date = fields.Date("In Segment Since", readonly=True)
    why = fields.Text(
        compute="_compute_why", help="Which facts and which rule gave these scores."
    )

    _company_partner_uniq = models.Constraint(
        "UNIQUE (company_id, partner_id)",
        "A customer has one loyalty profile per company.",
    )
    _company_revenue_idx = models.Index("(company_id, revenue_total DESC, id DESC)")
    _company_segment_idx = models.Index("(company_id, segment_id)")

    def init(self):
        # room on the page, so that nightly updates stay there and touch no index
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %s SET (fillfactor = %s)",
                SQL.identifier(self._table),
                FILLFACTOR,
            )
        )

    @api.depends("company_id.loyalty_basis")
    def _compute_has_margin(self):
        known = "margin" in self.env["sale.order"]._fields
        for profile in self:
            profile.has_margin = known and profile.company_id.loyalty_basis == "order"

    @api.depends("last_order_date")
    def _compute_days_since_order(self):
        for profile in self:
            last = profile.last_order_date
            today = profile.company_id._loyalty_today()
            # may be called past midnight, before the scoring of the new day
            profile.days_since_order = max(0, (today - last).days) if last else 0

    @api.depends("rfm_score", "segment_id", "order_count", "revenue_total", "active")
    @api.depends_context("lang")
    def _compute_why(self):
        runs = self.env["crm.loyalty.run"].sudo()  # who reads a profile may read why
        runs = runs._latest(self.company_id)
        for profile in self:
            profile.why = profile._explain(runs.get(profile.company_id))

    @api.model
    def _group_expand_segment_id(self, segments, domain):
        return segments.search([("active", "=", True)])

    @api.model
    def _of_customers(self, customers):
        """Return the profiles the user may read, by (company, commercial partner)."""
        companies, partners = zip(*customers, strict=True)
        if not self.has_access("read"):
            return {}
        profiles = self.with_context(active_test=False).search_fetch(
            [
                ("company_id", "in", {company.id for company in companies}),
                ("partner_id", "in", {partner.id for partner in partners}),
            ],
            [name for name, field in self._fields.items() if field.prefetch is True],
        )
        return {
            (profile.company_id, profile.partner_id): profile for profile in profiles
        }

    def action_refresh(self):
        """Score the customers of the current companies now."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only sales managers may refresh loyalty profiles.")
            )
        self.env["crm.loyalty.scoring"]._refresh(self.env.companies)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_view_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return {**action, "domain": self._documents_domain(), "context": {}}

    def action_view_opportunities(self):
        self.ensure_one()
        return self.partner_id.action_view_opportunity()

    def _documents_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("state", "=", "sale"),
        ]

    def _explain(self, run):
        """Return the facts and rules behind the profile, in the user's language."""
        if not self.order_count:
            return self.env._("No purchase on record: neither scores nor a segment.")
        if not self.active:
            return self.env._("The customer is archived: facts are kept, not scored.")
        if not self.rfm_score:
            return self.env._("Not scored yet.")
        return "\n".join(filter(None, self._explain_lines(run)))

    def _explain_lines(self, run):
        """Return one sentence for each figure; other files add theirs."""
        breakpoints = (run and run.breakpoints) or {}
        return [self._explain_segment(), *self._explain_scores(breakpoints)]

    def _explain_segment(self):
        if not self.segment_id:
            return self.env._(
                "No segment has a rule for the scores %(scores)s.",
                scores=self.rfm_score,
            )
        return self.env._(
            "%(segment)s since %(date)s: scores %(scores)s meet its rule %(rule)s.",
            segment=self.segment_id._words().name,
            date=format_date(self.env, self.segment_date),
            scores=self.rfm_score,
            rule=self.segment_id._words().rule,
        )

    def _explain_scores(self, breakpoints):
        amount = self.currency_id.format
        yield self.env._(
            "Recency %(score)s of 5: last order on %(fact)s; "
            "this score starts at %(limit)s (%(rule)s).",
            score=self.rfm_r,
            fact=format_date(self.env, self.last_order_date),
            **self._limit(breakpoints, "r", lambda day: format_date(self.env, day)),
        )
        yield self.env._(
            "Frequency %(score)s of 5: orders: %(fact)s; "
            "this score starts at %(limit)s (%(rule)s).",
            score=self.rfm_f,
            fact=self.order_count,
            **self._limit(breakpoints, "f", str),
        )
        yield self.env._(
            "Revenue %(score)s of 5: %(fact)s in all; "
            "this score starts at %(limit)s (%(rule)s).",
            score=self.rfm_m,
            fact=amount(self.revenue_total),
            **self._limit(breakpoints, "m", lambda text: amount(float(text))),
        )

    def _limit(self, breakpoints, dimension, formatted):
        """Return where the score starts, and which rule set that limit."""
        score = str(self[f"rfm_{dimension}"])
        fixed = breakpoints.get("limits", {}).get(dimension, {}).get(score)
        value = fixed or breakpoints.get(dimension, {}).get(score)
        return {
            "limit": "—" if value is None else formatted(value),
            "rule": self.env._("fixed limit")
            if dimension in breakpoints.get("fixed", ())
            else self.env._("fifth of the ranking"),
        }
