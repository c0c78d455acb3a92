"""A form looks as editable as it is: the rules let many read what few may change."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestFormAccess(RiskCase):
    """A risk of the officer, and one that the seller reported himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls._risk()
        cls.own = (
            cls.env["crm.risk"]
            .with_user(cls.seller)
            .create({"name": "Reported", "implementation_id": cls.implementation.id})
            .sudo(False)
        )

    def _rename(self, record, user):
        with Form(record.with_user(user)) as form:
            form.name = "Renamed"

    def test_what_the_rules_refuse_is_read_only(self):
        with self.refused("readonly", AssertionError):
            self._rename(self.theirs, self.seller)
        with self.refused("", AccessError):
            self.theirs.with_user(self.seller).name = "Renamed"
        self._rename(self.theirs, self.officer)
        self.assertEqual(self.theirs.name, "Renamed")

    def test_the_author_may_until_it_is_assessed(self):
        self._rename(self.own, self.seller)
        self.assertEqual(self.own.name, "Renamed")
        self.own.sudo().write(
            {
                "p_inherent": 0.2,
                "impact_max": 6,
                "owner_id": self.officer.id,
                "state": "assessed",
            }
        )
        with self.refused("readonly", AssertionError):
            self._rename(self.own, self.seller)

    def test_a_new_one_can_be_filled(self):
        with Form(self.env["crm.risk"].with_user(self.seller)) as form:
            form.name = "New"
            form.implementation_id = self.implementation
        self.assertTrue(form.record.can_edit)

    def test_a_request_is_answered_by_whom_it_asks(self):
        requests = self.env["crm.preparation.request"]
        for owner, editable in ((self.seller, True), (self.officer, False)):
            request = requests.create(
                {
                    "name": "How many?",
                    "implementation_id": self.implementation.id,
                    "owner_id": owner.id,
                }
            )
            self.assertEqual(request.with_user(self.seller).can_edit, editable)
            form = Form(request.with_user(self.seller))
            if editable:
                form.reply = "Twelve"
                form.save()
                self.assertEqual(request.reply, "Twelve")
            else:
                with self.refused("readonly", AssertionError):
                    form.reply = "Twelve"

    def test_every_field_that_could_be_changed_is_locked(self):
        """What is computed stays read-only for everybody."""
        risks = self.env["crm.risk"].with_user(self.officer)
        arch = etree.fromstring(risks.get_view(view_type="form")["arch"])
        for node in arch.xpath("//field[not(ancestor::field)]"):
            name, readonly = node.get("name"), node.get("readonly")
            with self.subTest(name):
                if risks._fields[name].readonly:
                    self.assertNotEqual(readonly, "not can_edit")
                elif readonly != "1":
                    self.assertIn("not can_edit", readonly)

    def test_many_cost_as_few(self):
        risks = self.env["crm.risk"].create(
            [
                {"name": f"Risk {n}", "implementation_id": self.implementation.id}
                for n in range(20)
            ]
        )
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.seller).mapped("can_edit")
            return self.env.cr.sql_log_count - before

        count(risks)
        self.assertEqual(count(risks), count(risks[:2]))
