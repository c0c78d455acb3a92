"""Evidence of maturity: what a company's records show about its way of working.

Each detector tells of every record it counts whether it speaks for a higher level,
the bounds of their share from which levels 2, 3, 4 begin, and a sentence with the
numbers. One query gives both the count and the records behind it. Bounds are expert
defaults. A level that no record can show (that customer value steers the plans, say)
is left to people: the bounds are cut short there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import fields
from odoo.tools import SQL

from ..engine import maturity
from . import audit

RECENT_DAYS = 90
YEAR_DAYS = 365
MONTH_DAYS = 30
ACTIVE_DAYS = 4
"""About one working day a week in which a user leaves a trace."""

LEAST_FEW = 1
LEAST_USERS = 3


@dataclass(frozen=True)
class Scope:
    """Where and when to look: company, naive UTC instant, users of the scope."""

    company_id: int
    now: datetime
    user_ids: tuple[int, ...]

    def since(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


@dataclass(frozen=True)
class Evidence:
    """``number`` of ``total`` records speak for a higher level, and which one."""

    level: int | None
    number: float
    total: float


@dataclass(frozen=True)
class Detector:
    """``rows(env, scope)`` selects (id, speaks) of the records of ``model``.

    Where no list of records stands behind the figure there is no model, and
    ``rows`` gives (number, total) itself.
    """

    model: str
    rows: Callable
    bounds: Sequence[float]
    sentence: Callable
    least: int = maturity.LEAST_RECORDS

    def measure(self, env, scope: Scope) -> tuple[float, float]:
        if not self.model:
            return self.rows(env, scope)
        query = SQL(
            "SELECT COUNT(*) FILTER (WHERE speaks), COUNT(*) FROM (%s) AS counted",
            self.rows(env, scope),
        )
        [(number, total)] = env.execute_query(query)
        return float(number), float(total)

    def find(self, env, scope: Scope, *, speaks: bool) -> list[int]:
        query = SQL(
            "SELECT id FROM (%s) AS counted WHERE speaks IS %s ORDER BY id",
            self.rows(env, scope),
            SQL("TRUE") if speaks else SQL("NOT TRUE"),
        )
        return [record_id for (record_id,) in env.execute_query(query)]


def detect(implementation) -> dict[str, Evidence]:
    """Evidence of every dimension that records can tell, by name of detector."""
    scope = _prepare(implementation)
    return {
        name: _run(implementation.env, scope, one) for name, one in DETECTORS.items()
    }


def find(implementation, name: str, *, speaks: bool) -> list[int]:
    """Ids of the records that speak for a higher level, or of those that do not."""
    scope = _prepare(implementation)
    return DETECTORS[name].find(implementation.env, scope, speaks=speaks)


def describe(env, name: str, number: float, total: float, *, told: bool) -> str:
    """The figures in words; ``told``: whether they show a level."""
    sentence = DETECTORS[name].sentence(env, round(number), round(total))
    if told:
        return f"{sentence}."
    return env._("%(sentence)s – too few to tell.", sentence=sentence)


def _prepare(implementation) -> Scope:
    """Scope of the implementation, with all that its queries read in the database."""
    env = implementation.env
    audit.flush(env)
    for model in ("crm.team", "res.users", "sale.order", "sale.order.line", "crm.lead"):
        env[model].flush_model()
    users = implementation._get_scope_users() or _sales_users(env)
    company = implementation.company_id
    users = users.filtered(lambda user: company in user.company_ids)
    return Scope(company.id, fields.Datetime.now(), tuple(users.ids))


def _sales_users(env):
    # sudo: who belongs to a group is read for a count only
    return env.ref("sales_team.group_sale_salesman").sudo().all_user_ids


def _run(env, scope: Scope, detector: Detector) -> Evidence:
    number, total = detector.measure(env, scope)
    level = maturity.level_of(number, total, detector.bounds, least=detector.least)
    return Evidence(level, number, total)


def _shared(alias: str, scope: Scope) -> SQL:
    column = SQL.identifier(alias, "company_id")
    return SQL("(%s = %s OR %s IS NULL)", column, scope.company_id, column)


# --- strategy: goals in figures


def _targets(_env, scope):
    return SQL(
        """SELECT t.id, t.invoiced_target > 0 AS speaks
             FROM crm_team t WHERE t.active AND %s""",
        _shared("t", scope),
    )


def _targets_sentence(env, number, total):
    return env._(
        "Sales teams with a target in money: %(number)s of %(total)s",
        number=number,
        total=total,
    )


# --- people: who works in it


def _users(_env, scope):
    return SQL(
        """SELECT u.id, COUNT(DISTINCT m.date::date) >= %(least)s AS speaks
             FROM res_users u
             LEFT JOIN mail_message m
                    ON m.author_id = u.partner_id AND m.date >= %(since)s
                   AND m.model IN ('crm.lead', 'sale.order', 'res.partner',
                                   'calendar.event', 'account.move')
            WHERE u.active AND u.id = ANY(%(users)s)
            GROUP BY u.id""",
        least=ACTIVE_DAYS,
        since=scope.since(MONTH_DAYS),
        users=list(scope.user_ids),
    )


def _users_sentence(env, number, total):
    return env._(
        "Users in scope with traces in the CRM on %(days)s days or more of the last 30:"
        " %(number)s of %(total)s",
        days=ACTIVE_DAYS,
        number=number,
        total=total,
    )


# --- process: requests handled in the system on time


def _answered(env, scope):
    return SQL(
        """SELECT l.id, EXISTS (
                      SELECT FROM mail_message m
                        JOIN res_users u ON u.partner_id = m.author_id
                                        AND NOT u.share
                       WHERE m.model = 'crm.lead' AND m.res_id = l.id
                         AND (m.subtype_id = %(comment)s
                              OR m.mail_activity_type_id IS NOT NULL)
                         AND m.date <= l.create_date + interval '1 day') AS speaks
             FROM crm_lead l
            WHERE l.create_date >= %(since)s AND l.create_date < %(yesterday)s
              AND %(owned)s""",
        comment=env.ref("mail.mt_comment").id,
        since=scope.since(RECENT_DAYS),
        yesterday=scope.since(1),
        owned=_shared("l", scope),
    )


def _answered_sentence(env, number, total):
    return env._(
        "Leads of the last 90 days answered within a day: %(number)s of %(total)s",
        number=number,
        total=total,
    )


# --- data: index of the audit


def _quality(env, scope):
    population = audit.Population("contacts", scope.company_id, scope.now)
    index, customers = env["crm.data.audit"]._get_index(population)
    if index is None or customers < maturity.LEAST_RECORDS:
        return 0.0, 0.0
    return index, 100.0


def _quality_sentence(env, number, total):
    return env._(
        "Index of data quality: %(number)s of %(total)s", number=number, total=total
    )


# --- channels: customers who serve themselves


def _portal(_env, scope):
    return SQL(
        """
        WITH buyer AS (
            SELECT DISTINCT p.commercial_partner_id AS id
              FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
             WHERE s.state = 'sale' AND s.company_id = %(company)s
               AND s.date_order >= %(year)s
        )
        SELECT buyer.id, EXISTS (
                   SELECT FROM res_users u
                     JOIN res_partner p ON p.id = u.partner_id
                    WHERE u.share AND u.active
                      AND p.commercial_partner_id = buyer.id
                      AND (EXISTS (SELECT FROM res_users_log g
                                    WHERE g.create_uid = u.id
                                      AND g.create_date >= %(since)s)
                        OR EXISTS (SELECT FROM res_device_log d
                                    WHERE d.user_id = u.id
                                      AND d.last_activity >= %(since)s))) AS speaks
          FROM buyer""",
        company=scope.company_id,
        year=scope.since(YEAR_DAYS),
        since=scope.since(RECENT_DAYS),
    )


def _portal_sentence(env, number, total):
    return env._(
        "Buyers of the last year who signed in to the portal within 90 days:"
        " %(number)s of %(total)s",
        number=number,
        total=total,
    )


# --- integration: one chain from opportunity to invoice


def _chained(env, scope):
    delivered = SQL("TRUE")
    if "delivery_status" in env["sale.order"]._fields:
        delivered = SQL("(s.delivery_status IS NULL OR s.delivery_status != 'pending')")
    return SQL(
        """SELECT s.id, s.opportunity_id IS NOT NULL
                        AND s.invoice_status = 'invoiced' AND %(delivered)s AS speaks
             FROM sale_order s
            WHERE s.state = 'sale' AND s.company_id = %(company)s
              AND s.date_order >= %(since)s""",
        delivered=delivered,
        company=scope.company_id,
        since=scope.since(RECENT_DAYS),
    )


def _chained_sentence(env, number, total):
    return env._(
        "Orders of the last 90 days tied to opportunity, delivery and invoice:"
        " %(number)s of %(total)s",
        number=number,
        total=total,
    )


# --- analytics: a forecast can be made


def _forecast(_env, scope):
    return SQL(
        """SELECT l.id, l.expected_revenue > 0 AND l.date_deadline >= %(today)s
                        AS speaks
             FROM crm_lead l
            WHERE l.active AND l.type = 'opportunity'
              AND l.won_status = 'pending' AND %(owned)s""",
        today=scope.now.date(),
        owned=_shared("l", scope),
    )


def _forecast_sentence(env, number, total):
    return env._(
        "Open opportunities with amount and closing day ahead: %(number)s of %(total)s",
        number=number,
        total=total,
    )


DETECTORS = {
    "strategy": Detector(
        "crm.team", _targets, (0.01, 0.80), _targets_sentence, LEAST_FEW
    ),
    "people": Detector("res.users", _users, (0.40, 0.80), _users_sentence, LEAST_USERS),
    "process": Detector("crm.lead", _answered, (0.50, 0.80), _answered_sentence),
    "data": Detector("", _quality, (0.60, 0.80, 0.95), _quality_sentence),
    "channels": Detector("res.partner", _portal, (0.05, 0.30), _portal_sentence),
    "integration": Detector(
        "sale.order", _chained, (0.20, 0.50, 0.80), _chained_sentence
    ),
    "analytics": Detector("crm.lead", _forecast, (0.30, 0.70), _forecast_sentence),
}
