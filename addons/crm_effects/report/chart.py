"""Charts of the printed report, as PNG in a data address.

matplotlib is loaded on the first chart only: it costs a second and 60 MB that a
server which prints nothing need not spend. Its own DejaVu Sans has Cyrillic.
"""

import base64
import io
import logging

_logger = logging.getLogger(__name__)

WIDTH, HEIGHT = 3.7, 2.5  # inches: two charts side by side on A4
DPI = 200
INK, PALE, BAND, GOOD = "#714B67", "#8f8f8f", "#d9c9d5", "#017e84"


def path_chart(months, actual, expected, low, high, start, labels):
    """Actual against counterfactual with its band and the go-live line.

    The four series are as long as ``months``; ``None`` is a month without a value.
    ``labels``: title, actual, expected, go_live. Returns ``None`` without
    matplotlib.
    """
    figure, axes = _new(labels["title"])
    if figure is None:
        return None
    after = [i for i, value in enumerate(expected) if value is not None]
    axes.fill_between(
        [months[i] for i in after],
        [low[i] for i in after],
        [high[i] for i in after],
        color=BAND,
        linewidth=0,
    )
    axes.plot(
        [months[i] for i in after],
        [expected[i] for i in after],
        color=INK,
        linestyle="--",
        linewidth=1.2,
        label=labels["expected"],
    )
    known = [i for i, value in enumerate(actual) if value is not None]
    axes.plot(
        [months[i] for i in known],
        [actual[i] for i in known],
        color=GOOD,
        linewidth=1.4,
        label=labels["actual"],
    )
    axes.axvline(start, color=PALE, linewidth=1, linestyle=":")
    axes.annotate(
        labels["go_live"],
        (start, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(3, -9),
        textcoords="offset points",
        fontsize=6.5,
        color=PALE,
    )
    figure.legend(fontsize=6.5, frameon=False, loc="outside lower left", ncols=2)
    return _encode(figure)


def cash_chart(months, cumulative, today, payback, labels):
    """Cumulative cash; ``labels``: title, today, payback."""
    figure, axes = _new(labels["title"])
    if figure is None:
        return None
    axes.axhline(0, color=PALE, linewidth=0.8)
    past = [i for i, month in enumerate(months) if month <= today]
    ahead = list(range(past[-1] if past else 0, len(months)))
    for part, style in ((past, "-"), (ahead, "--")):
        axes.plot(
            [months[i] for i in part],
            [cumulative[i] for i in part],
            color=INK,
            linestyle=style,
            linewidth=1.4,
            marker="o" if len(part) == 1 else None,  # a line needs two months
            markersize=3,
        )
    if payback:
        axes.axvline(payback, color=GOOD, linewidth=1, linestyle=":")
        axes.annotate(
            labels["payback"],
            (payback, 0.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, 5),
            textcoords="offset points",
            fontsize=6.5,
            color=GOOD,
        )
    return _encode(figure)


def chance_chart(amounts, chances, labels):
    """Chance that the NPV is not higher; ``labels``: title, nothing (zero line)."""
    figure, axes = _new(labels["title"], is_dated=False)
    if figure is None:
        return None
    axes.plot(amounts, chances, color=INK, linewidth=1.4)
    axes.axvline(0, color=PALE, linewidth=0.8)
    for level in (0.1, 0.5, 0.9):
        axes.axhline(level, color=BAND, linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 1)
    return _encode(figure)


def span_chart(months, early, middle, late, labels):
    """How the forecast of a day moved; ``labels``: title. Days may be missing."""
    figure, axes = _new(labels["title"])
    if figure is None:
        return None
    from matplotlib.dates import AutoDateLocator, DateFormatter, MonthLocator

    axes.xaxis.set_major_locator(MonthLocator(interval=1 + len(months) // 8))
    axes.xaxis.set_major_formatter(DateFormatter("%m.%y"))
    both = [i for i, (a, b) in enumerate(zip(early, late, strict=True)) if a and b]
    axes.fill_between(
        [months[i] for i in both],
        [early[i] for i in both],
        [late[i] for i in both],
        color=BAND,
        linewidth=0,
    )
    known = [i for i, day in enumerate(middle) if day]
    axes.plot(
        [months[i] for i in known],
        [middle[i] for i in known],
        color=INK,
        linewidth=1.4,
        marker="o",
        markersize=2.5,
    )
    axes.yaxis.set_major_locator(AutoDateLocator(maxticks=6))
    axes.yaxis.set_major_formatter(DateFormatter("%m.%y"))
    return _encode(figure)


def _new(title, is_dated=True):
    """An empty chart; nothing when matplotlib is not installed."""
    try:
        from matplotlib.dates import MONTHLY, AutoDateLocator, ConciseDateFormatter
        from matplotlib.figure import Figure
        from matplotlib.ticker import EngFormatter, MaxNLocator, PercentFormatter
    except ImportError:
        _logger.info("matplotlib is not installed: the report has no charts")
        return None, None
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=8, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=6.5, length=2)
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(EngFormatter(sep=""))
    if not is_dated:
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        return figure, axes
    locator = AutoDateLocator(maxticks=7)
    locator.intervald[MONTHLY] = [1, 2, 3, 6, 12, 24, 48]
    axes.xaxis.set_major_locator(locator)
    numeric = ["%Y", "%m.%y", "%d", "%H:%M", "%H:%M", "%S"]
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(
            locator,
            formats=numeric,
            zero_formats=["", "%Y", *numeric[1:5]],
            show_offset=False,
        )
    )
    return figure, axes


def _encode(figure):
    target = io.BytesIO()
    figure.savefig(target, format="png")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()
