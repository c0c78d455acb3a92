import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize

from ..engine import opening
from ..models.crm_loyalty_adjustment import ADJUST_GROUP, APPROVE_GROUP
from .crm_loyalty_opening_import_line import LINE_STATES


class CrmLoyaltyOpeningImport(models.TransientModel):
    """Opening balances from another system: read, shown, then posted.

    Good rows are posted together or not at all; bad ones stay listed with the reason.
    A customer's opening is posted once, however often the file is imported.
    """

    _name = "crm.loyalty.opening.import"
    _description = "Import of Opening Balances"

    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        ondelete="cascade",
        domain=[("use_ledger", "=", True)],
    )
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("file", "File"), ("check", "Check"), ("done", "Done")],
        required=True,
        readonly=True,
        default="file",
    )
    line_ids = fields.One2many(
        "crm.loyalty.opening.import.line", "wizard_id", readonly=True
    )
    summary = fields.Text(compute="_compute_summary")
    has_good = fields.Boolean(compute="_compute_summary")

    @api.depends("line_ids.state", "line_ids.points")
    @api.depends_context("lang")
    def _compute_summary(self):
        for wizard in self:
            counts = dict.fromkeys(dict(LINE_STATES), 0)
            for line in wizard.line_ids:
                counts[line.state] += 1
            labels = dict(
                wizard.line_ids._fields["state"]._description_selection(self.env)
            )
            wizard.has_good = bool(counts["new"])
            wizard.summary = "\n".join(
                f"{labels[state]}: {count}" for state, count in counts.items() if count
            )

    def action_check(self):
        """Read the file and show what would be imported."""
        self.ensure_one()
        self._check_right()
        rows = self._read_rows()
        if not rows:
            raise UserError(
                self.env._("The file has a line of titles only, and nothing below it.")
            )
        self.line_ids = [Command.clear()] + [
            Command.create(values) for values in self._prepare_lines(rows)
        ]
        self.state = "check"
        return self._reopen()

    def action_import(self):
        """Post the good rows, in one transaction."""
        self.ensure_one()
        self._check_right()
        good = self.line_ids.filtered(lambda line: line.state == "new")
        if not good:
            raise UserError(self.env._("No row of the file can be imported."))
        for line, card in zip(good, self._cards(good), strict=True):
            card._post_points(
                "opening",
                line.points,
                key=line.key,
                expiration_date=line.expiry or None,
                reason=self.env._("Opening balance, %(file)s", file=self.filename),
            )
        good.state = "done"
        self.state = "done"
        return self._reopen()

    def action_back(self):
        self.ensure_one()
        self.write({"state": "file", "line_ids": [Command.clear()]})
        return self._reopen()

    def action_view_ledger(self):
        self.ensure_one()
        return self.program_id.action_view_ledger()

    def _check_right(self):
        user = self.env.user
        if not (user.has_group(ADJUST_GROUP) and user.has_group(APPROVE_GROUP)):
            raise AccessError(
                self.env._(
                    "Only sales managers who may adjust points import opening balances."
                )
            )
        if not self.program_id.use_ledger:
            raise UserError(
                self.env._(
                    "%(program)s keeps no ledger of points to open.",
                    program=self.program_id.name,
                )
            )

    def _reopen(self):
        return {
            "name": self.env._("Import Opening Balances"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _read_rows(self):
        if not self.file:
            raise UserError(self.env._("Please choose a file."))
        try:
            return opening.read(
                base64.b64decode(self.file), self.program_id._ledger_today()
            )
        except opening.UnreadableFile as error:
            raise UserError(self._explain_file(error)) from error

    def _explain_file(self, error):
        name = self.filename or self.env._("The file")
        if error.reason == "empty":
            return self.env._("%(file)s is empty.", file=name)
        if error.reason == "encoding":
            return self.env._(
                "%(file)s is no text in UTF-8 or Windows-1251. Save it as CSV in one "
                "of them.",
                file=name,
            )
        if error.reason == "format":
            return self.env._(
                "%(file)s is no table: %(detail)s", file=name, detail=error.detail
            )
        if error.detail == "points":
            return self.env._("%(file)s has no column “points” (“баллы”).", file=name)
        return self.env._(
            "%(file)s has neither a column “card” (“карта”) nor “customer” (“клиент”).",
            file=name,
        )

    def _prepare_lines(self, rows):
        """Return the rows as lines, with the card or customer each is for."""
        cards = self._find_cards({row.card for row in rows if row.card})
        partners = self._find_partners(
            {row.customer for row in rows if row.customer and not row.card}
        )
        lines, seen = [], {}
        for row in rows:
            values = self._prepare_line(row, cards, partners)
            owner = values.get("key")
            if owner in seen and values["state"] == "new":
                values |= {
                    "state": "bad",
                    "problem": self.env._(
                        "the same customer as in line %(line)s", line=seen[owner]
                    ),
                }
            elif owner:
                seen[owner] = row.line
            lines.append(values)
        known = self._known_keys(lines)
        for values in lines:
            if values["state"] == "new" and values["key"] in known:
                values["state"] = "known"
        return lines

    def _prepare_line(self, row, cards, partners):
        values = {
            "number": row.line,
            "reference": row.card or row.customer,
            "points": row.points,
            "expiry": row.expiry,
        }
        problem = self._explain_row(row)
        owner = self.env["res.partner"]
        if not problem and row.card:
            card = cards.get(row.card)
            problem, owner = self._card_owner(row, card)
        elif not problem:
            problem, owner = self._customer_owner(row, partners)
        if problem:
            return {**values, "state": "bad", "problem": problem}
        return {
            **values,
            "state": "new",
            "card_id": card.id if row.card else False,
            "partner_id": owner.id,
            "key": f"opening:{self.program_id.id}:"
            + (f"partner:{owner.id}" if owner else f"card:{card.id}"),
        }

    def _explain_row(self, row):
        return {
            None: False,
            "customer": self.env._("neither a card nor a customer"),
            "number": self.env._("“%(text)s” is no number of points", text=row.text),
            "positive": self.env._(
                "%(text)s points: an opening balance is above zero", text=row.text
            ),
            "date": self.env._(
                "“%(text)s” is no day such as 2026-12-31", text=row.text
            ),
            "past": self.env._("the points expired on %(text)s already", text=row.text),
            "duplicate": self.env._("%(text)s came in the file before", text=row.text),
        }[row.problem]

    def _card_owner(self, row, card):
        nobody = self.env["res.partner"]
        if not card:
            return self.env._("no card %(card)s", card=row.card), nobody
        if card.program_id != self.program_id:
            return (
                self.env._(
                    "the card %(card)s is of the programme %(program)s",
                    card=row.card,
                    program=card.program_id.name,
                ),
                nobody,
            )
        return False, card.partner_id

    def _customer_owner(self, row, partners):
        found = partners.get(row.customer.lower(), self.env["res.partner"])
        if not found:
            return (
                self.env._(
                    "no customer with the reference or e-mail %(customer)s",
                    customer=row.customer,
                ),
                found,
            )
        if len(found) > 1:
            return (
                self.env._(
                    "%(count)s customers have the reference or e-mail %(customer)s",
                    count=len(found),
                    customer=row.customer,
                ),
                found[:0],
            )
        if self.program_id.beneficiary == "commercial":
            found = found.commercial_partner_id
        return False, found

    def _find_cards(self, codes):
        found = self.env["loyalty.card"].search([("code", "in", list(codes))])
        return {card.code: card for card in found}

    def _find_partners(self, texts):
        """Return active customers by reference or e-mail, in small letters."""
        emails = {email_normalize(text) for text in texts} - {False}
        company = self.program_id.company_id
        partners = self.env["res.partner"].search(
            (
                Domain("ref", "in", list(texts))
                | Domain("email_normalized", "in", list(emails))
            )
            & Domain("company_id", "in", [False, *company.ids])
        )
        found = {}
        for partner in partners:
            for text in {(partner.ref or "").lower(), partner.email_normalized or ""}:
                found[text] = found.get(text, partner) | partner
        return found

    def _known_keys(self, lines):
        keys = [values["key"] for values in lines if values.get("key")]
        history = self.env["loyalty.history"].sudo()  # whoever imported it
        return set(
            history.search([("sequence_key", "in", keys)]).mapped("sequence_key")
        )

    def _cards(self, lines):
        """Return the card of each line, made where the customer has none."""
        job = self.env["crm.loyalty.bonus.job"]
        made = iter(
            job._cards(
                self.program_id,
                lines.filtered(lambda line: not line.card_id).partner_id.ids,
            )
        )
        return [line.card_id or next(made) for line in lines]
