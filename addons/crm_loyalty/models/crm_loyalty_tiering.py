"""Nightly look at the tiers: set-based, one statement per programme.

Promotions at once; a tier that has run out is met again, or left after the days of
grace as its rule says. What counts is read from the ledger, so each card counts what
earned on it. A second run on the same day changes nothing.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

WRITTEN = (
    "tier_id",
    "tier_date",
    "tier_expiration_date",
    "tier_locked_until",
    "tier_lock_reason",
    "qualifying_amount",
)


class CrmLoyaltyTiering(models.AbstractModel):
    _name = "crm.loyalty.tiering"
    _description = "Loyalty Tiers by Night"

    @api.model
    def _refresh(self, company, today, run):
        """Look at the tiers of the programmes scored with this company."""
        programs = self.env["loyalty.program"]._scored_with(company)
        for program in programs.filtered("level_ids"):
            self._refresh_program(program, today)

    @api.model
    def _refresh_program(self, program, today):
        """Bring the tiers of a programme up to date; return the number of changes."""
        self.env.flush_all()
        self._decide(program, today)
        changed = self._log_transitions(today)
        self._write_cards()
        self.env.cr.execute("DROP TABLE crm_loyalty_tiering")
        self.env["loyalty.card"].invalidate_model(WRITTEN)
        return changed

    def _decide(self, program, today):
        """Fill the temporary table: one row per card with its tier from today on.

        Tiers are told by their rank, 0 for none: comparisons are of ranks.
        """
        levels = program.level_ids.sorted("threshold")
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE crm_loyalty_tiering ON COMMIT DROP AS
                WITH counted AS (%(counted)s),
                held AS (%(held)s),
                decided AS (SELECT *, %(decision)s AS rank FROM held)
                SELECT id, tier_id AS old_tier_id, held, rank,
                       %(tier)s AS tier_id, qualifying_amount,
                       CASE WHEN rank = held THEN tier_date
                            WHEN rank > 0 THEN %(today)s END AS tier_date,
                       %(expiration)s AS tier_expiration_date,
                       CASE WHEN rank = held AND NOT ended
                            THEN tier_locked_until END AS tier_locked_until,
                       CASE WHEN rank = held AND NOT ended
                            THEN tier_lock_reason END AS tier_lock_reason
                  FROM decided""",
                counted=self._sql_counted(program, today),
                held=self._sql_held(program, levels, today),
                decision=self._sql_decision(levels),
                tier=_case(
                    "rank", [(n + 1, level.id) for n, level in enumerate(levels)]
                ),
                today=today,
                expiration=self._sql_expiration(program, today),
            )
        )

    def _sql_counted(self, program, today):
        """Sum per card what counts in the window, and in the year before it."""
        start, before = self._windows(program, today)
        return SQL(
            """
            SELECT card_id,
                   SUM(quantity) FILTER (WHERE day >= %(start)s) AS now,
                   SUM(quantity) FILTER (WHERE day < %(start)s) AS before
              FROM (%(source)s) source
             WHERE day >= %(before)s AND day <= %(today)s
             GROUP BY card_id""",
            start=start,
            before=before,
            today=today,
            source=program._sql_qualifying(),
        )

    def _windows(self, program, today):
        """Return the first day that counts, and the first of the window before.

        A calendar year is judged when it is over: the year before keeps a tier. A
        rolling window has no other before it.
        """
        if program.tier_window == "calendar":
            start = date(today.year, 1, 1)
            return start, start - relativedelta(years=1)
        start = today - relativedelta(months=program.tier_months, days=-1)
        return start, start

    def _sql_held(self, program, levels, today):
        def rank(amount):
            steps = [
                SQL("WHEN %s >= %s THEN %s", amount, level.threshold, number + 1)
                for number, level in reversed(list(enumerate(levels)))
            ]
            return SQL("CASE %s ELSE 0 END", SQL(" ").join(steps))

        return SQL(
            """
            SELECT card.id, card.tier_id, card.tier_date, card.tier_expiration_date,
                   card.tier_locked_until, card.tier_lock_reason,
                   ROUND(COALESCE(counted.now, 0)::numeric, 2)::float8
                       AS qualifying_amount,
                   COALESCE(%(held)s, 0) AS held,
                   %(earned)s AS earned,
                   %(kept)s AS kept,
                   COALESCE(card.tier_locked_until >= %(today)s, FALSE) AS locked,
                   COALESCE(card.tier_expiration_date + %(grace)s < %(today)s, FALSE)
                       AS ended
              FROM loyalty_card card
              LEFT JOIN counted ON counted.card_id = card.id
             WHERE card.program_id = %(program)s AND card.active""",
            held=_case(
                "card.tier_id", [(level.id, n + 1) for n, level in enumerate(levels)]
            ),
            earned=rank(SQL("COALESCE(counted.now, 0)")),
            kept=rank(SQL("GREATEST(counted.now, counted.before, 0)")),
            grace=_case(
                "card.tier_id", [(level.id, level.grace_days) for level in levels]
            ),
            today=today,
            program=program.id,
        )

    def _sql_decision(self, levels):
        """Return the rank a card has from today on."""
        rules = {"one_down": SQL("held - 1"), "balance_based": SQL("kept")}
        downgrades = [
            SQL("WHEN held = %s THEN %s", number + 1, rules[level.downgrade])
            for number, level in enumerate(levels)
            if level.downgrade in rules
        ]
        return SQL(
            """CASE WHEN locked THEN held
                    WHEN earned > held THEN earned
                    WHEN NOT ended OR kept >= held THEN held
                    %s ELSE held END""",
            SQL(" ").join(downgrades),
        )

    def _sql_expiration(self, program, today):
        """A tier holds as long as its window; one judged at the end of a calendar
        year holds for the year that has begun, one won within it for the next too."""
        if program.tier_window == "calendar":
            won, renewed = date(today.year + 1, 12, 31), date(today.year, 12, 31)
        else:
            won = renewed = today + relativedelta(months=program.tier_months)
        return SQL(
            """CASE WHEN rank = 0 THEN NULL
                    WHEN rank > held THEN %(won)s::date
                    WHEN rank < held OR ended THEN %(renewed)s::date
                    ELSE COALESCE(tier_expiration_date, %(won)s::date) END""",
            won=won,
            renewed=renewed,
        )

    def _log_transitions(self, today):
        """Keep every change with its reason; return how many there were."""
        self.env.cr.execute(self.env["crm.loyalty.transition"]._sql_log_tiers(today))
        return self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FROM crm_loyalty_tiering
                    WHERE tier_id IS DISTINCT FROM old_tier_id"""
            )
        )[0][0]

    def _write_cards(self):
        """Rewrite the cards that differ, and only those."""
        columns = SQL(", ").join
        self.env.cr.execute(
            SQL(
                """
                UPDATE loyalty_card card
                   SET %(values)s, write_date = %(now)s, write_uid = %(user)s
                  FROM crm_loyalty_tiering fact
                 WHERE card.id = fact.id
                   AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
                values=columns(
                    SQL("%s = fact.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in WRITTEN
                ),
                now=fields.Datetime.now(),
                user=self.env.uid,
                old=columns(SQL.identifier("card", name) for name in WRITTEN),
                new=columns(SQL.identifier("fact", name) for name in WRITTEN),
            )
        )


def _case(column, pairs):
    """Return the value beside the key that the column equals, else NULL."""
    return SQL(
        "CASE %s %s END",
        SQL(column),
        SQL(" ").join(SQL("WHEN %s THEN %s", key, value) for key, value in pairs),
    )
