"""What customers said in a period: satisfaction and complaints."""

from datetime import datetime, time

import pytz

from odoo import models
from odoo.fields import Domain

from .crm_loyalty_period import ONE_DAY
from .section import COUNT, MONEY, POINTS, SHARE, Column, Section


class CrmLoyaltyPeriod(models.AbstractModel):
    _inherit = "crm.loyalty.period"

    def _get_sections(self, company, start, end):
        return [
            *super()._get_sections(company, start, end),
            self._section_service(company, start, end),
        ]

    def _section_service(self, company, start, end):
        before = self._get_start_before(start, end)
        now = self._service_rows(company, start, end)
        then = self._service_rows(company, before, start - ONE_DAY)
        is_empty = not any(value for _kind, _name, value in (*now, *then))
        return Section(
            title=self.env._("Satisfaction and complaints"),
            text=self.env._(
                "NPS: share of answers 9 and 10 less the share of 0 to 6. CSAT: share "
                "of answers and ratings of 4 and 5."
            ),
            columns=(
                Column(self.env._("Indicator")),
                Column(self.env._("Period"), "row"),
                Column(self.env._("Period before"), "row"),
            ),
            kinds=tuple(kind for kind, _name, _value in now),
            rows=()
            if is_empty
            else tuple(
                (name, value, past[2])
                for (_kind, name, value), past in zip(now, then, strict=True)
            ),
            empty=self.env._("No answer, no rating and no complaint in this period."),
        )

    def _service_rows(self, company, start, end):
        """Return kind, name and value of the indicators of a period."""
        [(answers, nps)] = self._satisfaction("nps", company, start, end)
        [(ratings, csat)] = self._satisfaction("csat", company, start, end)
        opened = self._complaints(company, "date_open", start, end)
        closed = self._complaints(company, "date_closed", start, end)
        return [
            (POINTS, self.env._("NPS"), nps if answers else None),
            (COUNT, self.env._("Answers to it"), answers),
            (SHARE, self.env._("CSAT"), csat / 100 if ratings else None),
            (COUNT, self.env._("Answers and ratings"), ratings),
            (COUNT, self.env._("Complaints opened"), opened["count"]),
            (COUNT, self.env._("Complaints closed"), closed["count"]),
            (POINTS, self.env._("Days to close, on average"), closed["days"]),
            (MONEY, self.env._("Cost of the closed ones"), closed["cost"]),
        ]

    def _satisfaction(self, kind, company, start, end):
        return self.env["crm.loyalty.satisfaction"]._read_group(
            self._days(company, "date", start, end)
            & Domain("company_id", "=", company.id)
            & Domain("kind", "=", kind),
            [],
            ["__count", f"{kind}:avg"],
        )

    def _complaints(self, company, field, start, end):
        [(count, days, cost)] = self.env["crm.loyalty.complaint"]._read_group(
            self._days(company, field, start, end)
            & Domain("company_id", "=", company.id),
            [],
            ["__count", "resolution_days:avg", "cost:sum"],
        )
        return {
            "count": count,
            "days": days if count else None,
            "cost": cost if count else None,
        }

    def _days(self, company, field, start, end):
        """Return the domain of the company's days, as moments in UTC."""
        zone = pytz.timezone(company._loyalty_tz())

        def midnight(day):
            local = zone.localize(datetime.combine(day, time.min))
            return local.astimezone(pytz.utc).replace(tzinfo=None)

        return Domain(field, ">=", midnight(start)) & Domain(
            field, "<", midnight(end + ONE_DAY)
        )
