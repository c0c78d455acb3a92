"""Files of opening balances as other systems write them."""

from datetime import date

import pytest
from crm_loyalty.engine.opening import Row, UnreadableFile, read
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 6, 15)


def problems(text):
    return [(row.line, row.problem, row.text) for row in read(text.encode(), TODAY)]


class TestGoodFiles:
    def test_every_column(self):
        rows = read(
            b"Card,Customer,Points,Expiry\n044-1,,100,2026-12-31\n,C007,5.5,\n", TODAY
        )
        assert rows == [
            Row(2, "044-1", "", 100, date(2026, 12, 31)),
            Row(3, "", "C007", 5.5, None),
        ]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
    def test_encodings_and_delimiters(self, encoding, delimiter):
        text = delimiter.join(("Клиент", "Баллы")) + "\n"
        text += delimiter.join(("Самовар", "7")) + "\n"
        (row,) = read(text.encode(encoding), TODAY)
        assert (row.customer, row.points, row.problem) == ("Самовар", 7, None)

    @pytest.mark.parametrize(
        ("text", "points"),
        [("1 200,50", 1200.5), ("1\u00a0200", 1200), ('"1,200.50"', 1200.5)],
    )
    def test_numbers_of_different_countries(self, text, points):
        (row,) = read(f"customer;points\na;{text}\n".encode(), TODAY)
        assert row.points == points

    @pytest.mark.parametrize("text", ["2026-12-31", "31.12.2026", "31/12/2026"])
    def test_days_of_different_countries(self, text):
        (row,) = read(f"customer;points;expiry\na;1;{text}\n".encode(), TODAY)
        assert row.expiry == date(2026, 12, 31)

    def test_today_is_not_past(self):
        (row,) = read(b"customer;points;expiry\na;1;2026-06-15\n", TODAY)
        assert row.problem is None

    def test_blank_lines_keep_the_count(self):
        rows = read(b"customer;points\n\na;1\n ; \nb;2\n", TODAY)
        assert [row.line for row in rows] == [3, 5]

    def test_only_titles(self):
        assert read(b"customer;points\n", TODAY) == []


class TestBadRows:
    def test_each_is_told_with_line_and_cause(self):
        assert problems(
            "customer;points;expiry\n"
            ";5;\n"
            "a;many;\n"
            "b;-3;\n"
            "c;0;\n"
            "d;1;31.02.2026\n"
            "e;1;2026-06-14\n"
            "f;nan;\n"
        ) == [
            (2, "customer", ""),
            (3, "number", "many"),
            (4, "positive", "-3"),
            (5, "positive", "0"),
            (6, "date", "31.02.2026"),
            (7, "past", "2026-06-14"),
            (8, "number", "nan"),
        ]

    def test_duplicate_is_told_on_the_second(self):
        assert problems("customer;points\nA@x;1\nb;1\na@X;2\n") == [
            (2, None, ""),
            (3, None, ""),
            (4, "duplicate", "a@X"),
        ]

    def test_bad_row_does_not_spoil_a_good_one(self):
        assert problems("customer;points\na;many\na;5\n") == [
            (2, "number", "many"),
            (3, None, ""),
        ]

    def test_short_line_misses_its_points(self):
        assert problems("customer;points\na\n") == [(2, "number", "")]

    def test_hundred_year_old_day_is_past(self):
        assert problems("customer;points;expiry\na;1;1926-06-15\n") == [
            (2, "past", "1926-06-15")
        ]


class TestUnreadable:
    @pytest.mark.parametrize("content", [b"", b"  \n\n"])
    def test_empty(self, content):
        with pytest.raises(UnreadableFile) as error:
            read(content, TODAY)
        assert error.value.reason == "empty"

    @pytest.mark.parametrize(
        "content", ["customer;points\na;1".encode("utf-16"), b"PK\x03\x04\x00\x98\x00"]
    )
    def test_encoding(self, content):
        with pytest.raises(UnreadableFile) as error:
            read(content, TODAY)
        assert error.value.reason == "encoding"

    def test_no_table(self):
        with pytest.raises(UnreadableFile) as error:
            read(b'customer;points\n"a;1\nb;2\n', TODAY)
        assert error.value.reason == "format"

    @pytest.mark.parametrize(
        ("text", "missing"), [("customer;sum\n", "points"), ("points\n", "customer")]
    )
    def test_columns(self, text, missing):
        with pytest.raises(UnreadableFile, match=missing) as error:
            read(text.encode(), TODAY)
        assert (error.value.reason, error.value.detail) == ("columns", missing)


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_reason(content):
    try:
        for row in read(content, TODAY):
            assert row.problem or row.points > 0
    except UnreadableFile as error:
        assert error.reason in ("empty", "encoding", "format", "columns")
