from odoo import api, fields, models

from ..sql import decisions


class CrmLoyaltyScoring(models.AbstractModel):
    """What came of approved strategies, against similar untouched customers."""

    _inherit = "crm.loyalty.scoring"

    @api.model
    def _after_scoring_steps(self):
        return [
            *super()._after_scoring_steps(),
            (40, "decisions", self._follow_decisions),
        ]

    @api.model
    def _follow_decisions(self, company, today, run):
        self.env.flush_all()
        self._note_untouched(company)
        strategies = self._measure_decisions(company, today)
        if strategies:
            self._update_results(company, today, strategies)

    @api.model
    def _note_untouched(self, company):
        log = self.env["crm.loyalty.decision"].sudo()  # every customer is compared
        fresh = log.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "approved"),
                ("is_compared", "=", False),
            ]
        )
        if fresh:
            self.env.cr.execute(
                decisions.note_untouched(company, fields.Datetime.now(), self.env.uid)
            )
            fresh.is_compared = True
            log.invalidate_model()

    @api.model
    def _measure_decisions(self, company, today):
        """Measure what is due; return the strategies with something new."""
        log = self.env["crm.loyalty.decision"].sudo()  # as above
        log.flush_model()
        self.env.cr.execute(
            decisions.measure_due(company, today, self._sql_documents(company))
        )
        found = {row[0] for row in self.env.cr.fetchall()}
        log.invalidate_model()
        strategies = self.env["crm.loyalty.strategy"].sudo()  # whoever starts the job
        return strategies.browse(sorted(found))

    @api.model
    def _update_results(self, company, today, strategies):
        groups = {}
        for strategy, measure, treated, *figures in self.env.execute_query(
            decisions.groups(company, strategies)
        ):
            groups.setdefault((strategy, measure), {})[treated] = figures
        approved = self._measured_approvals(company)
        results = self.env["crm.loyalty.strategy.result"].sudo()  # nobody writes them
        for strategy in strategies:
            alone = {True: (approved.get(strategy, 0), 0.0, 0.0)}
            for name in results._measures(company):
                found = groups.get((strategy.id, name), alone)
                results._store(strategy, company, name, today, found)

    @api.model
    def _measured_approvals(self, company):
        """Return how many approvals were measured, comparable or not."""
        return dict(
            self.env["crm.loyalty.decision"]
            .sudo()  # as above
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "approved"),
                    ("measured_date", "!=", False),
                ],
                ["strategy_id"],
                ["__count"],
            )
        )
