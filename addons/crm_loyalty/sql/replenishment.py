"""Queries of replenishment: order lines to purchases, purchases to forecasts.

The rules and their reasons are in `engine/replenishment.py`; tests hold both equal.
Temporary tables: `crm_loyalty_pair` (customer, product) to forecast anew,
`crm_loyalty_purchase` their purchases net of returns.
"""

from odoo.tools import SQL

from ..engine.replenishment import DECIMALS, DUE, HISTORY, MINIMUM_PURCHASES, TIE

# The goods one may forecast: no services, no combinations of products.
GOODS = SQL(
    """JOIN product_product product ON product.id = line.product_id
       JOIN product_template template ON template.id = product.product_tmpl_id
        AND template.type = 'consu'
       JOIN uom_uom own_unit ON own_unit.id = template.uom_id"""
)


def changed_pairs(company, since):
    """Pairs of whatever was written, returned or came due since the last run, of
    customers who were written themselves, as when contacts are merged or change firms,
    and pairs of firms that have become part of another one."""
    return SQL(
        """
        SELECT partner.commercial_partner_id AS partner_id, line.product_id
          FROM sale_order o
          JOIN sale_order_line line ON line.order_id = o.id
          JOIN res_partner partner ON partner.id = o.partner_id
         WHERE o.company_id = %(company)s AND line.product_id IS NOT NULL
           AND (o.write_date >= %(since)s OR o.date_order >= %(since)s
                OR line.write_date >= %(since)s)
         UNION
        SELECT partner.commercial_partner_id, line.product_id
          FROM stock_move move
          JOIN sale_order_line line ON line.id = move.sale_line_id
          JOIN sale_order o ON o.id = line.order_id
          JOIN res_partner partner ON partner.id = o.partner_id
         WHERE move.company_id = %(company)s AND move.write_date >= %(since)s
           AND move.origin_returned_move_id IS NOT NULL
         UNION
        SELECT partner.commercial_partner_id, line.product_id
          FROM account_move move
          JOIN account_move_line line ON line.move_id = move.id
          JOIN res_partner partner ON partner.id = move.partner_id
         WHERE move.company_id = %(company)s AND move.write_date >= %(since)s
           AND move.move_type = 'out_refund' AND line.product_id IS NOT NULL
         UNION
        SELECT partner.commercial_partner_id, line.product_id
          FROM res_partner partner
          JOIN sale_order o ON o.partner_id = partner.id
          JOIN sale_order_line line ON line.order_id = o.id
         WHERE partner.write_date >= %(since)s AND o.company_id = %(company)s
           AND line.product_id IS NOT NULL
         UNION
        SELECT UNNEST(ARRAY[known.partner_id, partner.commercial_partner_id]),
               known.product_id
          FROM crm_loyalty_replenishment known
          JOIN res_partner partner ON partner.id = known.partner_id
         WHERE known.company_id = %(company)s
           AND partner.commercial_partner_id <> known.partner_id""",
        company=company.id,
        since=since,
    )


def purchases(company, tz, today, minimum, full):
    """Purchase days with what the customer kept; pairs with too few are left out."""
    return SQL(
        """
        WITH event AS (%(sold)s UNION ALL %(credited)s),
        daily AS (
            SELECT partner_id, product_id, day, SUM(quantity) AS quantity,
                   SUM(bought) AS bought, SUM(amount) AS amount, MAX(unit) AS unit
              FROM event
             GROUP BY partner_id, product_id, day
        ),
        visit AS (
            SELECT *, COUNT(*) FILTER (WHERE bought > 0) OVER (
                       PARTITION BY partner_id, product_id ORDER BY day) AS visit
              FROM daily
        ),
        kept AS (
            SELECT partner_id, product_id, MIN(day) AS day,
                   ROUND(SUM(quantity), %(decimals)s)::float8 AS quantity,
                   (SUM(amount) / SUM(bought))::float8 AS price,
                   (MAX(unit))[2] AS unit_id
              FROM visit
             WHERE visit > 0
             GROUP BY partner_id, product_id, visit
            HAVING ROUND(SUM(quantity), %(decimals)s) > 0
        )
        SELECT partner_id, product_id, day, quantity, price, unit_id
          FROM (SELECT *, COUNT(*) OVER (PARTITION BY partner_id, product_id)
                       AS purchases
                  FROM kept) counted
         WHERE purchases >= %(minimum)s""",
        sold=_sold(company, tz, today, full),
        credited=_credited(company, today, full),
        decimals=DECIMALS,
        minimum=minimum,
    )


def _sold(company, tz, today, full):
    """Lines of confirmed orders in the product's own unit, less what came back: by a
    return of goods or a credit note, whichever is more, unless replaced since."""
    return SQL(
        """
        SELECT partner.commercial_partner_id AS partner_id, line.product_id,
               (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS day,
               (line.product_uom_qty - GREATEST(0,
                   LEAST(COALESCE(back.quantity, 0)
                             * own_unit.factor / unit.factor,
                         line.product_uom_qty - line.qty_delivered),
                   LEAST(COALESCE(credit.quantity, 0),
                         line.product_uom_qty - line.qty_invoiced))
               ) * unit.factor / own_unit.factor AS quantity,
               CASE WHEN line.product_uom_qty > 0 THEN line.product_uom_qty
                   * unit.factor / own_unit.factor END AS bought,
               CASE WHEN line.product_uom_qty > 0 THEN line.price_subtotal
                   / COALESCE(NULLIF(o.currency_rate, 0), 1) END AS amount,
               CASE WHEN line.product_uom_qty > 0
                   THEN ARRAY[line.id, line.product_uom_id] END AS unit
          FROM sale_order o
          JOIN res_partner partner ON partner.id = o.partner_id
          JOIN sale_order_line line ON line.order_id = o.id
          %(goods)s
          JOIN uom_uom unit ON unit.id = line.product_uom_id
          %(pairs)s
          LEFT JOIN LATERAL (
            SELECT SUM(move.product_qty) AS quantity
              FROM stock_move move
              JOIN stock_location place ON place.id = move.location_dest_id
             WHERE line.qty_delivered < line.product_uom_qty
               AND move.sale_line_id = line.id AND move.state = 'done'
               AND move.to_refund AND place.usage <> 'customer'
          ) back ON TRUE
          LEFT JOIN LATERAL (
            SELECT SUM(credit.quantity * credit_unit.factor / unit.factor)
                       AS quantity
              FROM sale_order_line_invoice_rel link
              JOIN account_move_line credit ON credit.id = link.invoice_line_id
              JOIN account_move note ON note.id = credit.move_id
              JOIN uom_uom credit_unit ON credit_unit.id = credit.product_uom_id
             WHERE line.qty_invoiced < line.product_uom_qty
               AND link.order_line_id = line.id AND note.state = 'posted'
               AND note.move_type = 'out_refund'
          ) credit ON TRUE
         WHERE o.state = 'sale' AND o.company_id = %(company)s
           AND line.display_type IS NULL AND line.reward_id IS NULL
           AND line.is_downpayment IS NOT TRUE AND line.is_expense IS NOT TRUE
           AND (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
               <= %(today)s
           AND NOT EXISTS (SELECT 1 FROM res_company own
               WHERE own.partner_id = partner.commercial_partner_id)""",
        tz=tz,
        today=today,
        company=company.id,
        goods=GOODS,
        pairs=_only_pairs(full),
    )


def _credited(company, today, full):
    """Credit notes that name no order: goods that came back on the day."""
    return SQL(
        """
        SELECT partner.commercial_partner_id, line.product_id,
               COALESCE(note.invoice_date, note.date),
               -line.quantity * unit.factor / own_unit.factor,
               NULL::numeric, NULL::numeric, NULL::integer[]
          FROM account_move note
          JOIN res_partner partner ON partner.id = note.partner_id
          JOIN account_move_line line ON line.move_id = note.id
          %(goods)s
          JOIN uom_uom unit ON unit.id = line.product_uom_id
          %(pairs)s
         WHERE note.move_type = 'out_refund' AND note.state = 'posted'
           AND note.company_id = %(company)s AND line.display_type = 'product'
           AND COALESCE(note.invoice_date, note.date) <= %(today)s
           AND NOT EXISTS (SELECT 1 FROM sale_order_line_invoice_rel link
               WHERE link.invoice_line_id = line.id)""",
        company=company.id,
        today=today,
        goods=GOODS,
        pairs=_only_pairs(full),
    )


def _only_pairs(full):
    if full:
        return SQL()
    return SQL(
        """JOIN crm_loyalty_pair pair
             ON pair.partner_id = partner.commercial_partner_id
            AND pair.product_id = line.product_id"""
    )


def forecasts(until, minimum):
    """What either model says of each pair from its purchases up to a day.

    `own_model` is the one with the smaller error on the customer's own past.
    """
    return SQL(
        """
        WITH recent AS (
            SELECT *, ROW_NUMBER() OVER (PARTITION BY partner_id, product_id
                                         ORDER BY day DESC) AS age
              FROM crm_loyalty_purchase
             WHERE day <= %(until)s
        ),
        numbered AS (
            SELECT *, ROW_NUMBER() OVER w AS n,
                   COUNT(*) OVER (PARTITION BY partner_id, product_id) AS purchases,
                   day - LAG(day) OVER w AS gap,
                   day - FIRST_VALUE(day) OVER w AS span,
                   (SUM(quantity::numeric) OVER (w
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))::float8
                       AS used
              FROM recent
             WHERE age <= %(history)s
            WINDOW w AS (PARTITION BY partner_id, product_id ORDER BY day)
        ),
        step AS (
            SELECT *, quantity / used * span AS cover
              FROM numbered
             WHERE purchases >= %(minimum)s
        ),
        rhythm AS (%(rhythm)s),
        past AS (%(past)s),
        error AS (
            SELECT partner_id, product_id, AVG(interval_error) AS interval_error,
                   AVG(consumption_error) AS consumption_error
              FROM past
             GROUP BY partner_id, product_id
        )
        SELECT rhythm.*, spread.spread, error.interval_error,
               error.consumption_error,
               %(interval_days)s AS interval_days,
               CASE WHEN rhythm.cover < DATE '9999-12-31' - rhythm.last_date
                   THEN %(cover_days)s END AS consumption_days,
               CASE WHEN error.interval_error < error.consumption_error - %(tie)s
                   THEN 'interval' ELSE 'consumption' END AS own_model
          FROM rhythm
          JOIN error USING (partner_id, product_id)
          JOIN (SELECT partner_id, product_id, PERCENTILE_CONT(0.5) WITHIN GROUP (
                       ORDER BY ABS(step.gap - rhythm.median_interval)) AS spread
                  FROM step
                  JOIN rhythm USING (partner_id, product_id)
                 WHERE step.gap IS NOT NULL
                 GROUP BY partner_id, product_id
          ) spread USING (partner_id, product_id)""",
        until=until,
        history=HISTORY,
        minimum=max(minimum, MINIMUM_PURCHASES),
        rhythm=_rhythm(),
        past=_past(),
        interval_days=_whole_days(SQL("rhythm.median_interval")),
        cover_days=_whole_days(SQL("rhythm.cover")),
        tie=TIE,
    )


def _rhythm():
    last = SQL("FILTER (WHERE n = purchases)")
    return SQL(
        """
        SELECT partner_id, product_id, purchases::integer AS purchases,
               MAX(day) AS last_date,
               (MAX(quantity) %(last)s)::numeric AS last_qty,
               MAX(price) %(last)s AS price,
               MAX(unit_id) %(last)s AS sale_uom_id,
               MAX(cover) %(last)s AS cover,
               MAX(used) %(last)s / MAX(span) %(last)s AS rate,
               PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap) AS median_interval,
               (1 - 1.0::float8 / COUNT(gap))
                   / (1 + VAR_POP(gap::float8) / AVG(gap::float8) ^ 2) AS confidence
          FROM step
         GROUP BY partner_id, product_id, purchases""",
        last=last,
    )


def _past():
    """Errors in days: each purchase from the third on, from those before it."""
    return SQL(
        """
        SELECT later.partner_id, later.product_id,
               ABS(PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY earlier.gap)
                   - later.gap) AS interval_error,
               ABS(MAX(earlier.cover) FILTER (WHERE earlier.n = later.n - 1)
                   - later.gap) AS consumption_error
          FROM step later
          JOIN step earlier ON earlier.partner_id = later.partner_id
           AND earlier.product_id = later.product_id
           AND earlier.n BETWEEN 2 AND later.n - 1
         GROUP BY later.partner_id, later.product_id, later.n, later.gap"""
    )


def _whole_days(number):
    return SQL("FLOOR(ROUND(%s::numeric, %s) + 0.5)::integer", number, DECIMALS)


def results(company, today):
    """Forecasts as they are stored, by the model of the product category; products
    without one follow the row of the whole company."""
    return SQL(
        """
        SELECT told.*, last_date + days AS expected_date,
               ROUND((rate * median_interval)::numeric, %(decimals)s)
                   AS expected_qty,
               ROUND((rate * median_interval * price)::numeric, %(digits)s)
                   AS expected_amount,
               CASE model WHEN 'interval' THEN interval_error
                          ELSE consumption_error END AS error_days
          FROM (
            SELECT chosen.*, CASE model WHEN 'interval' THEN interval_days
                                        ELSE consumption_days END AS days
              FROM (
                SELECT forecast.*, CASE WHEN consumption_days IS NULL
                           THEN 'interval'
                           ELSE COALESCE(NULLIF(accuracy.model, 'own'),
                                         own_model) END AS model
                  FROM (%(forecasts)s) forecast
                  JOIN product_product product ON product.id = forecast.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  LEFT JOIN crm_loyalty_replenishment_accuracy accuracy
                    ON accuracy.company_id = %(company)s
                   AND accuracy.categ_id IS NOT DISTINCT FROM template.categ_id
              ) chosen
          ) told""",
        forecasts=forecasts(today, company.loyalty_minimum_intervals + 1),
        company=company.id,
        decimals=DECIMALS,
        digits=company.currency_id.decimal_places,
    )


def state(row, today, company):
    """The state on a day, of a stored or a computed forecast."""
    waited = SQL(
        "((%(today)s - %(row)s.last_date)::float8"
        " / GREATEST(%(row)s.expected_date - %(row)s.last_date, 1))",
        today=today,
        row=SQL.identifier(row),
    )
    return SQL(
        """CASE WHEN %(waited)s < %(due)s THEN 'on_time'
                WHEN %(waited)s <= %(late)s THEN 'due'
                WHEN %(waited)s <= %(lapsed)s THEN 'late' ELSE 'lapsed' END""",
        waited=waited,
        due=DUE,
        late=company.loyalty_late_ratio,
        lapsed=company.loyalty_lapsed_ratio,
    )
