"""What the nightly jobs could not do, until they can."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, plaintext2html

from . import nightly

KEPT_MONTHS = 6
"""What is over explains figures of its days; nobody looks for older ones."""


class CrmJobFailure(models.Model):
    """One open row per job, step and record, from the first failure to a success."""

    _name = "crm.job.failure"
    _description = "Failed Nightly Job"
    _order = "state desc, date_last desc, id desc"
    _rec_name = "cron_id"

    cron_id = fields.Many2one(
        "ir.cron", string="Job", required=True, index=True, ondelete="cascade"
    )
    step = fields.Char(required=True, help="Method of the record that failed.")
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True
    )
    record_name = fields.Char(compute="_compute_record_name", string="Record")
    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="implementation_id.company_id", store=True)
    risk_id = fields.Many2one(
        "crm.risk",
        index="btree_not_null",
        ondelete="cascade",
        help="Who may not read the risk does not read the failure either.",
    )
    user_id = fields.Many2one("res.users", string="Told")
    activity_id = fields.Many2one("mail.activity", ondelete="set null")
    error = fields.Text()
    is_expected = fields.Boolean(help="The error is written for users.")
    message = fields.Text(compute="_compute_message", string="What Went Wrong")
    date_first = fields.Datetime(string="Since", required=True)
    date_last = fields.Datetime(string="Last Tried", required=True)
    tries = fields.Integer(string="Failures", aggregator=None, default=1)
    state = fields.Selection(
        [("open", "Failing"), ("closed", "Over")], required=True, default="open"
    )
    date_closed = fields.Datetime(string="Over since")

    _one_open = models.UniqueIndex(
        "(cron_id, step, res_model, res_id) WHERE state = 'open'",
        "This failure is on the list already.",
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_record_name(self):
        self.record_name = False
        for model, failures in self.grouped("res_model").items():
            found = self.env[model].browse(failures.mapped("res_id")).exists()
            names = {one.id: one.display_name for one in found._filtered_access("read")}
            for failure in failures:
                failure.record_name = names.get(failure.res_id)

    @api.depends("error", "is_expected", "date_last")
    @api.depends_context("lang", "tz")
    def _compute_message(self):
        for failure in self:
            failure.message = failure._get_message()

    def _get_message(self):
        if self.is_expected:
            return self.error
        return self.env._(
            "An error that nobody expected. The server log of %(date)s has the"
            " details: %(error)s",
            date=format_datetime(self.env, self.date_last),
            error=self.error,
        )

    def _get_record(self):
        return self.env[self.res_model].browse(self.res_id).exists()

    # Nightly ------------------------------------------------------------------------

    @api.model
    def _take_up(self, cron, records):
        """The open failures of a job; those of records it no longer has to do with
        are over."""
        open_ones = self.search([("cron_id", "=", cron.id), ("state", "=", "open")])
        present = open_ones.filtered(
            lambda one: one.res_model == records._name and one.res_id in records._ids
        )
        (open_ones - present)._close()
        return present

    def _settle(self, cron, record, step, error):
        """Open, continue or close the failure of one step, after it was tried."""
        own = self.filtered(lambda one: (one.res_id, one.step) == (record.id, step))
        if own:
            own._update(error)
        elif error and record.exists():
            self._raise(cron, record, step, error)

    def _update(self, error):
        if error:
            self.write({**self._prepare_error(error), "tries": self.tries + 1})
        else:
            self._close()

    @api.model
    def _prepare_error(self, error):
        return {
            "error": str(error).strip() or repr(error),
            "is_expected": isinstance(error, UserError),
            "date_last": fields.Datetime.now(),
        }

    @api.model
    def _raise(self, cron, record, step, error):
        risk = self._get_risk(record)
        failure = self.create(
            {
                **self._prepare_error(error),
                "cron_id": cron.id,
                "step": step,
                "res_model": record._name,
                "res_id": record.id,
                "implementation_id": self._get_implementation(record).id,
                "risk_id": risk.id,
                "date_first": fields.Datetime.now(),
            }
        )
        failure._tell()

    @api.model
    def _get_implementation(self, record):
        if record._name == "crm.implementation":
            return record
        return record.implementation_id

    @api.model
    def _get_risk(self, record):
        if record._name == "crm.risk":
            return record
        return record.risk_id if "risk_id" in record else self.env["crm.risk"]

    def _tell(self):
        """One activity for whoever leads the implementation."""
        implementation = self.implementation_id
        user = implementation.manager_id
        if not user.active or not implementation.with_user(user).has_access("read"):
            return
        told = self.with_context(lang=user.lang, tz=user.tz)
        self.activity_id = told.implementation_id.activity_schedule(
            "crm_risk.mail_activity_type_failure",
            user_id=user.id,
            summary=told.env._(
                "Failed at night: %(job)s", job=told.cron_id.display_name
            ),
            note=plaintext2html(told._get_note()),
        )
        self.user_id = user

    def _get_note(self):
        if self.risk_id.confidential:  # everybody on the project reads the note
            return self.env._(
                "The job will try again every night. Risk managers see where it failed"
                " under Configuration → Failed Nightly Jobs."
            )
        return self.env._(
            "%(record)s: %(message)s\nThe job will try again every night; the figures"
            " stay as they were before. This activity is closed by the first success.",
            record=self.record_name or "",
            message=self.message,
        )

    def _close(self):
        if not self:
            return
        self.write({"state": "closed", "date_closed": fields.Datetime.now()})
        for failure in self.filtered("activity_id.active"):
            told = failure.with_context(lang=failure.activity_id.user_id.lang)
            failure.activity_id.action_feedback(
                feedback=told.env._("The job has succeeded, or nothing is left to do.")
            )

    @api.autovacuum
    def _gc_closed(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=KEPT_MONTHS)
        old = [("state", "=", "closed"), ("date_closed", "<", limit)]
        self.search(old, limit=10_000).unlink()

    # Screens ------------------------------------------------------------------------

    def action_retry(self):
        """Do now what the job would do next night, and tell how it went."""
        self.ensure_one()
        self.check_access("read")
        if self.state == "closed":
            raise UserError(self.env._("This failure is over already."))
        # The job itself runs as the system; whoever reads its failure may start it.
        job = self.with_env(
            self.env(user=SUPERUSER_ID, su=True, context={"lang": self.env.lang})
        )
        record = job._get_record()
        error = nightly.attempt(record, job.step) if record else None
        job._update(error)
        if error:
            return self._notify("danger", self.message)
        return self._notify("success", self.env._("This time it succeeded."))

    def _notify(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_record(self):
        self.ensure_one()
        if not self._get_record():
            raise UserError(self.env._("The record was deleted."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    failed_job_count = fields.Integer(
        compute="_compute_failed_job_count", string="Failed Nightly Jobs"
    )

    @api.depends_context("uid")
    def _compute_failed_job_count(self):
        failures, counts = self.env["crm.job.failure"], {}
        if failures.has_access("read"):
            groups = failures._read_group(
                [("implementation_id", "in", self.ids), ("state", "=", "open")],
                ["implementation_id"],
                ["__count"],
            )
            counts = dict(groups)
        for implementation in self:
            implementation.failed_job_count = counts.get(implementation._origin, 0)

    def action_open_failed_jobs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_job_failure_action"
        )
        return dict(action, domain=[("implementation_id", "=", self.id)])
