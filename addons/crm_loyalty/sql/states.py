"""Queries that move customers between stages and strategies.

A row of the subqueries is called crm_loyalty_profile like the table, so that rules
made for the table read the columns that are only being decided: the strategy's rule
sees tonight's stage. Everything is decided in one pass and written in one statement.
"""

from odoo.tools import SQL

from .profiles import KEPT
from .scores import SCORED

TABLE = SQL.identifier("crm_loyalty_profile")
# What a new profile is made of before its stage and strategy are decided, and these.
KNOWN = ("partner_id", *KEPT, *SCORED, "segment_id")
STATE = (
    "stage_id",
    "stage_date",
    "strategy_id",
    "strategy_date",
    "strategy_state",
    "recorded_segment_id",
)


def won_back(stages):
    """Day of the order that ended a stage customers are won back from."""
    cases = [
        SQL(
            """WHEN stage_id = %s AND last_order_date
                BETWEEN stage_date AND stage_date + %s THEN last_order_date""",
            stage.id,
            stage.comeback_days,
        )
        for stage in stages
        if stage.comeback_days
    ]
    if not cases:
        return SQL("won_back_date")
    return SQL("CASE %s ELSE won_back_date END", SQL(" ").join(cases))


def stored(company):
    """Return the profiles of a company."""
    return SQL("SELECT * FROM %s WHERE company_id = %s", TABLE, company.id)


def newcomers(columns, company, rows, stages, strategies, today):
    """Add stage and strategy to the rows of profiles still to be made.

    ``columns`` are those of the profile with their types: what is not known yet, such
    as forecasts, is empty.
    """
    source = SQL(
        "SELECT %s::integer AS company_id, %s, %s FROM (%s) fresh",
        company.id,
        SQL(", ").join(map(SQL.identifier, KNOWN)),
        SQL(", ").join(
            SQL("NULL::%s AS %s", SQL(kind), SQL.identifier(name))
            for name, kind in columns.items()
            if name not in ("company_id", *KNOWN)
        ),
        rows,
    )
    waiting = strategies.filtered("requires_approval").ids or [0]
    return SQL(
        """
        SELECT %(known)s, stage_id,
               CASE WHEN stage_id IS NOT NULL THEN %(today)s::date END AS stage_date,
               new_strategy_id AS strategy_id,
               CASE WHEN new_strategy_id IS NOT NULL THEN %(today)s::date
                END AS strategy_date,
               CASE WHEN new_strategy_id IN %(waiting)s THEN 'proposed'
                    WHEN new_strategy_id IS NOT NULL THEN 'approved'
                END AS strategy_state,
               segment_id AS recorded_segment_id
          FROM (%(decided)s) decided""",
        known=SQL(", ").join(map(SQL.identifier, KNOWN)),
        today=today,
        waiting=tuple(waiting),
        decided=decided(columns, source, stages, strategies),
    )


def decided(columns, source, stages, strategies):
    """Return the rows of profiles with their old and their new stage and strategy."""
    kept = [name for name in columns if name not in ("stage_id", "won_back_date")]
    return SQL(
        """
        SELECT %(table)s.*,
               CASE WHEN active THEN %(strategy)s END AS new_strategy_id
          FROM (
            SELECT %(kept)s, won_back_date, old_won_back_date,
                   stage_id AS old_stage_id,
                   CASE WHEN active THEN %(stage)s END AS stage_id
              FROM (
                SELECT %(kept)s, stage_id, won_back_date AS old_won_back_date,
                       %(won_back)s AS won_back_date
                  FROM (%(source)s) %(table)s
              ) %(table)s
          ) %(table)s""",
        table=TABLE,
        kept=SQL(", ").join(map(SQL.identifier, kept)),
        stage=stages._sql_first_match(),
        strategy=strategies._sql_first_match(),
        won_back=won_back(stages),
        source=source,
    )


def move(decisions, strategies, today, now, uid):
    """Write what changed and return it, old values beside the new ones."""
    waiting = strategies.filtered("requires_approval").ids or [0]
    return SQL(
        """
        UPDATE crm_loyalty_profile profile
           SET stage_id = moved.stage_id,
               stage_date = CASE
                   WHEN moved.stage_id IS NULL THEN NULL
                   WHEN moved.stage_id IS DISTINCT FROM moved.old_stage_id
                   THEN %(today)s::date ELSE profile.stage_date END,
               won_back_date = moved.won_back_date,
               recorded_segment_id = moved.segment_id,
               strategy_id = moved.new_strategy_id,
               strategy_date = CASE
                   WHEN moved.new_strategy_id IS NULL THEN NULL
                   WHEN moved.new_strategy_id IS DISTINCT FROM moved.strategy_id
                   THEN %(today)s::date ELSE profile.strategy_date END,
               strategy_state = CASE
                   WHEN moved.new_strategy_id IS NULL THEN NULL
                   WHEN moved.new_strategy_id IS NOT DISTINCT FROM moved.strategy_id
                   THEN profile.strategy_state
                   WHEN moved.new_strategy_id IN %(waiting)s THEN 'proposed'
                   ELSE 'approved' END,
               write_date = %(now)s, write_uid = %(uid)s
          FROM (%(decisions)s) moved
         WHERE profile.id = moved.id
           AND (moved.stage_id, moved.new_strategy_id, moved.won_back_date,
                moved.segment_id)
               IS DISTINCT FROM
               (moved.old_stage_id, moved.strategy_id, moved.old_won_back_date,
                moved.recorded_segment_id)
        RETURNING moved.*""",
        decisions=decisions,
        today=today,
        waiting=tuple(waiting),
        now=now,
        uid=uid,
    )


def record(moves, run, today, effects, now):
    """Write a transition per changed field of the moved profiles.

    ``effects`` says which stages and strategies start something, and in what state
    that begins.
    """
    return SQL(
        """
        WITH moved AS (%(moves)s)
        INSERT INTO crm_loyalty_transition (
            profile_id, partner_id, company_id, date, field,
            from_stage_id, to_stage_id, from_segment_id, to_segment_id,
            from_strategy_id, to_strategy_id, revenue_12m, facts, run_id,
            effect_state, create_date, create_uid, write_date, write_uid)
        SELECT moved.id, moved.partner_id, moved.company_id, %(today)s, step.field,
               CASE step.field WHEN 'stage' THEN step.was END,
               CASE step.field WHEN 'stage' THEN step.becomes END,
               CASE step.field WHEN 'segment' THEN step.was END,
               CASE step.field WHEN 'segment' THEN step.becomes END,
               CASE step.field WHEN 'strategy' THEN step.was END,
               CASE step.field WHEN 'strategy' THEN step.becomes END,
               moved.revenue_12m,
               jsonb_build_object(
                   'orders', moved.order_count, 'last', moved.last_order_date,
                   'days', %(today)s::date - moved.last_order_date,
                   'interval', COALESCE(NULLIF(moved.median_interval, 0),
                                        NULLIF(moved.avg_interval, 0)),
                   'revenue', moved.revenue_12m),
               %(run)s,
               CASE WHEN step.field = 'stage' AND step.becomes IN %(stages)s
                      OR step.field = 'strategy' AND step.becomes IN %(strategies)s
                    THEN %(state)s ELSE 'none' END,
               %(now)s, %(uid)s, %(now)s, %(uid)s
          FROM moved
         CROSS JOIN LATERAL (VALUES
               ('stage', moved.old_stage_id, moved.stage_id),
               ('segment', moved.recorded_segment_id, moved.segment_id),
               ('strategy', moved.strategy_id, moved.new_strategy_id)
               ) step (field, was, becomes)
         WHERE step.was IS DISTINCT FROM step.becomes
        ON CONFLICT (profile_id, field, run_id) DO NOTHING
        RETURNING effect_state""",
        moves=moves,
        today=today,
        run=run.id,
        stages=effects["stages"],
        strategies=effects["strategies"],
        state=effects["state"],
        now=now,
        uid=run.env.uid,
    )


def prospects(company, now, uid):
    """Give who is in negotiation and never bought a profile without a purchase.

    The opportunity belongs to its own company, its team's, or its salesperson's.
    """
    return SQL(
        """
        INSERT INTO crm_loyalty_profile (
            company_id, partner_id, active, order_count, order_days, revenue_total,
            revenue_12m, margin_12m, rfm_r, rfm_f, rfm_m,
            create_date, create_uid, write_date, write_uid)
        SELECT DISTINCT %(company)s::integer, firm.id, TRUE, 0, 0, 0, 0, 0, 0, 0, 0,
               %(now)s::timestamp, %(uid)s::integer,
               %(now)s::timestamp, %(uid)s::integer
          FROM crm_lead lead
          JOIN res_partner partner ON partner.id = lead.partner_id
          JOIN res_partner firm ON firm.id = partner.commercial_partner_id
          LEFT JOIN crm_team team ON team.id = lead.team_id
          LEFT JOIN res_users seller ON seller.id = lead.user_id
         WHERE lead.active AND lead.type = 'opportunity'
           AND lead.won_status = 'pending' AND firm.active
           AND firm.loyalty_no_profiling IS NOT TRUE
           AND COALESCE(lead.company_id, team.company_id, seller.company_id)
               = %(company)s
           AND NOT EXISTS (SELECT 1 FROM crm_loyalty_profile known
               WHERE known.company_id = %(company)s AND known.partner_id = firm.id)
           AND NOT EXISTS (SELECT 1 FROM res_company own
               WHERE own.partner_id = firm.id)
        ON CONFLICT (company_id, partner_id) DO NOTHING""",
        company=company.id,
        now=now,
        uid=uid,
    )
