"""The register as a review saw it: kept when it is closed, printed as it was."""

from odoo import api, fields, models
from odoo.fields import Domain

from .register_data import day_of, label_of

SHARED = "crm_risk_shared"
"""Key of the context in which confidential risks are left out for every reader."""

CHANGES_DAYS = 90
"""What changed is told for so many days while there was no review."""

SHOWN_CHANGES = 60
"""A page and a half; the history holds them all."""


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    @api.model
    def _get_open_domain(self):
        domain = super()._get_open_domain()
        if self.env.context.get(SHARED):
            return [*domain, ("confidential", "=", False)]
        return domain


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    def _get_register_data(self):
        return {**super()._get_register_data(), "review": None}

    def _get_register_run(self):
        if self.env.context.get(SHARED):
            return self.env["crm.risk.review"]._get_run_of(self)
        return super()._get_register_run()

    def _get_register_changes(self):
        """What moved the estimates since the last review, the newest first."""
        since = self.review_ids.filtered("date_closed")[:1].date_closed
        if not since:
            since = fields.Datetime.subtract(fields.Datetime.now(), days=CHANGES_DAYS)
        domain = Domain("implementation_id", "=", self.id) & Domain("date", ">", since)
        rows = self.env["crm.risk.assessment"].search(
            domain & self._get_shared_domain("risk_id.confidential")
        )
        return {
            "since": day_of(since),
            "more": max(0, len(rows) - SHOWN_CHANGES),
            "rows": [
                {
                    "date": day_of(row.date),
                    "risk": row.risk_id.display_name,
                    "source": label_of(row, "source"),
                    "reason": row.reason or "",
                    "author": row.user_id.name or "",
                    "emv": row.emv_current,
                    "change": row.emv_change,
                }
                for row in rows[:SHOWN_CHANGES]
            ],
        }

    def _get_register_events(self):
        events = self.env["crm.risk.event"].search(
            Domain("implementation_id", "=", self.id)
            & self._get_shared_domain("risk_id.confidential")
        )
        return [
            {
                "date": day_of(event.date),
                "name": event.name,
                "risk": event.risk_id.display_name,
                "estimated": event.loss_estimated,
                "actual": event.actual_loss,
                "lesson": event.lesson or "",
            }
            for event in events
        ]

    def _get_shared_domain(self, name):
        shared = self.env.context.get(SHARED)
        return Domain(name, "=", False) if shared else Domain.TRUE


class CrmRiskReview(models.Model):
    _inherit = "crm.risk.review"

    register_data = fields.Json(
        readonly=True,
        copy=False,
        groups="crm_risk.crm_risk_group_officer",
        help="The register when the review was closed, confidential risks left out.",
    )

    @api.model
    def _get_run_of(self, implementation):
        """Latest simulation of the whole register that every officer may see."""
        return self.env["crm.risk.simulation"].search(
            [
                ("implementation_id", "=", implementation.id),
                ("has_confidential", "=", False),
                ("base_id", "=", False),
            ],
            limit=1,
        )

    def _get_shared_run(self):
        return self._get_run_of(self.implementation_id)

    def _keep_register(self):
        """Write down the whole register: what is printed of this review for ever."""
        self.ensure_one()
        self.register_data = self._get_register_now()

    def _get_register_now(self):
        implementation = self.implementation_id.with_context(**{SHARED: True})
        data = implementation._get_register_data()
        return {**data, "review": self._get_register_review()}

    def _get_register(self):
        """The register of the review: as it was, or as it is while it is open."""
        self.ensure_one()
        data = self.register_data or self._get_register_now()
        return {**data, "is_closed": self.state == "closed"}

    def _get_register_review(self):
        lines = self.line_ids.filtered(
            lambda line: not line.confidential and (line.decision or line.note)
        )
        return {
            "date": day_of(self.date),
            "next": day_of(self.date_next),
            "chair": self.chair_id.name,
            "users": self.user_ids.mapped("name"),
            "minutes": self.note or "",
            "decisions": [
                {
                    "risk": f"{line.ref or ''} {line.name}".strip(),
                    "emv": line.emv_current,
                    "change": line.emv_change,
                    "decision": label_of(line, "decision"),
                    "note": line.note or "",
                    "user": line.user_id.name or "",
                    "deadline": day_of(line.date_deadline),
                }
                for line in lines
            ],
        }
