"""Audit of customer data: one query counts every fault, another names the customers.

A customer is a commercial partner: a company or a person on his own; e-mail and
telephone count as filled if one of its contacts has them. Faults are conditions over
the same customers, so a count and the list behind it cannot disagree.

A rule is known by its ``code``:

=============  ================================================================
email phone    another customer has the same address (surplus: all but the
vat            oldest)
field          a field of the partner is empty
stale          no order, lead, message or planned activity for a year
bounced        mail to it came back
bad_email      an e-mail that is none
bad_phone      a telephone that is none
=============  ================================================================
"""

from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

DUPLICATES = ("email", "phone", "vat")
STALE_MONTHS = 12
BUYER_MONTHS = 36
LEAST_VAT = 5
"""Shorter tax ids are dashes and noughts typed to fill the field."""

READ = {
    "res.partner": None,
    "sale.order": ["partner_id", "state", "date_order", "company_id"],
    "crm.lead": ["partner_id", "company_id", "date_last_stage_update"],
    "mail.message": ["model", "res_id", "date", "message_type"],
    "mail.activity": ["res_model", "res_id", "active"],
    "res.users": ["partner_id", "share"],
}
"""What must be written to the database before it is counted."""


@dataclass(frozen=True)
class Population:
    """Customers that are audited.

    :param scope: ``contacts`` all of them; ``customers`` with an order or a lead;
        ``buyers`` with a confirmed order within three years
    :param company_id: its partners and those shared by all companies
    :param now: naive UTC instant
    """

    scope: str
    company_id: int
    now: datetime

    def owns(self, alias: SQL) -> SQL:
        return SQL(
            "(%(alias)s.company_id = %(company)s OR %(alias)s.company_id IS NULL)",
            alias=alias,
            company=self.company_id,
        )

    def ago(self, months: int) -> datetime:
        return self.now - relativedelta(months=months)


@dataclass(frozen=True)
class Rule:
    """One fault: its code, the field of ``field`` rules, for companies only or all."""

    code: str
    field: str = ""
    companies_only: bool = False


def flush(env) -> None:
    for model, names in READ.items():
        env[model].flush_model(names)


def count(env, population: Population, rules: list[Rule], unions) -> tuple:
    """Customers, then (applicable, faulty) of each rule, then of each union of rules.

    One query, whatever the number of customers and rules.

    :param unions: groups of rules; a customer faulty by several counts once
    """
    flush(env)
    columns = [SQL("COUNT(*)")]
    for rule in rules:
        columns += _columns(rule)
    for union in unions:
        faults = [_surplus(rule) for rule in union] or [SQL("FALSE")]
        columns.append(SQL("COUNT(*) FILTER (WHERE %s)", SQL(" OR ").join(faults)))
    query = SQL(
        "%s SELECT %s FROM customer c",
        _with(population, rules),
        SQL(", ").join(columns),
    )
    [row] = env.execute_query(query)
    pairs = row[1 : 1 + 2 * len(rules)]
    return (
        row[0],
        list(zip(pairs[::2], pairs[1::2], strict=True)),
        row[1 + len(pairs) :],
    )


def faulty_ids(population: Population, rule: Rule) -> SQL:
    """Query of the ids of the customers with the fault; of duplicates, of all the
    contacts that share an address."""
    if rule.code in DUPLICATES:
        return SQL(
            "%s SELECT contact_id FROM %s AS same WHERE last_id > first_id",
            _with(population, [rule]),
            _keys(rule),
        )
    return SQL(
        "%s SELECT c.id FROM customer c WHERE %s AND %s",
        _with(population, [rule]),
        _applies(rule),
        _fault(rule),
    )


def _columns(rule: Rule) -> list[SQL]:
    applies = _applies(rule)
    return [
        SQL("COUNT(*) FILTER (WHERE %s)", applies),
        SQL("COUNT(*) FILTER (WHERE %s AND %s)", applies, _surplus(rule)),
    ]


def _applies(rule: Rule) -> SQL:
    return SQL("c.is_company") if rule.companies_only else SQL("TRUE")


def _surplus(rule: Rule) -> SQL:
    """Condition of one fault to mend; of duplicates, all but the oldest customer."""
    if rule.code in DUPLICATES:
        return SQL("c.id IN (SELECT id FROM %s WHERE id > first_id)", _keys(rule))
    return _fault(rule)


def _fault(rule: Rule) -> SQL:
    if rule.code == "field":
        return _empty(rule.field)
    return {
        "stale": SQL("c.stale"),
        "bounced": SQL("c.bounced"),
        "bad_email": SQL("c.bad_email"),
        "bad_phone": SQL("c.bad_phone"),
    }[rule.code]


def _empty(field: str) -> SQL:
    if field in ("email", "phone"):
        return SQL("NOT %s", SQL.identifier("c", f"has_{field}"))
    return SQL("NULLIF(BTRIM(%s::text), '') IS NULL", SQL.identifier("c", field))


def _keys(rule: Rule) -> SQL:
    return SQL.identifier(f"same_{rule.code}")


def _with(population: Population, rules: list[Rule]) -> SQL:
    """Customers with what the rules ask about them, and their shared addresses."""
    duplicates = [rule for rule in rules if rule.code in DUPLICATES]
    fields = {
        rule.field
        for rule in rules
        if rule.code == "field" and rule.field not in ("email", "phone", "is_company")
    }
    extra = [SQL(", p.%s", SQL.identifier(name)) for name in sorted(fields)]
    tables = [SQL("customer AS MATERIALIZED (%s)", _customers(population, extra))]
    tables += [SQL("%s AS (%s)", _keys(rule), _shared(rule)) for rule in duplicates]
    return SQL("WITH %s", SQL(", ").join(tables))


def _customers(population: Population, extra: list[SQL]) -> SQL:
    # The families lead: a condition "is its own commercial partner" says the same, but
    # PostgreSQL takes it for one in two hundred and then loops over every customer.
    p = SQL("p")
    return SQL(
        """
        SELECT p.id, p.is_company, p.create_date %(extra)s,
               family.has_email, family.has_phone, family.bounced,
               family.bad_email, family.bad_phone,
               COALESCE(p.create_date < %(year_ago)s, FALSE)
                   AND touch.id IS NULL AS stale
          FROM res_partner p
          JOIN (SELECT commercial_partner_id AS id,
                       BOOL_OR(email_normalized IS NOT NULL) AS has_email,
                       BOOL_OR(NULLIF(BTRIM(phone), '') IS NOT NULL) AS has_phone,
                       BOOL_OR(COALESCE(message_bounce, 0) > 0) AS bounced,
                       BOOL_OR(NULLIF(BTRIM(email), '') IS NOT NULL
                               AND email_normalized IS NULL) AS bad_email,
                       BOOL_OR(NULLIF(BTRIM(phone), '') IS NOT NULL
                               AND phone_sanitized IS NULL) AS bad_phone
                  FROM res_partner WHERE active GROUP BY 1) AS family
            ON family.id = p.id
          LEFT JOIN (%(touched)s) AS touch ON touch.id = p.id
         WHERE p.active AND %(owned)s
           AND %(in_scope)s
           AND NOT EXISTS (SELECT FROM res_company WHERE partner_id = p.id)
           AND NOT EXISTS (SELECT FROM res_users WHERE partner_id = p.id
                                                   AND NOT share)""",
        extra=SQL("").join(extra),
        year_ago=population.ago(STALE_MONTHS),
        touched=_touched(population.ago(STALE_MONTHS)),
        owned=population.owns(p),
        in_scope=_in_scope(population),
    )


def _in_scope(population: Population) -> SQL:
    if population.scope == "contacts":
        return SQL("TRUE")
    orders = SQL(
        """SELECT buyer.commercial_partner_id FROM sale_order s
             JOIN res_partner buyer ON buyer.id = s.partner_id
            WHERE s.company_id = %s""",
        population.company_id,
    )
    if population.scope == "buyers":
        since = population.ago(BUYER_MONTHS)
        bought = SQL("%s AND s.state = 'sale' AND s.date_order >= %s", orders, since)
        return SQL("p.id IN (%s)", bought)
    return SQL(
        """p.id IN (%s AND s.state != 'cancel'
                    UNION SELECT asking.commercial_partner_id FROM crm_lead l
                            JOIN res_partner asking ON asking.id = l.partner_id
                           WHERE %s)""",
        orders,
        population.owns(SQL("l")),
    )


def _touched(since: datetime) -> SQL:
    """Customers with an order, lead, letter or planned activity since then."""
    return SQL(
        """
        SELECT DISTINCT r.commercial_partner_id AS id
          FROM (SELECT partner_id AS id FROM sale_order
                 WHERE state != 'cancel' AND date_order >= %(since)s
                 UNION ALL
                SELECT partner_id FROM crm_lead
                 WHERE GREATEST(create_date, date_last_stage_update) >= %(since)s
                 UNION ALL
                SELECT res_id FROM mail_message
                 WHERE model = 'res.partner' AND date >= %(since)s
                   AND message_type IN ('comment', 'email', 'email_outgoing')
                 UNION ALL
                SELECT res_id FROM mail_activity
                 WHERE res_model = 'res.partner' AND active) AS touch
          JOIN res_partner r ON r.id = touch.id""",
        since=since,
    )


def _shared(rule: Rule) -> SQL:
    """(contact_id, id, first_id, last_id): contacts and customers under each address,
    with the oldest and the newest customer there."""
    key = {
        "email": SQL("r.email_normalized"),
        "phone": SQL("r.phone_sanitized"),
        "vat": SQL("upper(regexp_replace(r.vat, '[^A-Za-z0-9]', '', 'g'))"),
    }[rule.code]
    real = SQL("length(%s) >= %s", key, LEAST_VAT if rule.code == "vat" else 1)
    return SQL(
        """SELECT r.id AS contact_id, customer.id,
                  MIN(customer.id) OVER (PARTITION BY %(key)s) AS first_id,
                  MAX(customer.id) OVER (PARTITION BY %(key)s) AS last_id
             FROM res_partner r JOIN customer ON customer.id = r.commercial_partner_id
            WHERE r.active AND %(real)s""",
        key=key,
        real=real,
    )
