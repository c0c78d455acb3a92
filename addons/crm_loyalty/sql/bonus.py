"""Queries of the bonuses: events give `partner_id` and `what`, the event's own key."""

from odoo.tools import SQL


def first_purchases(bonus, today):
    return SQL(
        """
        SELECT partner_id, partner_id::text AS what
          FROM crm_loyalty_profile
         WHERE first_order_date BETWEEN %s AND %s""",
        bonus.date_start,
        today,
    )


def birthdays(bonus, days):
    """`days` are (year, month, day) of the birthdays kept now."""
    return SQL(
        """
        SELECT partner.id AS partner_id, CONCAT(partner.id, ':', kept.year) AS what
          FROM res_partner partner
          JOIN (VALUES %s) kept (year, month, day)
            ON EXTRACT(month FROM partner.loyalty_birthday) = kept.month
           AND EXTRACT(day FROM partner.loyalty_birthday) = kept.day
         WHERE partner.active AND partner.loyalty_birthday IS NOT NULL
           AND MAKE_DATE(kept.year, kept.month, LEAST(kept.day,
               CASE WHEN kept.month = 2 THEN 28 ELSE 31 END)) >= %s""",
        SQL(", ").join(SQL("(%s, %s, %s)", *day) for day in days),
        bonus.date_start,
    )


def answers(bonus):
    return SQL(
        """
        SELECT answer.partner_id, answer.id::text AS what
          FROM survey_user_input answer
         WHERE answer.state = 'done' AND answer.partner_id IS NOT NULL
           AND answer.test_entry IS NOT TRUE
           AND answer.end_datetime >= %s
           AND %s""",
        bonus.date_start,
        SQL("answer.survey_id = %s", bonus.survey_id.id)
        if bonus.survey_id
        else SQL("TRUE"),
    )


def referrals(bonus, today):
    """A recommended firm counts once, by its first purchase, for who brought it."""
    return SQL(
        """
        SELECT MIN(newcomer.loyalty_referrer_id) AS partner_id,
               newcomer.commercial_partner_id::text AS what
          FROM res_partner newcomer
          JOIN crm_loyalty_profile bought
            ON bought.partner_id = newcomer.commercial_partner_id
         WHERE newcomer.loyalty_referrer_id IS NOT NULL
           AND bought.first_order_date BETWEEN %s AND %s
         GROUP BY newcomer.commercial_partner_id""",
        bonus.date_start,
        today,
    )


def entered(profiles, today):
    return SQL(
        """
        SELECT partner_id, CONCAT(id, ':', %s) AS what
          FROM crm_loyalty_profile WHERE id IN %s""",
        today.isoformat(),
        tuple(profiles.ids) or (0,),
    )


def due(bonus, events, audience, takes_part, year_start):
    """Events of customers who take part that were not rewarded yet, and the points
    their customer was given for such events this year."""
    return SQL(
        """
        SELECT DISTINCT event.partner_id, event.what,
               COALESCE((
                   SELECT SUM(given.issued) FROM loyalty_history given
                     JOIN loyalty_card card ON card.id = given.card_id
                    WHERE card.program_id = %(program)s
                      AND card.partner_id
                          IN (receiver.id, receiver.commercial_partner_id)
                      AND given.sequence_key LIKE %(any)s
                      AND given.date >= %(year_start)s), 0) AS given
          FROM (%(events)s) event
          JOIN res_partner receiver ON receiver.id = event.partner_id
          JOIN crm_loyalty_profile profile
            ON profile.partner_id = receiver.commercial_partner_id
         WHERE receiver.active AND profile.id IN %(audience)s AND %(takes_part)s
           AND NOT EXISTS (
               SELECT 1 FROM loyalty_history known
                WHERE known.sequence_key = CONCAT(%(prefix)s, event.what))
         ORDER BY event.partner_id, event.what""",
        program=bonus.program_id.id,
        any=bonus._key("%"),
        year_start=year_start,
        events=events,
        audience=audience,
        takes_part=takes_part,
        prefix=bonus._key(""),
    )


def post(program, name, grants, today):
    """Write balances and movements of `grants`: (card, key, points).

    The balances first: of two transactions that move points of a card, the second
    fails to serialise and is tried again. A new award first covers a balance below
    zero. Programmes without a ledger get the row stock Odoo writes.
    """
    ledger = program.use_ledger
    return SQL(
        """
        WITH granted (card_id, key, points) AS (VALUES %(grants)s),
        balance AS (
            UPDATE loyalty_card card
               SET points = COALESCE(card.points, 0) + total.points
              FROM (SELECT card_id, SUM(points) AS points FROM granted
                     GROUP BY card_id) total
             WHERE card.id = total.card_id
            RETURNING card.id, card.partner_id, card.points - total.points AS before
        )
        INSERT INTO loyalty_history (
            card_id, partner_id, program_id, move_type, description, reason, date,
            date_available, expiration_date, issued, used, points, remaining,
            sequence_key, user_id, create_uid, create_date, write_uid, write_date)
        SELECT granted.card_id, balance.partner_id, %(program)s, %(move_type)s,
               %(name)s, %(name)s, %(today)s, %(available)s, %(expiration)s,
               granted.points, 0, granted.points,
               CASE WHEN %(ledger)s THEN LEAST(granted.points, GREATEST(0,
                   balance.before + SUM(granted.points) OVER (
                       PARTITION BY granted.card_id ORDER BY granted.key))) END,
               granted.key, %(user)s, %(user)s, %(now)s, %(user)s, %(now)s
          FROM granted JOIN balance ON balance.id = granted.card_id""",
        grants=SQL(", ").join(SQL("(%s, %s, %s::float8)", *grant) for grant in grants),
        program=program.id,
        move_type="bonus" if ledger else None,
        name=name,
        today=today,
        available=today if ledger else None,
        expiration=(program._expiration_from(today) or None) if ledger else None,
        ledger=ledger,
        user=program.env.uid,
        now=program.env.cr.now(),
    )


def granted(bonus_ids):
    return SQL(
        """
        SELECT SPLIT_PART(sequence_key, ':', 2)::integer, COUNT(*)
          FROM loyalty_history
         WHERE %s
         GROUP BY 1""",
        SQL(" OR ").join(
            SQL("sequence_key LIKE %s", f"bonus:{bonus_id}:%") for bonus_id in bonus_ids
        ),
    )
