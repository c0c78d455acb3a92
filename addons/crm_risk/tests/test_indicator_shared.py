"""Queries that indicators of one family share."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..indicators import builtin, forget, shared, sharing


@tagged("post_install", "-at_install")
class TestIndicatorShared(TransactionCase):
    def setUp(self):
        super().setUp()
        self.built = 0

    def build(self):
        self.built += 1
        return SQL("SELECT login FROM res_users WHERE id = %s", self.env.uid)

    def logins(self, env, key="who"):
        rows = env.execute_query(
            SQL("SELECT * FROM %s AS r", shared(env, (key,), self.build))
        )
        return [login for [login] in rows]

    def test_rows_are_made_once_and_forgotten(self):
        env = sharing(self.env)
        login = self.env.user.login
        self.assertEqual([self.logins(env), self.logins(env)], [[login], [login]])
        self.assertEqual(self.built, 1)
        self.assertEqual(self.logins(env, "another"), [login])
        self.assertEqual(self.built, 2, "another key is another question")
        forget(self.env)
        self.env.user.login = "renamed"
        self.env.flush_all()
        self.assertEqual(self.logins(env), ["renamed"])

    def test_elsewhere_the_query_itself_is_read(self):
        self.logins(self.env)
        self.env.user.login = "renamed"
        self.env.flush_all()
        self.assertEqual(self.logins(self.env), ["renamed"])
        self.assertEqual(self.built, 2)
        self.assertNotIn("crm_risk_shared", self.env.cr.cache)

    def test_a_failure_takes_its_rows_along(self):
        env = sharing(self.env)
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            self.logins(env)
            raise ValueError
        self.assertEqual(self.logins(env), [self.env.user.login])
        self.assertEqual(self.built, 2)

    def test_a_family_is_measured_one_after_the_other(self):
        indicators = self.env["crm.indicator"].search(
            [("code", "in", ["K01", "K15", "K40"])]
        )
        first, second, third = indicators
        companies = self.env.company, self.env["res.company"].create({"name": "Second"})
        pairs = [(one, company) for company in companies for one in indicators]
        related = {"family": "relatives"}
        with (
            patch.multiple(type(builtin(first.code)), **related),
            patch.multiple(type(builtin(third.code)), **related),
        ):
            groups = self.env["crm.indicator.run"]._get_groups(pairs)
        self.assertEqual(
            groups,
            [
                group
                for company in companies
                for group in (
                    [(first, company), (third, company)],
                    [(second, company)],
                )
            ],
        )
