"""Bad lines of the file: each problem is seen, and what happens follows the rule."""

import csv
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tools.loader import report, rules

DATA = Path(os.environ.get("CRM_SUITE_DATA", "../shared/data"))
FILE = DATA / "online_retail" / "online_retail_2010-12_2011-12.csv.gz"

GOOD = "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"


def judged(*lines):
    return rules.judge([line.split(",") for line in lines])


def only(line):
    return judged(line).lines[0]


def changed(**fields):
    values = dict(zip(rules.COLUMNS, GOOD.split(","), strict=True), **fields)
    return ",".join(values.values())


def test_a_good_line_is_read_as_it_is():
    line = only(GOOD)
    assert (line.invoice, line.code, line.quantity) == ("536365", "85123A", 6)
    assert (line.price, line.customer, line.problems) == (255, "17850", ())
    assert line.amount == Decimal("15.30")
    assert line.loaded_pence == 1530


@pytest.mark.parametrize(
    ("line", "problems", "loaded"),
    [
        (changed(InvoiceNo="A563186", UnitPrice="-11062.06"), ["bad debt"], False),
        (changed(Quantity="-6"), ["negative quantity without C"], False),
        (changed(InvoiceNo="C536379", Quantity="-6"), [], True),
        (changed(UnitPrice="0.0"), ["zero price"], True),
        (
            changed(UnitPrice="0.0", CustomerID=""),
            ["zero price, no customer", "no customer"],
            False,
        ),
        (changed(UnitPrice="0.001"), ["price under a penny"], True),
        (changed(CustomerID=""), ["no customer"], True),
        (changed(Description="  "), ["empty description"], True),
    ],
)
def test_each_problem(line, problems, loaded):
    found = only(line)
    assert list(found.problems) == problems
    assert found.loaded is loaded


def test_the_first_of_equal_lines_is_kept():
    first, second = judged(GOOD, GOOD).lines
    assert (first.loaded, second.loaded) == (True, False)
    assert second.problems == ("duplicate",)


def test_lines_that_differ_in_one_column_are_no_duplicates():
    assert all(line.loaded for line in judged(GOOD, changed(Quantity="7")).lines)


@pytest.mark.parametrize(
    "line",
    [
        changed(Quantity="six"),
        changed(UnitPrice=""),
        changed(UnitPrice="NaN"),
        changed(InvoiceDate="yesterday"),
        changed(StockCode=" "),
        GOOD + ",one column too many",
        "536365,85123A",
        "",
    ],
)
def test_an_unreadable_line_is_counted_and_stops_nothing(line):
    source = judged(line, GOOD)
    assert source.unreadable == 1
    assert source.counts["unreadable"] == 1
    assert [line.invoice for line in source.lines] == ["536365"]


def test_codes_in_both_cases_are_one_product():
    lines = judged(GOOD, changed(StockCode="85123a")).lines
    assert {line.code for line in lines} == {"85123A"}


def test_another_file_is_refused_in_words(tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="not an Online Retail file"):
        rules.read(file)


def test_rows_stops_early(tmp_path):
    file = tmp_path / "few.csv"
    file.write_text("\n".join([",".join(rules.COLUMNS), GOOD, changed(Quantity="1")]))
    assert len(rules.read(file, rows=1).lines) == 1


def test_months_account_for_everything(tmp_path):
    """15.30 good, 15.30 duplicate, 10 × 0.001 lost to rounding: 30.61 in the file."""
    penny = changed(Quantity="10", UnitPrice="0.001")
    source = judged(GOOD, GOOD, penny)
    month = report.Month(
        "2010-12", 3, Decimal("30.61"), Decimal("15.31"), Decimal("15.30")
    )
    assert sum(line.amount for line in source.lines) == month.file
    left_out = sum(
        line.amount - line.loaded_pence * rules.PENNY for line in source.lines
    )
    assert left_out == month.left_out
    assert month.difference == 0


def test_every_bad_line_is_in_the_report_file(tmp_path):
    source = judged(GOOD, GOOD, changed(CustomerID=""), "rubbish")
    report.write(tmp_path, "x", source, [])
    with (tmp_path / "load-x.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["row"], row["problems"], row["loaded"]) for row in rows] == [
        ("2", "duplicate", "no"),
        ("3", "no customer", "yes"),
        ("4", "unreadable", "no"),
    ]
    assert "1  duplicate" in (tmp_path / "load-x.txt").read_text()


@pytest.mark.skipif(not FILE.is_file(), reason=f"no real data: {FILE} is absent")
def test_the_real_file_has_the_published_counts():
    """Counts and totals from the README of the data."""
    source = rules.read(FILE)
    lines = source.lines
    assert len(lines) == 541_909 and not source.unreadable
    assert source.counts["duplicate"] == 5_268
    assert source.counts["empty description"] == 1_454
    assert source.counts["no customer"] == 135_080
    assert source.counts["bad debt"] == 3
    assert sum(line.quantity < 0 for line in lines) == 10_624
    assert sum(line.is_credit for line in lines) == 9_288
    assert sum(not line.exact for line in lines) == 2_515
    assert len({line.customer for line in lines} - {""}) == 4_372
    assert sum(line.amount for line in lines) == Decimal("9747747.934")
    months = Counter()
    for line in lines:
        months[f"{line.moment:%Y-%m}"] += line.amount
    assert round(months["2010-12"], 2) == Decimal("748957.02")
    assert round(months["2011-11"], 2) == Decimal("1461756.25")
    assert round(months["2011-12"], 2) == Decimal("433668.01")
