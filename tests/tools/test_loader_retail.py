"""From lines to documents: what a credit takes back, and what lies on the shelves."""

from collections import Counter
from datetime import datetime

from tools.loader import counts, retail, rules
from tools.loader.model import Count, Credit, Product, Sale

#  invoice  code   qty   moment                price  customer
SALES = """
500001 MUG 10 2011-01-10T10:00:00 2.00 17850.0
500002 MUG  4 2011-02-10T10:00:00 2.00 17850.0
500003 MUG  4 2011-02-11T10:00:00 2.00 12345.0
500004 POST 1 2011-02-12T10:00:00 9.00 17850.0
"""


def plan(text):
    records = []
    for row in text.strip().splitlines():
        invoice, code, quantity, moment, price, customer = row.split()
        customer = customer if customer != "-" else ""
        moment = moment.replace("T", " ")
        records.append(
            [invoice, code, code, quantity, moment, price, customer, "France"]
        )
    return retail.plan(rules.judge(records).lines)


def credits(result):
    return [document for document in result.documents if isinstance(document, Credit)]


def parts(credit):
    return [
        (item.quantity, item.sale.reference if item.sale else None)
        for item in credit.items
    ]


def test_a_return_takes_from_the_newest_sale_first():
    result = plan(SALES + "C500005 MUG -6 2011-03-01T10:00:00 2.00 17850.0")
    (credit,) = credits(result)
    assert parts(credit) == [(4, "500002"), (2, "500001")]
    assert credit.reversed_sale is None
    assert sum(item.amount for item in credit.items) == 1200


def test_what_was_returned_is_not_returned_again():
    result = plan(
        SALES
        + "C500005 MUG -4 2011-03-01T10:00:00 2.00 17850.0\n"
        + "C500006 MUG -4 2011-03-02T10:00:00 2.00 17850.0\n"
        + "C500007 MUG -9 2011-03-03T10:00:00 2.00 17850.0\n"
    )
    assert [parts(credit) for credit in credits(result)] == [
        [(4, "500002")],
        [(4, "500001")],
        [(6, "500001"), (3, None)],
    ]


def test_a_return_before_the_sale_or_at_another_price_fits_nothing():
    result = plan(
        SALES
        + "C500005 MUG -1 2011-01-01T10:00:00 2.00 17850.0\n"
        + "C500006 MUG -1 2011-03-01T10:00:00 1.99 17850.0\n"
        + "C500007 MUG -1 2011-03-01T10:00:00 2.00 99999.0\n"
    )
    assert {part for credit in credits(result) for part in parts(credit)} == {(1, None)}


def test_nobody_knows_what_unnamed_customers_bought():
    result = plan(
        "500001 MUG 5 2011-01-10T10:00:00 2.00 -\n"
        "C500002 MUG -1 2011-01-11T10:00:00 2.00 -"
    )
    assert parts(credits(result)[0]) == [(1, None)]
    assert [customer.name for customer in result.customers] == [
        "Unnamed customers (France)"
    ]


def test_the_credit_of_one_sale_reverses_its_invoice():
    result = plan(SALES + "C500005 MUG -2 2011-03-01T10:00:00 2.00 12345.0")
    assert credits(result)[0].reversed_sale.reference == "500003"


def test_moments_are_utc():
    """British Summer Time began on 27 March 2011."""
    result = plan(
        "500001 MUG 1 2011-03-26T10:00:00 2.00 17850.0\n"
        "500002 MUG 1 2011-03-28T10:00:00 2.00 17850.0"
    )
    moments = [d.moment.at for d in result.documents if isinstance(d, Sale)]
    assert moments == [datetime(2011, 3, 26, 10), datetime(2011, 3, 28, 9)]


def test_goods_and_services():
    kinds = {product.code: product.is_goods for product in plan(SALES).products}
    assert kinds == {"MUG": True, "POST": False}


def test_shelves_are_never_empty():
    result = plan(SALES + "C500005 MUG -6 2011-03-01T10:00:00 2.00 17850.0")
    shelves, lowest = Counter(), 1
    for document in result.documents:
        sign = -1 if isinstance(document, Sale) else 1
        found = (
            document.found
            if isinstance(document, Count)
            else [(item.product, item.quantity) for item in document.items]
        )
        for product, quantity in found:
            if product.is_goods:
                shelves[product] += sign * quantity
                lowest = min(lowest, shelves[product])
    assert lowest == 1


def test_a_count_covers_two_months_and_one_more():
    """10 in January, 20 in February, 30 in March: 31 found, then 30 more."""
    mug = Product("MUG", "Mug", 200, 100)
    months = [datetime(2011, month, 1) for month in (1, 2, 3)]
    needs = dict(zip(months, (Counter({mug: n}) for n in (10, 20, 30)), strict=True))
    found = [(count.moment.at, count.found) for count in counts.plan(needs, {})]
    assert found == [
        (datetime(2010, 12, 31, 18), [(mug, 31)]),
        (datetime(2011, 1, 31, 18), [(mug, 30)]),
    ]
