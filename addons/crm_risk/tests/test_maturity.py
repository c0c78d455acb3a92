"""Maturity: levels shown by the database, stage, gaps, what they propose.

=============  =======================================================
data = 1       proposes A06, B19, B20, B21 while level 3 is wanted
channels       10 buyers, 3 of them signed in to the portal: level 3
stage          lowest level of data, channels, integration
=============  =======================================================
"""

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .preparation_common import PreparationCase

DATA_RISKS = {"A06", "B19", "B20", "B21"}


@tagged("post_install", "-at_install")
class TestMaturity(PreparationCase):
    def _assessment(self, levels="", **values):
        """``levels``: one digit for each dimension in order, 0 for none."""
        assessment = self._new("crm.maturity.assessment", **values)
        for line, level in zip(assessment.line_ids, levels, strict=False):
            line.level = False if level == "0" else level
        return assessment

    def _line(self, assessment, name):
        dimension = self.env.ref(f"crm_risk.maturity_{name}")
        return assessment.line_ids.filtered(lambda one: one.dimension_id == dimension)

    def test_seven_dimensions_of_four_levels(self):
        assessment = self._assessment()
        self.assertEqual(len(assessment.line_ids), 7)
        for dimension in assessment.line_ids.dimension_id:
            self.assertEqual(dimension.level_ids.mapped("level"), ["1", "2", "3", "4"])
            self.assertTrue(all(dimension.level_ids.mapped("statement")))
            self.assertTrue(all(dimension.level_ids[1:].mapped("action")))
            self.assertTrue(dimension.template_ids)
        gates = assessment.line_ids.filtered("is_gate").dimension_id
        expected = ("data", "channels", "integration")
        self.assertEqual(
            set(gates.mapped("evidence")), set(expected), "the gates of the stage"
        )

    def test_stage_is_the_lowest_gate(self):
        """Order: strategy, people, process, data, channels, integration, analytics."""
        assessment = self._assessment("1132421")
        self.assertEqual(assessment.stage, "2")
        self.assertAlmostEqual(assessment.progress, 2.0)
        self.assertEqual(assessment.gap, 2 + 2 + 0 + 1 + 0 + 1 + 2)
        self._line(assessment, "data").level = False
        self.assertFalse(assessment.stage, "not known while a gate is open")

    def test_low_data_propose_their_risks_once(self):
        assessment = self._assessment("4441444")
        self.assertEqual(
            set(assessment.proposed_template_ids.mapped("code")), DATA_RISKS
        )
        for _twice in range(2):
            action = assessment.action_add_risks()
            wizard = (
                self.env["crm.risk.add"]
                .with_user(self.officer)
                .with_context(**action["context"])
            )
            added = Form(wizard).save()
            if assessment.proposed_template_ids:
                added.action_add()
        risks = self.implementation.risk_ids
        self.assertEqual(set(risks.template_id.mapped("code")), DATA_RISKS)
        self.assertEqual(len(risks), 4)
        self.assertFalse(assessment.proposed_template_ids)
        self.assertEqual(assessment.raised_risk_count, 4)
        self.assertEqual(risks[0].action_open_source()["res_id"], assessment.id)

    def test_level_as_wanted_proposes_nothing(self):
        assessment = self._assessment("4441444", target="1")
        self.assertFalse(assessment.proposed_template_ids)

    def test_a_line_raises_its_risk(self):
        line = self._line(self._assessment("4441444"), "data")
        line.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertEqual(risk.template_id.code, "A06")
        self.assertEqual(risk.event, self._template("A06").event)
        line.action_raise_risk()
        self.assertEqual(len(self.implementation.risk_ids), 1, "pressed twice")

    def test_way_to_the_next_level_is_planned(self):
        assessment = self._assessment("4442444")
        assessment.action_plan()
        planned = self.env["crm.preparation.action"].search(
            [("implementation_id", "=", self.implementation.id)]
        )
        level = self.env.ref("crm_risk.maturity_data_3")
        self.assertEqual(planned.mapped("name"), [level.action])
        assessment.action_plan()
        self.assertEqual(
            self.env["crm.preparation.action"].search_count(
                [("implementation_id", "=", self.implementation.id)]
            ),
            1,
        )

    # What the database shows --------------------------------------------------

    def _buyers(self, count, portal):
        for number in range(count):
            partner = self._customer(f"Buyer {number}")
            self._order(partner)
            if number < portal:
                user = new_test_user(
                    self.env,
                    login=f"portal_{number}",
                    groups="base.group_portal",
                    company_id=self.company_a.id,
                    company_ids=[fields.Command.set(self.company_a.ids)],
                )
                user.partner_id.write({"parent_id": partner.id, "is_company": False})
                self.env["res.users.log"].with_user(user).sudo().create({})

    def test_portal_users_show_level_3(self):
        self._buyers(10, portal=3)
        assessment = self._assessment()
        assessment.action_detect()
        line = self._line(assessment, "channels")
        self.assertEqual((line.level_detected, line.level), ("3", "3"))
        self.assertIn("3 of 10", line.evidence)

    def test_fewer_portal_users_show_less(self):
        self._buyers(10, portal=2)
        assessment = self._assessment()
        assessment.action_detect()
        self.assertEqual(self._line(assessment, "channels").level_detected, "2")

    def test_too_few_say_nothing(self):
        self._buyers(9, portal=9)
        assessment = self._assessment()
        assessment.action_detect()
        line = self._line(assessment, "channels")
        self.assertFalse(line.level_detected)
        self.assertIn("too few to tell", line.evidence)

    def test_what_people_chose_stays(self):
        self._buyers(10, portal=3)
        assessment = self._assessment()
        line = self._line(assessment, "channels")
        line.level = "1"
        assessment.action_detect()
        self.assertEqual((line.level_detected, line.level), ("3", "1"))

    def test_orders_tied_from_opportunity_to_invoice(self):
        """10 orders, 5 of them with opportunity and invoice: 50 %, level 3."""
        partner = self._customer("Buyer")
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "company_id": self.company_a.id}
        )
        for number in range(10):
            order = self._order(
                partner, opportunity_id=lead.id if number < 5 else False
            )
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE sale_order SET invoice_status = 'invoiced' WHERE id = %s",
                [order.id],
            )
        self.env.invalidate_all()
        assessment = self._assessment()
        assessment.action_detect()
        line = self._line(assessment, "integration")
        self.assertIn("5 of 10", line.evidence)
        self.assertEqual(line.level_detected, "3")

    def test_other_companies_do_not_count(self):
        for number in range(10):
            self._order(self._customer(f"Buyer {number}"))
        assessment = self.env["crm.maturity.assessment"].create(
            {
                "implementation_id": self._implementation("B", self.company_b).id,
            }
        )
        assessment.action_detect()
        self.assertIn("0 of 0", self._line(assessment, "channels").evidence)

    def test_detection_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["crm_risk"], ["ru_RU"])
        self._buyers(10, portal=3)
        assessment = self._assessment().with_context(lang="ru_RU")
        assessment.action_detect()
        line = self._line(assessment, "channels")
        self.assertIn("Покупател", line.evidence)
        english = line.with_context(lang="en_US")
        self.assertIn("Buyers", english.evidence, "each reader in his own language")

    def _opened(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_records_behind_the_evidence(self):
        """10 buyers, 3 of them in the portal: the buttons open 3 and 7 customers."""
        self._buyers(10, portal=3)
        assessment = self._assessment()
        line = self._line(assessment, "channels")
        self.assertFalse(line.has_speaking or line.has_silent, "not read yet")
        assessment.action_detect()
        self.assertTrue(line.has_speaking and line.has_silent)
        shown = self._opened(line.action_open_speaking())
        self.assertEqual(set(shown.mapped("name")), {f"Buyer {n}" for n in range(3)})
        others = self._opened(line.action_open_silent())
        self.assertEqual(
            sorted(others.mapped("name")),
            [f"Buyer {number}" for number in range(3, 10)],
        )

    def test_every_dimension_opens_what_it_counted(self):
        self._buyers(3, portal=1)
        assessment = self._assessment()
        assessment.action_detect()
        for line in assessment.line_ids.with_env(self.env):  # who may read all
            if line.dimension_id.evidence == "people":
                continue
            action = line.action_open_speaking()
            if line.dimension_id.evidence == "data":
                self.assertEqual(action["res_model"], "crm.data.audit")
                continue
            found = self.env[action["res_model"]].sudo().with_context(active_test=False)
            count = found.search_count(action["domain"])
            self.assertEqual(count, line.evidence_number, line.dimension_id.name)
            others = found.search_count(line.action_open_silent()["domain"])
            self.assertEqual(others, line.evidence_total - line.evidence_number)

    def test_colleagues_are_named_only_where_allowed(self):
        assessment = self._assessment()
        assessment.action_detect()
        line = self._line(assessment, "people")
        self.assertFalse(line.has_speaking or line.has_silent)
        with self.refused("counts colleagues", UserError):
            line.action_open_silent()
        self.company_a.crm_indicator_person_level = True
        with self.refused("counts colleagues", UserError):
            line.action_open_silent()  # an officer still may not
        boss = line.with_user(self.manager)
        self.assertEqual(boss.action_open_silent()["res_model"], "res.users")

    # Over time ----------------------------------------------------------------

    def test_compared_with_the_one_before(self):
        first = self._assessment("1111111", date="2026-01-10")
        first.action_done()
        self._assessment("4444444", date="2026-02-10")  # not finished: not compared
        second = self._assessment("2222222", date="2026-03-10")
        self.assertEqual(second.previous_id, first)
        self.assertEqual(self._line(second, "data").level_before, "1")
        self.assertFalse(first.previous_id)
        self.assertEqual(str(second.chart).count("<img"), 1)

    def test_finished_is_locked(self):
        assessment = self._assessment("1111111")
        assessment.action_done()
        with self.refused("finished and locked", UserError):
            self._line(assessment, "data").level = "4"
        with self.refused("finished and locked", UserError):
            assessment.date = "2020-01-01"
        with self.refused("finished and locked", UserError):
            assessment.action_detect()
        assessment.action_reopen()
        self._line(assessment, "data").level = "4"

    def test_not_finished_with_open_levels(self):
        with self.refused("choose the level of .*Analytics"):
            self._assessment("1111110").action_done()

    def test_each_level_once(self):
        dimension = self.env.ref("crm_risk.maturity_data")
        with self.refused("level_once", IntegrityError), mute_logger("odoo.sql_db"):
            self.env["crm.maturity.level"].create(
                {"dimension_id": dimension.id, "level": "1", "statement": "Again"}
            )
        with self.refused("each of the levels 1 to 4 exactly once"):
            self.env["crm.maturity.dimension"].create(
                {
                    "name": "Half",
                    "level_ids": [
                        fields.Command.create({"level": "1", "statement": "Low"})
                    ],
                }
            )

    def test_queries_do_not_grow(self):
        assessment = self._assessment()
        self._buyers(2, portal=0)
        assessment.action_detect()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            assessment.action_detect()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        small = queries()
        for number in range(30):
            self._order(self._customer(f"More {number}"))
        self.assertLessEqual(queries(), small)
