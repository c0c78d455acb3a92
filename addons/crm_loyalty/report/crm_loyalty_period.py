"""What the customer base and the programmes did in a period, section by section."""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import format_date

from ..engine.customer_base import CustomerBase
from ..sql import customer_base
from .section import COUNT, MONEY, MONTH, SHARE, Column, Section

COHORTS = 12  # months of first purchases shown, as many months observed
ONE_DAY = relativedelta(days=1)


class CrmLoyaltyPeriod(models.AbstractModel):
    _name = "crm.loyalty.period"
    _description = "Customer Loyalty in a Period"

    @api.model
    def _get_sections(self, company, start, end):
        """Return the sections of the report, in their order."""
        return [
            self._section_indicators(company, start, end),
            self._section_revenue(company, start, end),
            self._section_cohorts(company, end),
            self._section_segments(company),
            self._section_stages(company),
        ]

    @api.model
    def _get_start_before(self, start, end):
        """Return the first day of the equally long period before: as many months where
        whole months are reported, as many days otherwise."""
        after = end + ONE_DAY
        if start.day == after.day == 1:
            months = (after.year - start.year) * 12 + after.month - start.month
            return start - relativedelta(months=months)
        return start - (after - start)

    @api.model
    def _get_base(self, company, start, end):
        """Return the indicators of the period as an engine's object."""
        before = self._get_start_before(start, end)
        self.env["sale.order"].flush_model()
        self.env["account.move"].flush_model()
        query = customer_base.period(self.env, company, start, end, before)
        self.env.cr.execute(query)
        [row] = self.env.cr.dictfetchall()
        return CustomerBase(**{name: float(value) for name, value in row.items()})

    @api.model
    def _get_headline(self, company, start, end):
        """Say the period in a sentence."""
        base = self._get_base(company, start, end)
        if not base.buyers:
            return self.env._("Nobody bought in this period.")
        sentences = [
            self.env._(
                "Revenue %(revenue)s from customers: %(buyers)s, of whom new: %(new)s.",
                revenue=company.currency_id.format(base.revenue),
                buyers=int(base.buyers),
                new=int(base.buyers_new),
            )
        ]
        if base.retention is not None:
            sentences.append(
                self.env._(
                    "Of the customers who bought in the period before, "
                    "%(share).0f %% bought again.",
                    share=100 * base.retention,
                )
            )
        return " ".join(sentences)

    def _section_indicators(self, company, start, end):
        before = self._get_start_before(start, end)
        now = self._get_base(company, start, end)
        then = self._get_base(company, before, start - ONE_DAY)
        rows = [
            (MONEY, self.env._("Revenue"), "revenue", ""),
            (COUNT, self.env._("Customers who bought"), "buyers", ""),
            (COUNT, self.env._("New customers"), "buyers_new", ""),
            (
                SHARE,
                self.env._("New-customer share"),
                "new_share",
                self.env._("revenue of new customers over all revenue"),
            ),
            (
                SHARE,
                self.env._("Retention"),
                "retention",
                self.env._("bought now and in the period before, over bought before"),
            ),
            (
                SHARE,
                self.env._("Repeat rate"),
                "repeat_rate",
                self.env._("customers with two purchases or more, over customers"),
            ),
            (
                SHARE,
                self.env._("Revenue retention"),
                "revenue_retention",
                self.env._(
                    "revenue now of the customers of the period before, over "
                    "their revenue then"
                ),
            ),
        ]
        return Section(
            title=self.env._("Customer base"),
            text=self.env._(
                "Compared with the equally long period from %(start)s to %(end)s.",
                start=format_date(self.env, before),
                end=format_date(self.env, start - ONE_DAY),
            ),
            columns=(
                Column(self.env._("Indicator")),
                Column(self.env._("Period"), "row"),
                Column(self.env._("Period before"), "row"),
                Column(self.env._("How it is counted")),
            ),
            kinds=tuple(kind for kind, *_rest in rows),
            rows=tuple(
                (name, getattr(now, field), getattr(then, field), rule)
                for _kind, name, field, rule in rows
            )
            if now.buyers or then.buyers
            else (),
            empty=self.env._("Nobody bought in this period or in the one before it."),
        )

    def _section_revenue(self, company, start, end):
        groups = self.env["crm.loyalty.revenue.report"]._read_group(
            [
                ("company_id", "=", company.id),
                ("date", ">=", start),
                ("date", "<=", end),
            ],
            ["date:month"],
            ["revenue:sum", "revenue_new:sum", "new_share:avg"],
        )
        return Section(
            title=self.env._("New and returning customers"),
            text=self.env._("New: the first purchase ever was in the same month."),
            columns=(
                Column(self.env._("Month"), MONTH),
                Column(self.env._("Revenue"), MONEY),
                Column(self.env._("Of new customers"), MONEY),
                Column(self.env._("Of returning customers"), MONEY),
                Column(self.env._("New-customer share"), SHARE),
            ),
            rows=tuple(
                (month, total, new, total - new, share)
                for month, total, new, share in groups
            ),
            empty=self.env._("No sale in this period."),
        )

    def _section_cohorts(self, company, end):
        last = end.replace(day=1)
        cells = self.env["crm.loyalty.cohort.report"].search(
            [
                ("company_id", "=", company.id),
                ("cohort_date", ">", last - relativedelta(months=COHORTS)),
                ("date", "<=", last),
            ],
            order="cohort_date, months_since",
        )
        by_cohort = cells.grouped("cohort_date")
        ages = range(COHORTS)
        return Section(
            title=self.env._("Cohorts"),
            text=self.env._(
                "Share of the customers who bought again so many months after the "
                "month of their first purchase."
            ),
            columns=(
                Column(self.env._("First purchase"), MONTH),
                Column(self.env._("Customers"), COUNT),
                *(Column(str(age), SHARE) for age in ages),
            ),
            rows=tuple(
                (
                    month,
                    cohort[:1].customer_count,
                    *self._fill(cohort.mapped("retention"), len(ages)),
                )
                for month, cohort in by_cohort.items()
            ),
            is_shaded=True,
            empty=self.env._("Nobody bought for the first time in these months."),
        )

    @api.model
    def _fill(self, values, length):
        return (*values, *(None for _missing in range(length - len(values))))

    def _section_segments(self, company):
        return self._section_customers(
            company, "segment_id", self.env._("Segments"), self.env._("Segment")
        )

    def _section_stages(self, company):
        return self._section_customers(
            company, "stage_id", self.env._("Life cycle"), self.env._("Stage")
        )

    def _section_customers(self, company, field, title, column):
        """Return customers and revenue by a property of the profile."""
        groups = self.env["crm.loyalty.profile"]._read_group(
            [("company_id", "=", company.id), (field, "!=", False)],
            [field],
            ["__count", "revenue_12m:sum"],
        )
        total = sum(revenue for _group, _count, revenue in groups)
        today = company._loyalty_today()
        return Section(
            title=title,
            text=self.env._(
                "As of %(today)s, with the revenue of the twelve months before.",
                today=format_date(self.env, today),
            ),
            columns=(
                Column(column),
                Column(self.env._("Customers"), COUNT),
                Column(self.env._("Revenue, 12 months"), MONEY),
                Column(self.env._("Share of the revenue"), SHARE),
            ),
            rows=tuple(
                (group.name, count, revenue, revenue / total if total else None)
                for group, count, revenue in groups
            ),
            empty=self.env._("No customer has been scored yet."),
        )
