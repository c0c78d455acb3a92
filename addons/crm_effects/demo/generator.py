"""Four years of a trading house with four teams, of which two got the CRM.

What the figures are made of, and so what an honest tracker has to find: in the twelve
months after the go-live the introduced teams sell 8 % more and deliver nine points
more of their lines on time. Prices and the market grow for everybody, the season is
everybody's, and the noise remembers 30 % of the month before.
"""

import math
import random

from odoo import api, fields, models

from ..engine.returns import add_months

SEED = 20190
BEFORE, AFTER = 36, 12
REVENUE_LIFT = 0.08
ON_TIME_LIFT = 0.09
TEAM_REVENUE = (190_000.0, 150_000.0, 170_000.0, 140_000.0)
LINES = 400
GROWTH = 0.004  # a month, of the whole market
SEASON = (-0.12, -0.10, 0.02, 0.05, 0.03, -0.02, -0.08, -0.09, 0.02, 0.07, 0.13, 0.09)
MARKET_NOISE, TEAM_NOISE, MEMORY = 0.025, 0.035, 0.3
ON_TIME, ON_TIME_NOISE = 0.78, 0.02


class Generator(models.AbstractModel):
    _name = "crm.effects.demo"
    _description = "Generator of Demo History"

    @api.model
    def _write_history(self, revenue, on_time, introduced, others):
        """Facts of both indicators for introduced and other teams (lists of ids)."""
        today = fields.Date.context_today(self)
        months = [add_months(today, i) for i in range(-BEFORE - AFTER, 0)]
        teams = [*introduced, *others]
        generator = random.Random(SEED)
        market = _noise(generator, MARKET_NOISE)
        rows = []
        for position, team in enumerate(teams):
            has_crm = team in introduced
            sales = _sales(generator, months, market, TEAM_REVENUE[position], has_crm)
            shares = _shares(generator, has_crm)
            for month, amount, share in zip(months, sales, shares, strict=True):
                rows.append((revenue, month, team, round(amount, 2), 0.0))
                rows.append((on_time, month, team, round(share * LINES), LINES))
        self.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": indicator,
                    "date": month,
                    "team_id": team,
                    "numerator": numerator,
                    "denominator": denominator,
                }
                for indicator, month, team, numerator, denominator in rows
            ]
        )


def _noise(generator, size):
    """An autocorrelated series as long as the history."""
    errors, last = [], 0.0
    for _month in range(BEFORE + AFTER):
        shock = generator.gauss(0.0, size * math.sqrt(1 - MEMORY**2))
        last = MEMORY * last + shock
        errors.append(last)
    return errors


def _sales(generator, months, market, level, has_crm):
    own = _noise(generator, TEAM_NOISE)
    for i, month in enumerate(months):
        lift = REVENUE_LIFT if has_crm and i >= BEFORE else 0.0
        season = SEASON[month.month - 1]
        yield level * (1 + lift) * math.exp(GROWTH * i + season + market[i] + own[i])


def _shares(generator, has_crm):
    for i, error in enumerate(_noise(generator, ON_TIME_NOISE)):
        lift = ON_TIME_LIFT if has_crm and i >= BEFORE else 0.0
        yield min(1.0, ON_TIME + lift + error)
