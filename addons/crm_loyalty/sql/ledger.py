"""Statements of the points ledger that work on all cards of a programme at once."""

from odoo.tools import SQL


def mark_cards(program, on):
    return SQL(
        "UPDATE loyalty_card SET use_ledger = %s WHERE program_id = %s", on, program.id
    )


def forget_remaining(program):
    """Rows of an earlier ledger of the programme hold nothing any more."""
    return SQL(
        """
        UPDATE loyalty_history SET remaining = 0
         WHERE remaining > 0
           AND card_id IN (SELECT id FROM loyalty_card WHERE program_id = %s)""",
        program.id,
    )


def opening(program, today):
    """Insert one row per card that makes the sum of its rows its balance.

    What the card holds is one award; it keeps the card's own date of expiry.
    """
    return SQL(
        """
        WITH logged AS (
            SELECT card_id, SUM(COALESCE(issued, 0) - COALESCE(used, 0)) AS points
              FROM loyalty_history GROUP BY card_id
        ), opened AS (
            SELECT card.id AS card_id, card.partner_id, card.expiration_date,
                   COALESCE(card.points, 0) AS balance,
                   COALESCE(card.points, 0) - COALESCE(logged.points, 0) AS missing
              FROM loyalty_card card
              LEFT JOIN logged ON logged.card_id = card.id
             WHERE card.program_id = %(program)s
        ), dated AS (
            UPDATE loyalty_card SET expiration_date = NULL
             WHERE program_id = %(program)s AND expiration_date IS NOT NULL
        )
        INSERT INTO loyalty_history (
            card_id, partner_id, program_id, move_type, description, date,
            date_available, expiration_date, issued, used, points, remaining,
            sequence_key, user_id, create_uid, create_date, write_uid, write_date)
        SELECT card_id, partner_id, %(program)s, 'opening', %(description)s, %(today)s,
               %(today)s, COALESCE(expiration_date, %(expiration)s::date),
               GREATEST(missing, 0), GREATEST(-missing, 0), missing,
               GREATEST(balance, 0), CONCAT('opening:', card_id, ':', %(stamp)s::text),
               %(user)s, %(user)s, %(now)s, %(user)s, %(now)s
          FROM opened""",
        program=program.id,
        description=program.env._("Opening balance of the ledger"),
        today=today,
        expiration=program._expiration_from(today) or None,
        stamp=program.env.cr.now().isoformat(),
        user=program.env.uid,
        now=program.env.cr.now(),
    )
