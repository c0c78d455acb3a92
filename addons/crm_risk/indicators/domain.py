"""The measurer of indicators that users define without code."""

import ast
import json
from collections import defaultdict
from datetime import datetime

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .base import DECIMALS, Indicator, values_query


class DomainIndicator(Indicator):
    """Counts or sums records of one model through the ORM, as its owner.

    Numerator and denominator are read apart, each in one grouped query; a cell
    exists where either has records.
    """

    def __init__(self, indicator):
        self.indicator = indicator
        self.code = indicator.code
        self.model = indicator.model_name
        self.date_field = indicator.date_field_id.name

    # What is read -------------------------------------------------------------------

    def records_model(self, env, company):
        """The model as the owner sees it, working in one company."""
        owner = self.indicator.owner_id
        if not owner.active:
            raise UserError(
                env._(
                    "The owner of %(name)s is no longer active: somebody with the"
                    " rights to read its records must save the definition again.",
                    name=self.indicator.display_name,
                )
            )
        context = {"allowed_company_ids": company.ids, "lang": owner.lang}
        return env(user=owner.id, su=False, context=context)[self.model]

    def scope(self, model, window):
        """Domain of the window: its days and its company."""
        domain = Domain.TRUE
        if model._fields[self.date_field].type == "date":
            domain &= Domain(self.date_field, ">=", window.first)
            domain &= Domain(self.date_field, "<=", window.last)
        else:
            domain &= Domain(self.date_field, ">=", window.start)
            domain &= Domain(self.date_field, "<", window.end)
        company = model._fields.get("company_id")
        if company and company.store:
            own = [window.company_id] + ([False] if window.takes_shared else [])
            domain &= Domain("company_id", "in", own)
        return domain

    def parts(self):
        """((domain, name of the summed field or ``None``), …): one or two."""
        indicator = self.indicator
        found = [(indicator.domain, indicator.measure_field_id.name or None)]
        if indicator.denominator_mode != "none":
            field = indicator.denominator_field_id
            summed = field.name if indicator.denominator_mode == "sum" else None
            found.append((indicator.denominator_domain, summed))
        return [(Domain(ast.literal_eval(text or "[]")), name) for text, name in found]

    def by_team(self, model):
        field = model._fields.get("team_id")
        return bool(field and field.store and field.comodel_name == "crm.team")

    # Facts --------------------------------------------------------------------------

    def facts(self, env, window):
        company = env["res.company"].browse(window.company_id)
        model = self.records_model(env, company).with_context(tz=window.tz)
        cells = defaultdict(lambda: [0.0, 0.0, 0])
        for place, (domain, summed) in enumerate(self.parts()):
            for day, team_id, count, total in self.groups(
                model, window, domain, summed
            ):
                cell = cells[day, team_id]
                cell[place] = count if summed is None else total
                cell[2] = max(cell[2], count)
        return values_query(
            (day, team_id, None, None, *(round(part, DECIMALS) for part in cell), None)
            for (day, team_id), cell in cells.items()
        )

    def groups(self, model, window, domain, summed):
        """(date of the fact, team id, count, sum) of one part of the definition."""
        groupby = [f"{self.date_field}:month"] if window.is_month else []
        groupby += ["team_id"] if self.by_team(model) else []
        aggregates = ["__count", f"{summed}:sum" if summed else "__count"]
        domain &= self.scope(model, window)
        for group in model._read_group(domain, groupby, aggregates):
            *keys, count, total = group
            day = as_date(keys.pop(0)) if window.is_month else window.last
            if count:
                yield day, keys[0].id or None if keys else None, count, total or 0.0

    def ids(self, env, window, cell):
        company = env["res.company"].browse(window.company_id)
        window = window.only(cell.date)
        model = self.records_model(env, company)
        scope = self.scope(model, window)
        if self.by_team(model):
            scope &= Domain("team_id", "=", cell.team_id or False)
        rows = defaultdict(lambda: [0.0, 0.0])
        for place, (domain, summed) in enumerate(self.parts()):
            for record in model.search(domain & scope):
                rows[record.id][place] = record[summed] if summed else 1.0
        if not rows:
            return SQL("SELECT NULL::integer, 0, 0 WHERE FALSE")
        found = (SQL("%s", (key, *amounts)) for key, amounts in rows.items())
        return SQL("VALUES %s", SQL(", ").join(found))

    # Changes ------------------------------------------------------------------------

    def touched_days(self, env, window, since: datetime):
        company = env["res.company"].browse(window.company_id)
        model = self.records_model(env, company).with_context(tz=window.tz)
        if not model._log_access:
            return None
        groups = model.with_context(active_test=False)._read_group(
            Domain("write_date", ">=", since), [f"{self.date_field}:month"]
        )
        return {as_date(day) for [day] in groups if day}

    def definition(self, env):
        indicator = self.indicator
        text = [
            self.model,
            self.date_field,
            indicator.domain,
            indicator.measure_field_id.name,
            indicator.denominator_mode,
            indicator.denominator_domain,
            indicator.denominator_field_id.name,
        ]
        return self._fingerprint(json.dumps(text))


def as_date(day):
    """First of the month; datetimes of grouped reads come in UTC wall time of the
    grouping's time zone."""
    return fields.Date.to_date(day)
