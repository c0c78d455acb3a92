import base64

from odoo.exceptions import AccessError, UserError

from .common_programs import ProgramCase


class TestOpeningImport(ProgramCase):
    """Anna has the reference C1 and an e-mail, Boris a card, two others share one
    e-mail. Today is 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._program()
        cls.anna = cls._customer("Anna", ref="C1", email="Anna@Example.com")
        cls.boris = cls._customer("Boris", email="boris@example.com")
        cls.card = cls._card(cls.program, cls.boris, code="044-B")
        cls.other = cls._program(name="Other")
        cls._card(cls.other, cls.anna, code="044-OTHER")
        cls._customer("Twin 1", email="twin@example.com")
        cls._customer("Twin 2", email="twin@example.com")
        cls.boss = cls._new_user(
            "boss",
            "sales_team.group_sale_manager,crm_loyalty.crm_loyalty_group_points_adjust",
        )

    def _wizard(self, text, encoding="utf-8", user=None, program=None):
        content = text if isinstance(text, bytes) else text.encode(encoding)
        return (
            self.env["crm.loyalty.opening.import"]
            .with_user(user or self.boss)
            .create(
                {
                    "program_id": (program or self.program).id,
                    "file": base64.b64encode(content),
                    "filename": "old.csv",
                }
            )
        )

    def _checked(self, text, **options):
        wizard = self._wizard(text, **options)
        wizard.action_check()
        return wizard

    def _lines(self, wizard):
        return [
            (line.number, line.state, line.problem or "") for line in wizard.line_ids
        ]

    def _points(self, partner):
        return sum(
            self.cards.search(
                [("program_id", "=", self.program.id), ("partner_id", "=", partner.id)]
            ).mapped("points")
        )

    def test_good_file(self):
        wizard = self._checked(
            "card;customer;points;expiry\n;C1;100,50;2026-12-31\n044-B;;40;\n"
        )
        self.assertEqual(self._lines(wizard), [(2, "new", ""), (3, "new", "")])
        self.assertEqual(self._points(self.anna), 0, "only shown yet")
        wizard.action_import()
        self.assertEqual(self._points(self.anna), 100.5)
        self.assertEqual(self._points(self.boris), 40)
        row = self.history.search(
            [("partner_id", "=", self.anna.id), ("program_id", "=", self.program.id)]
        )
        self.assertEqual(row.move_type, "opening")
        self.assertEqual(str(row.expiration_date), "2026-12-31")
        self.assertIn("old.csv", row.reason)
        self.assertIn("Imported: 2", wizard.summary)

    def test_russian_file_of_windows(self):
        wizard = self._checked(
            "Клиент;Баллы;Действует до\nanna@example.com;1 200;31.12.2026\n",
            encoding="cp1251",
        )
        wizard.action_import()
        self.assertEqual(self._points(self.anna), 1200)

    def test_second_import_posts_nothing(self):
        text = "customer,points\nC1,100\n"
        self._checked(text).action_import()
        again = self._checked(text + "boris@example.com,5\n")
        self.assertEqual(self._lines(again), [(2, "known", ""), (3, "new", "")])
        again.action_import()
        self.assertEqual(self._points(self.anna), 100)
        self.assertEqual(self._points(self.boris), 5)
        third = self._checked(text)
        with self.assertRaisesRegex(UserError, "No row of the file can be imported"):
            third.action_import()

    def test_bad_rows_are_listed_and_good_ones_kept(self):
        wizard = self._checked(
            "card;customer;points;expiry\n"
            ";nobody@example.com;1;\n"
            "044-X;;1;\n"
            "044-OTHER;;1;\n"
            ";twin@example.com;1;\n"
            ";;1;\n"
            ";C1;many;\n"
            ";C1;-5;\n"
            ";C1;1;31.31.2026\n"
            ";C1;1;2020-01-01\n"
            ";C1;7;\n"
            ";C1;8;\n"
            ";anna@example.com;9;\n"
        )
        told = dict(
            (number, problem) for number, _state, problem in self._lines(wizard)
        )
        for number, words in {
            2: "no customer with the reference or e-mail nobody@example.com",
            3: "no card 044-X",
            4: "the card 044-OTHER is of the programme Other",
            5: "2 customers have the reference or e-mail twin@example.com",
            6: "neither a card nor a customer",
            7: "“many” is no number of points",
            8: "-5 points: an opening balance is above zero",
            9: "“31.31.2026” is no day such as 2026-12-31",
            10: "the points expired on 2020-01-01 already",
            11: "",
            12: "C1 came in the file before",
            13: "the same customer as in line 11",
        }.items():
            self.assertEqual(told[number], words, number)
        self.assertEqual(wizard.line_ids.mapped("state").count("bad"), 11)
        wizard.action_import()
        self.assertEqual(self._points(self.anna), 7)

    def test_customer_and_his_card_are_the_same(self):
        wizard = self._checked("card;customer;points\n044-B;;1\n;boris@example.com;2\n")
        self.assertEqual(
            self._lines(wizard),
            [(2, "new", ""), (3, "bad", "the same customer as in line 2")],
        )

    def test_unusable_files_are_explained(self):
        for content, told in (
            (b"", "choose a file"),
            (b"\n\n", "old.csv is empty"),
            ("customer;points\nC1;1".encode("utf-16"), "no text in UTF-8 or Windows"),
            (b"customer;sum\nC1;1\n", "no column “points”"),
            (b"name;points\nC1;1\n", "neither a column “card”"),
            (b"customer;points\n", "a line of titles only"),
            (b'customer;points\n"C1;1\n', "old.csv is no table"),
        ):
            wizard = self._wizard(content)
            with self.subTest(told), self.assertRaisesRegex(UserError, told):
                wizard.action_check()

    def test_programme_without_a_ledger_is_refused(self):
        program = self._program(name="Stock", use_ledger=False)
        with self.assertRaisesRegex(UserError, "Stock keeps no ledger"):
            self._wizard("customer;points\nC1;1\n", program=program).action_check()

    def test_all_or_nothing(self):
        """A customer gone between check and import stops the whole import."""
        wizard = self._checked("customer;points\nC1;1\nboris@example.com;2\n")
        wizard.line_ids[1].card_id = self.cards.search([("code", "=", "044-OTHER")])
        self.other.use_ledger = False
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_import()
        self.assertEqual(self._points(self.anna), 0)
        self.assertEqual(wizard.state, "check")

    def test_card_of_the_firm(self):
        self.program.beneficiary = "commercial"
        firm = self._customer("Dacha", is_company=True)
        self._customer("Clara", parent_id=firm.id, email="clara@dacha.example.com")
        self._checked("customer;points\nclara@dacha.example.com;5\n").action_import()
        self.assertEqual(self._points(firm), 5)

    def test_archived_customer_is_unknown(self):
        self.anna.active = False
        wizard = self._checked("customer;points\nC1;1\n")
        self.assertIn("no customer", wizard.line_ids.problem)

    def test_another_file(self):
        wizard = self._checked("customer;points\nC1;1\n")
        wizard.action_back()
        self.assertEqual(wizard.state, "file")
        self.assertFalse(wizard.line_ids)

    def test_only_managers_who_may_adjust(self):
        for login, groups in (
            ("manager", "sales_team.group_sale_manager"),
            (
                "clerk",
                "sales_team.group_sale_salesman,"
                "crm_loyalty.crm_loyalty_group_points_adjust",
            ),
        ):
            user = self._new_user(login, groups)
            with self.assertRaises(AccessError):
                self._wizard("customer;points\nC1;1\n", user=user).action_check()
        wizard = self._checked("customer;points\nC1;1\n")
        with self.assertRaises(AccessError):
            wizard.with_user(user).action_import()

    def test_number_of_queries_of_the_check_does_not_grow(self):
        def measure(number):
            customers = self.env["res.partner"].create(
                [{"name": "N", "ref": f"{number}-{each}"} for each in range(number)]
            )
            text = "customer;points\n" + "".join(
                f"{customer.ref};1\n" for customer in customers
            )
            wizard = self._wizard(text)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rows = wizard._prepare_lines(wizard._read_rows())
            self.assertEqual(len(rows), number)
            return self.env.cr.sql_log_count - before

        measure(2)
        self.assertLessEqual(measure(60), measure(3) + 1)
