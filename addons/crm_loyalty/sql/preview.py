"""What a programme would have given in the last twelve months, rule by rule."""

from odoo.tools import SQL


def audience(condition):
    """Firms and the number of those the programme is for."""
    return SQL(
        """SELECT DISTINCT partner_id FROM crm_loyalty_profile WHERE id IN %s""",
        condition,
    )


def orders(companies, rates, day_from, customers):
    """Confirmed orders of the customers, amounts in the programme's currency."""
    return SQL(
        """
        SELECT sold.id, rate.factor, sold.amount_total * rate.factor AS total,
               sold.amount_untaxed * rate.factor AS untaxed
          FROM sale_order sold
          JOIN res_partner buyer ON buyer.id = sold.partner_id
         CROSS JOIN LATERAL (
            SELECT CASE sold.company_id %(rates)s END
                   / COALESCE(NULLIF(sold.currency_rate, 0), 1) AS factor) rate
         WHERE sold.state = 'sale' AND sold.company_id IN %(companies)s
           AND sold.date_order >= %(day_from)s
           AND buyer.commercial_partner_id IN (%(customers)s)""",
        rates=rates,
        companies=tuple(companies.ids) or (0,),
        day_from=day_from,
        customers=customers,
    )


def summary(sold):
    return SQL(
        "SELECT COUNT(*), COALESCE(SUM(untaxed), 0)::float8 FROM (%s) sold", sold
    )


def rule_points(rule, sold, by_lines, taxed):
    """Points a rule would have given, over all the orders that reached its minimum."""
    per = {
        "order": SQL("1"),
        "money": SQL("GREATEST(amount, 0)"),
        "unit": SQL("quantity"),
    }[rule.reward_point_mode]
    return SQL(
        """
        SELECT COALESCE(SUM(%(per)s), 0)::float8 * %(points)s FROM (%(bought)s) bought
         WHERE minimum >= %(least)s AND quantity >= %(quantity)s""",
        per=per,
        points=rule.reward_point_amount,
        bought=_by_lines(rule, sold, taxed)
        if by_lines
        else _by_order(rule, sold, taxed),
        least=rule.minimum_amount,
        quantity=rule.minimum_qty if by_lines else 0,
    )


def _amount(taxed):
    return SQL("total") if taxed else SQL("untaxed")


def _by_order(rule, sold, taxed):
    return SQL(
        "SELECT %s AS amount, %s AS minimum, 0 AS quantity FROM (%s) sold",
        _amount(taxed),
        _amount(rule.minimum_amount_tax_mode == "incl"),
        sold,
    )


def _by_lines(rule, sold, taxed):
    """Orders again, of the products of the rule only."""
    products = rule.env["product.product"].with_context(active_test=False)
    wanted = products._search(rule._get_valid_product_domain())
    price = SQL("line.price_total") if taxed else SQL("line.price_subtotal")
    return SQL(
        """
        SELECT SUM(%(price)s * sold.factor) AS amount, MAX(%(minimum)s) AS minimum,
               SUM(line.product_uom_qty) AS quantity
          FROM (%(sold)s) sold
          JOIN sale_order_line line ON line.order_id = sold.id
         WHERE line.product_id IN %(products)s
         GROUP BY sold.id""",
        price=price,
        minimum=_amount(rule.minimum_amount_tax_mode == "incl"),
        sold=sold,
        products=wanted.subselect(),
    )
