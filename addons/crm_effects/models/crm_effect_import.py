"""Monthly figures from before the ERP, read from a file: kept apart, never a proof."""

import base64
import csv
import io
import math
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

STATES = [("draft", "Draft"), ("done", "Imported")]
MONTH_FORMATS = ("%Y-%m-%d", "%Y-%m", "%d.%m.%Y", "%m.%Y", "%d/%m/%Y", "%m/%Y")
ENCODINGS = ("utf-8-sig", "cp1251")
MOST_ERRORS = 10
"""More bad lines than these tell nothing new."""


class CrmEffectImport(models.Model):
    _name = "crm.effect.import"
    _description = "Imported History"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    is_ratio = fields.Boolean(compute="_compute_is_ratio")
    file = fields.Binary(attachment=True, copy=False)
    file_name = fields.Char()
    month_column = fields.Char(
        required=True, default="month", help="Header of the column with the month."
    )
    value_column = fields.Char(
        required=True,
        default="value",
        help="Header of the column with the figure; of a ratio, its numerator.",
    )
    denominator_column = fields.Char(
        default="denominator",
        help="Header of the column with what a ratio is a ratio of.",
    )
    team_column = fields.Char(
        help="Header of the column with the sales team; empty if the file is of the"
        " whole company."
    )
    source = fields.Char(
        help="Where the figures come from: they are worth as much as their source."
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    line_ids = fields.One2many("crm.effect.import.line", "import_id", copy=False)
    line_count = fields.Integer(string="Lines", compute="_compute_line_count")

    @api.depends("indicator_id", "source")
    def _compute_name(self):
        for record in self:
            parts = (record.indicator_id.display_name, record.source)
            record.name = " · ".join(filter(None, parts))

    @api.depends("indicator_id")
    def _compute_is_ratio(self):
        for record in self:
            record.is_ratio = record.indicator_id._is_ratio()

    @api.depends("line_ids")
    def _compute_line_count(self):
        for record in self:
            record.line_count = len(record.line_ids)

    # Reading the file ----------------------------------------------------------------

    def action_import(self):
        """Read the whole file, or nothing of it."""
        self.check_access("write")
        for record in self:
            rows = record._read_file()
            problems, values = record._parse(rows)
            if problems:
                raise UserError(record._list_problems(problems))
            record.line_ids.unlink()
            record.write(
                {"line_ids": [(0, 0, vals) for vals in values], "state": "done"}
            )
        return True

    def action_withdraw(self):
        """Take the figures out again; the file is kept."""
        self.check_access("write")
        self.line_ids.unlink()
        self.state = "draft"
        return True

    def _read_file(self):
        """The lines of the file as dicts, whatever the separator and the encoding."""
        if not self.file:
            raise UserError(self.env._("Choose the file to import."))
        text = self._decode(base64.b64decode(self.file))
        sample = text.split("\n", 1)[0]
        separator = max(";,\t", key=sample.count)
        reader = csv.DictReader(io.StringIO(text), delimiter=separator)
        headers = [header.strip() for header in reader.fieldnames or []]
        reader.fieldnames = headers
        missing = [name for name in self._get_columns() if name not in headers]
        if missing:
            raise UserError(
                self.env._(
                    "The file has no column %(missing)s. Its columns: %(headers)s.",
                    missing=", ".join(missing),
                    headers=", ".join(headers) or "–",
                )
            )
        return list(reader)

    def _decode(self, content):
        for encoding in ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise UserError(
            self.env._("The file is no text: save the sheet as CSV in UTF-8.")
        )

    def _get_columns(self):
        columns = [self.month_column, self.value_column]
        if self.is_ratio:
            columns.append(self.denominator_column or "denominator")
        if self.team_column:
            columns.append(self.team_column)
        return columns

    def _parse(self, rows):
        """([(line number, problem)], values of the lines)"""
        problems, values, seen = [], [], {}
        if not rows:
            problems.append((1, self.env._("there are no lines below the header")))
        teams = self._get_teams()
        for number, row in enumerate(rows, start=2):
            try:
                vals = self._parse_row(row, teams)
                key = (vals["date"], vals["team_id"])
                if key in seen:
                    raise ValidationError(
                        self.env._("the month is in line %(line)s too", line=seen[key])
                    )
                seen[key] = number
                values.append(vals)
            except ValidationError as trouble:
                problems.append((number, str(trouble.args[0])))
        return problems, values

    def _get_teams(self):
        teams = self.env["crm.team"].search(
            [("company_id", "in", [self.company_id.id, False])]
        )
        return {team.name.strip().lower(): team.id for team in teams}

    def _parse_row(self, row, teams):
        values = {
            "date": self._parse_month(row[self.month_column]),
            "numerator": self._parse_number(row[self.value_column]),
            "denominator": 0.0,
            "team_id": False,
        }
        if self.is_ratio:
            values["denominator"] = self._parse_number(row[self.denominator_column])
            if values["denominator"] <= 0:
                raise ValidationError(self.env._("the denominator must be above zero"))
        if self.team_column:
            name = (row[self.team_column] or "").strip()
            if name.lower() not in teams:
                raise ValidationError(
                    self.env._("there is no sales team “%(team)s”", team=name)
                )
            values["team_id"] = teams[name.lower()]
        return values

    def _parse_month(self, text):
        text = (text or "").strip()
        for pattern in MONTH_FORMATS:
            try:
                month = datetime.strptime(text, pattern).date().replace(day=1)
            except ValueError:
                continue
            if month > fields.Date.context_today(self):
                raise ValidationError(
                    self.env._("the month %(month)s lies ahead", month=text)
                )
            return month
        raise ValidationError(
            self.env._(
                "“%(text)s” is no month; write it like 2024-03 or 03.2024", text=text
            )
        )

    def _parse_number(self, text):
        """A number with a point or a comma, spaces between the thousands."""
        plain = "".join((text or "").split()).replace("\u202f", "")
        if plain.count(",") == 1 and "." not in plain:
            plain = plain.replace(",", ".")
        try:
            number = float(plain)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValidationError(
                self.env._("“%(text)s” is no number", text=(text or "").strip())
            )
        return number

    def _list_problems(self, problems):
        lines = [
            self.env._("Line %(line)s: %(problem)s.", line=number, problem=problem)
            for number, problem in problems[:MOST_ERRORS]
        ]
        if len(problems) > MOST_ERRORS:
            lines.append(
                self.env._("Bad lines in all: %(count)s.", count=len(problems))
            )
        lines.append(self.env._("Nothing was imported."))
        return "\n".join(lines)

    # What estimates read -------------------------------------------------------------

    @api.model
    def _get_monthly_sums(self, indicator, company, teams):
        """{month: (numerator, denominator)} of the imported files.

        Figures by team serve teams; the whole company is its own lines, else the sum
        of the teams'.
        """
        domain = Domain("import_id.indicator_id", "=", indicator.id)
        domain &= Domain("import_id.company_id", "=", company.id)
        if teams:
            domain &= Domain("team_id", "in", teams.ids)
        # sudo: sums only, as those of the measured figures
        groups = (
            self.env["crm.effect.import.line"]
            .sudo()
            ._read_group(
                domain, ["date:month", "team_id"], ["numerator:sum", "denominator:sum"]
            )
        )
        whole, parts = {}, {}
        for month, team, numerator, denominator in groups:
            if not team:
                whole[month] = (numerator, denominator)
                continue
            known = parts.get(month, (0.0, 0.0))
            parts[month] = (known[0] + numerator, known[1] + denominator)
        return {**parts, **whole}


class CrmEffectImportLine(models.Model):
    _name = "crm.effect.import.line"
    _description = "Imported Month"
    _order = "date, id"

    import_id = fields.Many2one(
        "crm.effect.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    date = fields.Date(required=True, string="Month")
    team_id = fields.Many2one("crm.team", ondelete="cascade")
    numerator = fields.Float(digits=0, string="Figure", aggregator=None)
    denominator = fields.Float(digits=0, aggregator=None)

    _month_unique = models.UniqueIndex(
        "(import_id, date, COALESCE(team_id, 0))",
        "The file has this month twice.",
    )
