"""How wrong the forecast was: K28.

Odoo keeps no history of the expected closing, so the forecast of a month is kept when
the month begins (models/crm_forecast_snapshot).
"""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register


@register
class ForecastError(SqlIndicator):
    """Distance of the revenue won in a month from its forecast, by the forecast.

    Teams that erred in opposite directions do not make up for each other. Only months
    that are over and have a forecast have a figure.
    """

    code = "K28"
    model = "crm.lead"
    modules = ("sale_crm",)
    rolling_lag_days = 0
    latest_months_ago = 1

    def prepare(self, env, window):
        env["crm.forecast.snapshot"]._take(window)

    def months(self, window) -> tuple[list, list]:
        """(dates of facts, firsts of the months they speak of)."""
        if window.is_month:
            days = [day for day in window.dates if window.last_day(day) < window.today]
            return days, days
        return [window.last], [window.last.replace(day=1) - relativedelta(months=1)]

    def records(self, env, window):
        dates, months = self.months(window)
        ends = [month + relativedelta(months=1) for month in months]
        return SQL(
            """
            SELECT id, date, team_id, NULL::integer AS warehouse_id, user_id,
                   (won - forecast) * sign(SUM(won - forecast) OVER (
                       PARTITION BY date, team_id)) AS numerator,
                   forecast AS denominator
              FROM (
                SELECT l.id, period.date, l.team_id, l.user_id,
                       COALESCE(kept.revenue, 0)::numeric AS forecast,
                       CASE WHEN %(is_won)s THEN COALESCE(l.expected_revenue, 0)
                            ELSE 0 END::numeric AS won
                  FROM unnest(%(dates)s::date[], %(months)s::date[],
                              %(starts)s::timestamp[], %(ends)s::timestamp[])
                       AS period(date, month, since, until)
                  JOIN crm_lead l ON TRUE %(joins)s
                  LEFT JOIN crm_forecast_snapshot kept
                    ON kept.lead_id = l.id AND kept.month = period.month
                   AND kept.company_id = %(company)s
                 WHERE period.month IN (SELECT one.month FROM crm_forecast_snapshot one
                                         WHERE one.company_id = %(company)s)
                   AND (kept.id IS NOT NULL OR %(is_won)s AND %(owned)s)
              ) AS deal""",
            is_won=SQL(
                "(l.won_status = 'won' AND l.type = 'opportunity'"
                " AND l.date_closed >= period.since AND l.date_closed < period.until)"
            ),
            dates=dates,
            months=months,
            starts=[window.utc(month) for month in months],
            ends=[window.utc(end) for end in ends],
            joins=parts.LEAD_JOINS,
            company=window.company_id,
            owned=window.owns(parts.LEAD_COMPANY),
        )

    def ids(self, env, window, cell):
        return super().ids(env, window.only(cell.date), cell)

    def touched(self, env, window, since):
        return parts.leads_touched(window, since, SQL("l.date_closed"))
