"""Costs from what is known: journal items, analytic lines, timesheets, responses.

A cost row is the picture of its document. Taking the costs again compares the
pictures with the documents and writes only what differs, so it can be repeated and
interrupted at any time: a document that was reset to draft takes its cost with it, a
credit note is a negative cost.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, float_compare

from odoo.addons.crm_risk.indicators.base import MIN_PERSONS
from odoo.addons.crm_risk.models import nightly

from .crm_effect_cost import COST_TYPES, DOCUMENTS

EXPENSES = ("in_invoice", "in_refund", "in_receipt", "entry")


class CrmEffectCostSource(models.Model):
    _name = "crm.effect.cost.source"
    _description = "Source of Costs of an Implementation"
    _order = "implementation_id, id"
    _rec_name = "analytic_account_id"
    _check_company_auto = True

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        help="Everything booked on this account, timesheets included, is a cost of the"
        " introduction.",
    )
    cost_type = fields.Selection(
        COST_TYPES,
        required=True,
        default="integration",
        help="Type of what is booked here; timesheets are always internal labour.",
    )
    cost_ids = fields.One2many("crm.effect.cost", "source_id")

    _account_once = models.Constraint(
        "UNIQUE (analytic_account_id)",
        "The analytic account belongs to an implementation already: its costs would"
        " count twice.",
    )

    @api.constrains("analytic_account_id", "implementation_id")
    def _check_company_of_account(self):
        for source in self:
            company = source.analytic_account_id.company_id
            if company and company != source.implementation_id.company_id:
                raise ValidationError(
                    self.env._(
                        "The analytic account %(account)s belongs to %(company)s, not"
                        " to the company of the implementation.",
                        account=source.analytic_account_id.display_name,
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        sources.implementation_id._sync_costs()
        return sources

    def write(self, vals):
        before = self.implementation_id
        result = super().write(vals)
        (before | self.implementation_id)._sync_costs()
        return result

    def unlink(self):
        implementations = self.implementation_id
        # sudo: pictures of documents go with their source
        self.sudo().cost_ids.unlink()
        result = super().unlink()
        implementations.exists()._sync_costs()
        return result

    def _get_timesheet_domain(self, month):
        """The timesheets of one month on the account."""
        last = fields.Date.end_of(month, "month")
        column = self.analytic_account_id.plan_id._column_name()
        return [
            (column, "=", self.analytic_account_id.id),
            ("project_id", "!=", False),
            ("date", ">=", fields.Date.start_of(month, "month")),
            ("date", "<=", last),
        ]


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    cost_source_ids = fields.One2many(
        "crm.effect.cost.source",
        "implementation_id",
        string="Sources of Costs",
        groups="crm_effects.crm_effects_group_officer",
    )
    costs_pending = fields.Boolean(
        readonly=True,
        copy=False,
        help="A document was booked, but its cost could not be taken yet.",
    )

    def action_sync_costs(self):
        """Take the costs from bills, analytic lines and timesheets anew."""
        self._check_officer()
        self._sync_costs()
        return True

    @api.model
    def _cron_sync_costs(self):
        """Nightly: analytic lines and timesheets are booked without telling us."""
        wanted = self.search(
            ["|", ("state", "!=", "closed"), ("costs_pending", "=", True)]
        )
        nightly.each(self.env, "crm_effects.ir_cron_sync_costs", wanted, "_sync_costs")

    def _mark_costs_pending(self):
        """The job takes the costs as soon as it can, of closed introductions too."""
        self.sudo().costs_pending = True  # whoever books the document
        # sudo: an accountant does not start jobs; this one only takes costs
        self.env.ref("crm_effects.ir_cron_sync_costs").sudo()._trigger()

    def _sync_costs(self):
        """Bring the costs from documents to what the documents say today."""
        if not self.ids:
            return
        # sudo: sums and links of documents that accountants booked for the
        # introduction; opening a document asks for the right to read it
        costs = self.env["crm.effect.cost"].sudo()
        self.env.flush_all()
        wanted = {
            _key(row): row
            for row in (
                *self._get_tagged_items(),
                *self._get_analytic_lines(),
                *self._get_timesheets(),
                *self._get_response_costs(),
            )
        }
        known = costs.search(
            [("implementation_id", "in", self.ids), ("origin", "in", DOCUMENTS)]
        )
        gone = costs.browse()
        for cost in known:
            row = wanted.pop(_key_of(cost), None)
            if row is None:
                gone += cost
            elif changed := _changed(cost, row):
                cost.write(changed)
        gone.unlink()
        costs.create(list(wanted.values()))
        self.sudo().filtered("costs_pending").costs_pending = False  # read by the job

    def _get_tagged_items(self):
        """Posted journal items tagged with the implementation, with their sign."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT item.crm_implementation_id AS implementation_id,
                       'bill' AS origin, 'actual' AS nature,
                       COALESCE(item.crm_cost_type, source.cost_type, 'other')
                           AS cost_type,
                       CONCAT_WS(' · ', move.name, item.name) AS name,
                       COALESCE(move.invoice_date, item.date) AS date,
                       item.amount_currency AS amount, item.currency_id,
                       item.balance AS booked_amount, item.id AS move_line_id
                  FROM account_move_line item
                  JOIN account_move move ON move.id = item.move_id
                  JOIN crm_implementation i ON i.id = item.crm_implementation_id
                  LEFT JOIN LATERAL (
                       SELECT s.cost_type FROM crm_effect_cost_source s
                        WHERE s.implementation_id = i.id
                          AND jsonb_exists_any(
                              COALESCE(item.analytic_distribution, '{}'::jsonb),
                              ARRAY[s.analytic_account_id::text])
                        ORDER BY s.id LIMIT 1) source ON TRUE
                 WHERE item.crm_implementation_id = ANY(%s)
                   AND item.parent_state = 'posted'
                   AND item.display_type = 'product'
                   AND item.company_id = i.company_id""",
                self.ids,
            )
        )

    def _get_analytic_lines(self):
        """Booked on an account of the implementation and not tagged besides."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT source.implementation_id, 'analytic' AS origin,
                       'actual' AS nature,
                       COALESCE(item.crm_cost_type, source.cost_type) AS cost_type,
                       line.name, line.date, -line.amount AS amount,
                       company.currency_id, -line.amount AS booked_amount,
                       line.id AS analytic_line_id, source.id AS source_id
                  FROM account_analytic_line line
                  JOIN crm_effect_cost_source source ON %(on_account)s
                  JOIN crm_implementation i ON i.id = source.implementation_id
                  JOIN res_company company ON company.id = i.company_id
                  LEFT JOIN account_move_line item ON item.id = line.move_line_id
                  LEFT JOIN account_move move ON move.id = item.move_id
                 WHERE source.implementation_id = ANY(%(ids)s)
                   AND line.company_id = i.company_id
                   AND NOT %(is_timesheet)s
                   AND item.crm_implementation_id IS NULL
                   AND (move.id IS NULL OR move.move_type = ANY(%(kinds)s))
                   AND line.amount <> 0""",
                ids=self.ids,
                on_account=self._on_account(),
                is_timesheet=self._is_timesheet(),
                kinds=list(EXPENSES),
            )
        )

    def _get_timesheets(self):
        """One cost a month: what an hour of a person costs is nobody's business.

        Time of fewer than three people counts at the standard cost of an hour.
        """
        amount = SQL(
            """CASE WHEN %(is_small)s THEN SUM(line.unit_amount)
                    * COALESCE(company.effects_hour_cost, 0)::float8
                    ELSE -SUM(line.amount) END""",
            is_small=self._is_small_group(),
        )
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT source.implementation_id, 'timesheet' AS origin,
                       'actual' AS nature, 'internal_labour' AS cost_type,
                       account.name ->> 'en_US' AS name,
                       date_trunc('month', line.date)::date AS date,
                       %(amount)s AS amount, company.currency_id,
                       %(amount)s AS booked_amount, %(is_small)s AS is_standard,
                       source.id AS source_id
                  FROM account_analytic_line line
                  JOIN crm_effect_cost_source source ON %(on_account)s
                  JOIN account_analytic_account account
                    ON account.id = source.analytic_account_id
                  JOIN crm_implementation i ON i.id = source.implementation_id
                  JOIN res_company company ON company.id = i.company_id
                 WHERE source.implementation_id = ANY(%(ids)s)
                   AND line.company_id = i.company_id
                   AND %(is_timesheet)s
                 GROUP BY source.id, account.id, company.id,
                          date_trunc('month', line.date)
                HAVING SUM(line.unit_amount) <> 0""",
                amount=amount,
                is_small=self._is_small_group(),
                ids=self.ids,
                on_account=self._on_account(),
                is_timesheet=self._is_timesheet(),
            )
        )

    def _on_account(self):
        """The line lies on the account of the source, in whichever plan that is."""
        # sudo: names of columns only
        columns = self.env["account.analytic.line"].sudo()._get_plan_fnames()
        return SQL(
            "source.analytic_account_id IN (%s)",
            SQL(", ").join(SQL.identifier("line", name) for name in columns),
        )

    def _is_timesheet(self):
        """Timesheets are the lines of projects; without that module there are none."""
        if not self._has_timesheets():
            return SQL("FALSE")
        return SQL("(line.project_id IS NOT NULL)")

    def _is_small_group(self):
        """Of a group of lines: whether it would tell on one or two people."""
        if not self._has_timesheets():
            return SQL("FALSE")
        return SQL("(COUNT(DISTINCT line.employee_id) < %s)", MIN_PERSONS)

    def _has_timesheets(self):
        return "employee_id" in self.env["account.analytic.line"]._fields


def _key(row):
    """What tells one picture of a document from another."""
    if row["origin"] == "timesheet":
        return row["implementation_id"], "timesheet", row["source_id"], row["date"]
    if row["origin"] == "response":
        return row["implementation_id"], "response", row["response_id"], row["nature"]
    link = "move_line_id" if row["origin"] == "bill" else "analytic_line_id"
    return row["implementation_id"], row["origin"], row[link]


def _key_of(cost):
    return _key(
        {
            "implementation_id": cost.implementation_id.id,
            "origin": cost.origin,
            "source_id": cost.source_id.id,
            "date": cost.date,
            "move_line_id": cost.move_line_id.id,
            "analytic_line_id": cost.analytic_line_id.id,
            "response_id": cost.response_id.id,
            "nature": cost.nature,
        }
    )


def _changed(cost, row):
    """Those of the booked values that differ; type and name may be changed by hand."""
    same_money = not any(
        float_compare(cost[name], row[name], precision_digits=4)
        for name in ("amount", "booked_amount")
    )
    same = same_money and cost.currency_id.id == row["currency_id"]
    same_kind = cost.is_standard == row.get("is_standard", False)
    if same and same_kind and cost.date == row["date"]:
        return {}
    booked = ("amount", "booked_amount", "currency_id", "date", "is_standard")
    return {name: row[name] for name in booked if name in row}
