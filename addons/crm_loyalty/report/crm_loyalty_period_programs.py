"""What the programmes did in a period: points, debt, effect, tiers."""

from odoo import models
from odoo.fields import Domain

from ..engine import uplift
from .section import COUNT, MONEY, POINTS, SHARE, Column, Section


class CrmLoyaltyPeriod(models.AbstractModel):
    _inherit = "crm.loyalty.period"

    def _get_sections(self, company, start, end):
        return [
            *super()._get_sections(company, start, end),
            self._section_effects(company, start, end),
            self._section_points(company, start, end),
            self._section_tiers(company),
        ]

    def _section_effects(self, company, start, end):
        programs = self.env["loyalty.program"].search(
            [*self._of_company(company), ("holdout_date", "!=", False)]
        )
        found = programs._holdout_uplift(start, end)
        return Section(
            title=self.env._("Effect of the programmes"),
            text=self.env._(
                "Revenue of the customers who took part against customers kept out "
                "by chance, with the 95 % interval."
            ),
            columns=(
                Column(self.env._("Programme")),
                Column(self.env._("Took part"), COUNT),
                Column(self.env._("Kept out"), COUNT),
                Column(self.env._("Effect"), MONEY),
                Column(self.env._("At least"), MONEY),
                Column(self.env._("At most"), MONEY),
                Column(self.env._("Verdict")),
            ),
            rows=tuple(
                self._effect_row(program, values, company, end)
                for program, values in found.items()
            ),
            empty=self.env._(
                "No programme keeps customers out by chance, so no effect can be told "
                "from what would have come anyway. A hold-out is set on the programme."
            ),
        )

    def _effect_row(self, program, values, company, end):
        result = values["result"]
        if isinstance(result, uplift.TooFew):
            verdict = self.env._(
                "too few customers: at least %(minimum)s are needed on either side",
                minimum=result.minimum,
            )
            groups, money = (result.treated, result.control), (None, None, None)
        else:
            verdict = self._verdict(result)
            groups = (result.treated.n, result.control.n)
            money = (
                values["currency"]._convert(
                    values[name], company.currency_id, company, end
                )
                for name in ("effect", "low", "high")
            )
        return (program.name, *groups, *money, verdict)

    def _verdict(self, result):
        if result.low > 0:
            return self.env._("proven gain")
        return (
            self.env._("proven loss") if result.high < 0 else self.env._("not proven")
        )

    def _section_points(self, company, start, end):
        months = self.env["crm.loyalty.liability.report"].search(
            [*self._of_company(company), ("date", "<=", end)], order="program_id, date"
        )
        return Section(
            title=self.env._("Points and what they owe"),
            text=self.env._(
                "Points of the calendar months of the period; what is outstanding, "
                "the liability and the rates at its end. Redemption: redeemed over "
                "issued. Breakage: expired over issued."
            ),
            columns=(
                Column(self.env._("Programme")),
                Column(self.env._("Issued"), POINTS),
                Column(self.env._("Redeemed"), POINTS),
                Column(self.env._("Expired"), POINTS),
                Column(self.env._("Outstanding"), POINTS),
                Column(self.env._("Liability"), MONEY),
                Column(self.env._("Redemption"), SHARE),
                Column(self.env._("Breakage"), SHARE),
            ),
            rows=tuple(
                self._points_row(program, rows, company, start, end)
                for program, rows in months.grouped("program_id").items()
            ),
            empty=self.env._("No points have been given up to the end of the period."),
        )

    def _points_row(self, program, rows, company, start, end):
        last = rows[-1]
        period = rows.filtered(lambda row: row.date >= start.replace(day=1))
        has_rates = last.total_issued > 0
        return (
            program.name,
            *(
                sum(period.mapped(name))
                for name in ("points_issued", "points_redeemed", "points_expired")
            ),
            last.points_outstanding,
            last.currency_id._convert(
                last.liability, company.currency_id, company, end
            ),
            last.redemption_rate if has_rates else None,
            last.breakage_rate if has_rates else None,
        )

    def _section_tiers(self, company):
        tiers = self.env["crm.loyalty.tier"].search(self._of_company(company))
        return Section(
            title=self.env._("Tiers"),
            text=self.env._("Customers who hold each tier today."),
            columns=(
                Column(self.env._("Programme")),
                Column(self.env._("Tier")),
                Column(self.env._("Starts at")),
                Column(self.env._("Points multiplied by"), POINTS),
                Column(self.env._("Customers"), COUNT),
            ),
            rows=tuple(
                (
                    tier.program_id.name,
                    tier.name,
                    tier._format_quantity(tier.threshold),
                    tier.multiplier,
                    tier.card_count,
                )
                for tier in tiers
            ),
            empty=self.env._("No programme has tiers."),
        )

    def _of_company(self, company):
        """Programmes without a company are shared by all."""
        return Domain("company_id", "in", (False, company.id))
