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
               GREATEST(balance, 0),
               CONCAT('opening:', card_id, ':', clock_timestamp()::text),
               %(user)s, %(user)s, %(now)s, %(user)s, %(now)s
          FROM opened""",
        program=program.id,
        description=program.env._("Opening balance of the ledger"),
        today=today,
        expiration=program._expiration_from(today) or None,
        user=program.env.uid,
        now=program.env.cr.now(),
    )


def changed_orders(since):
    """Orders with points of which anything that moves points was written since."""
    return SQL(
        """
        WITH line AS (
            SELECT order_id FROM sale_order_line WHERE write_date >= %(since)s
            UNION
            SELECT line.order_id
              FROM stock_move move
              JOIN sale_order_line line ON line.id = move.sale_line_id
             WHERE move.write_date >= %(since)s
            UNION
            SELECT line.order_id
              FROM account_move move
              JOIN account_move_line item ON item.move_id = move.id
              JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = item.id
              JOIN sale_order_line line ON line.id = link.order_line_id
             WHERE move.id IN (
                SELECT id FROM account_move WHERE write_date >= %(since)s
                UNION
                SELECT item.move_id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line item
                    ON item.id IN (partial.debit_move_id, partial.credit_move_id)
                 WHERE partial.write_date >= %(since)s)
            UNION
            SELECT id FROM sale_order WHERE write_date >= %(since)s
        )
        SELECT line.order_id FROM line
         WHERE EXISTS (SELECT 1 FROM crm_loyalty_earning earning
                        WHERE earning.order_id = line.order_id)
            OR EXISTS (SELECT 1 FROM loyalty_history history
                        JOIN loyalty_card card ON card.id = history.card_id
                       WHERE history.order_id = line.order_id
                         AND history.order_model = 'sale.order' AND card.use_ledger)
         ORDER BY 1""",
        since=since,
    )


def expire(program, today):
    """Take what is left of the awards whose last day is over."""
    return SQL(
        """
        WITH due AS (
            SELECT award.id, award.card_id, card.partner_id, award.remaining
              FROM loyalty_history award
              JOIN loyalty_card card ON card.id = award.card_id AND card.use_ledger
             WHERE card.program_id = %(program)s
               AND award.remaining > 0 AND award.expiration_date < %(today)s
        ), emptied AS (
            UPDATE loyalty_history award SET remaining = 0
              FROM due WHERE award.id = due.id
        ), balance AS (
            UPDATE loyalty_card card SET points = card.points - total.points
              FROM (SELECT card_id, SUM(remaining) AS points
                      FROM due GROUP BY card_id) total
             WHERE card.id = total.card_id
        )
        INSERT INTO loyalty_history (
            card_id, partner_id, program_id, move_type, description, date,
            issued, used, points, origin_id, sequence_key,
            user_id, create_uid, create_date, write_uid, write_date)
        SELECT card_id, partner_id, %(program)s, 'expire', %(description)s, %(today)s,
               0, remaining, -remaining, id, CONCAT('expire:', id::text),
               %(user)s, %(user)s, %(now)s, %(user)s, %(now)s
          FROM due""",
        program=program.id,
        today=today,
        description=program.env._("Points expired"),
        user=program.env.uid,
        now=program.env.cr.now(),
    )


def warn(program, today, days, limit):
    """Mark awards that expire within some days and were not announced so early yet;
    return their cards."""
    return SQL(
        """
        WITH due AS (
            SELECT DISTINCT award.card_id
              FROM loyalty_history award
              JOIN loyalty_card card ON card.id = award.card_id AND card.use_ledger
             WHERE card.program_id = %(program)s AND %(is_due)s
             LIMIT %(limit)s
        ), marked AS (
            UPDATE loyalty_history award SET warned_days = %(days)s
              FROM due WHERE award.card_id = due.card_id AND %(is_due)s
        )
        SELECT card_id FROM due""",
        program=program.id,
        limit=limit,
        days=days,
        is_due=SQL(
            """award.remaining > 0 AND award.expiration_date >= %(today)s
               AND award.expiration_date <= %(today)s::date + %(days)s
               AND (COALESCE(award.warned_days, 0) = 0 OR award.warned_days > %(days)s)
            """,
            today=today,
            days=days,
        ),
    )


def differences(programs, tolerance):
    """Cards whose balance, rows and open awards do not agree."""
    return SQL(
        """
        SELECT card.id, COALESCE(card.points, 0), COALESCE(total.points, 0),
               COALESCE(total.remaining, 0)
          FROM loyalty_card card
          LEFT JOIN (
              SELECT card_id, SUM(COALESCE(issued, 0) - COALESCE(used, 0)) AS points,
                     SUM(COALESCE(remaining, 0)) AS remaining
                FROM loyalty_history GROUP BY card_id
          ) total ON total.card_id = card.id
         WHERE card.use_ledger AND card.program_id IN %(programs)s
           AND (ABS(COALESCE(card.points, 0) - COALESCE(total.points, 0)) > %(limit)s
                OR ABS(GREATEST(COALESCE(card.points, 0), 0)
                       - COALESCE(total.remaining, 0)) > %(limit)s)
         ORDER BY card.id""",
        programs=tuple(programs.ids) or (0,),
        limit=tolerance,
    )
