"""Every list and the nightly job of the register: as many queries for many as for few.

The register grows from 3 risks to 12; each has a response, an indicator, an event, a
trigger, a place on the agenda of a review and rows of history.
"""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .risk_common import RiskCase

FEW, MANY = 3, 12
LISTS = (
    "crm.risk",
    "crm.risk.response",
    "crm.risk.event",
    "crm.risk.assessment",
    "crm.risk.trigger",
    "crm.risk.indicator",
    "crm.risk.review",
    "crm.risk.review.line",
    "crm.risk.calibration",
    "crm.risk.conflict",
    "crm.risk.simulation",
    "crm.risk.simulation.line",
    "crm.risk.simulation.scenario",
    "crm.risk.template",
    "crm.risk.alert",
    "crm.job.failure",
    "crm.implementation",
    "crm.implementation.indicator",
    "crm.indicator",
    "crm.indicator.fact",
    "crm.maturity.assessment",
    "crm.maturity.line",
    "crm.readiness",
    "crm.data.audit",
    "crm.data.audit.line",
    "crm.process",
    "crm.process.pain",
    "crm.swot.item",
    "crm.swot.pair",
    "crm.interview",
    "crm.preparation.action",
    "crm.preparation.training",
    "crm.preparation.request",
)


@tagged("post_install", "-at_install")
class TestLists(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.watched = cls.env["crm.indicator"].create({"code": "XL", "name": "Watched"})
        cls.made = 0
        cls._grow(FEW)

    @classmethod
    def _grow(cls, count):
        """Make it ``count`` risks, with everything that hangs on one."""
        for number in range(cls.made, count):
            risk = cls._risk(
                name=f"Risk {number}",
                p_inherent=0.05 + 0.07 * number,
                response_ids=[Command.create({"name": "Respond", "cost_planned": 10})],
                indicator_ids=[Command.create({"indicator_id": cls.watched.id})],
                trigger_ids=[Command.create({"trigger": "date", "date": "2099-01-01"})],
            )
            cls.env["crm.risk.event"].create(
                {"name": "Happened", "risk_id": risk.id, "amount": 5}
            )
            cls._prepare(number)
            cls.env["crm.job.failure"]._raise(
                cls.env.ref("crm_risk.crm_risk_cron_recall"),
                risk,
                "_recall_due",
                ValueError("Ow"),
            )
        cls.made = count
        cls.env["crm.risk.review"].create({"implementation_id": cls.implementation.id})
        cls.implementation.action_simulate()
        cls.env.flush_all()

    @classmethod
    def _prepare(cls, number):
        hub = {"implementation_id": cls.implementation.id}
        for model in ("maturity.assessment", "readiness", "data.audit"):
            cls.env[f"crm.{model}"].create(hub)
        process = cls.env["crm.process"].create({**hub, "name": f"Process {number}"})
        cls.env["crm.process.pain"].create(
            {"process_id": process.id, "name": f"Pain {number}", "monthly": 1}
        )
        cls.env["crm.swot.item"].create({**hub, "name": f"Item {number}"})
        cls.env["crm.interview"].create({**hub, "person": f"Person {number}"})
        for model in ("action", "training", "request"):
            cls.env[f"crm.preparation.{model}"].create(
                {**hub, "name": f"{model} {number}"}
            )
        cls._implementation(f"Other {number}", cls.company_a)

    def _queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def _open_list(self, model):
        """What the browser asks for when the list opens, first 80 rows."""
        records = self.env[model].with_user(self.manager)
        fields = records.get_view(view_type="list")["models"][model]
        wanted = {
            name: {"fields": {"display_name": {}}}
            if records._fields[name].relational
            else {}
            for name in fields
            if records._has_field_access(records._fields[name], "read")
        }

        def read():
            records.web_search_read([], wanted, limit=80)

        read()  # caches of views, fields and rules
        return self._queries(read)

    def test_lists_cost_the_same_for_few_and_many(self):
        few = {model: self._open_list(model) for model in LISTS}
        self._grow(MANY)
        for model, queries in few.items():
            with self.subTest(model):
                self.assertLessEqual(self._open_list(model), queries)

    def test_job_moves_many_risks_as_few(self):
        """One register: its indicators are read once, whatever they watch."""
        links = self.env["crm.risk.indicator"]

        def night():
            with patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 60
            ):
                links._cron_refresh()
            self.env.flush_all()

        night()
        few = self._queries(night)
        self._grow(MANY)
        night()
        self.assertLessEqual(self._queries(night), few)
