"""The engine's sentences in the user's language, phrased without plural forms."""

from datetime import date

from odoo.tools import format_date


def phrase(env, code, values):
    """The sentence ``code`` with its numbers; unknown codes speak for themselves."""
    known = {
        **_refusals(env, values),
        **_gaps(env, values),
        **_doubts(env, values),
        **_comparisons(env, values),
        **_reasons(env, values),
        **_limits(env, values),
    }
    return known[code]() if code in known else values.get("text", code)


def dump(sentence):
    """An engine sentence as JSON for a record."""
    return {"code": sentence.code, "values": {**sentence.values, "text": str(sentence)}}


def _refusals(env, values):
    return {
        "season": lambda: env._(
            "The season cannot be told from the effect. Months of data before the"
            " go-live: %(months)s, needed: %(needed)s. Import the missing earlier"
            " months (%(missing)s) or compare with a control group.",
            **values,
        ),
        "few_before": lambda: env._(
            "Too little history. Months of data before the go-live: %(months)s,"
            " needed: %(needed)s. Import the missing earlier months (%(missing)s).",
            **values,
        ),
        "few_after": lambda: env._(
            "Too early to tell. Months of data after the go-live: %(months)s, needed:"
            " %(needed)s. Wait until they are measured.",
            **values,
        ),
        "short": lambda: env._(
            "The history is too short for this estimate. Months of data: %(months)s,"
            " needed: %(needed)s.",
            **values,
        ),
        "collinear": lambda: env._(
            "The effect cannot be told apart from the trend, the season or the control"
            " group: choose another control group.",
        ),
    }


def _gaps(env, values):
    """What has to be filled in before anything can be estimated."""
    return {
        "no_go_live": lambda: env._(
            "There is no go-live date: fill it in on the implementation."
        ),
        "no_indicator": lambda: env._("Choose the indicator that the effect moves."),
        "no_facts": lambda: env._(
            "The indicator %(indicator)s has no figures of whole months yet: measure it"
            " or import its history.",
            **values,
        ),
        "unavailable": lambda: env._(
            "The indicator cannot be measured: %(text)s", text=values.get("reason", "–")
        ),
        "go_live_outside": lambda: env._(
            "The go-live (%(go_live)s) lies outside the figures of the indicator"
            " (%(first)s to %(last)s): correct the date or import the missing months.",
            go_live=_day(env, values["go_live"]),
            first=_day(env, values["first"]),
            last=_day(env, values["last"]),
        ),
        "no_control": lambda: env._(
            "Choose the units that were introduced and the units to compare with."
        ),
        "invalid": lambda: env._("The estimate cannot be made: %(text)s", **values),
    }


def _doubts(env, values):
    return {
        "early": lambda: env._(
            "Months after the go-live: %(months)s. The effect may not be steady yet.",
            **values,
        ),
        "control_season": lambda: env._(
            "Months before the go-live: %(months)s. The season is taken from the"
            " control group.",
            **values,
        ),
        "no_noise": lambda: env._("The series has no noise: the interval is empty."),
        "persistent": lambda: env._(
            "Deviations last longer than the model assumes: the interval may be too"
            " narrow."
        ),
        "pretrend": lambda: env._(
            "The two groups were already moving apart before the go-live."
        ),
        "poor_fit": lambda: env._(
            "No mix of the other units follows this one before the go-live: the"
            " comparison is weak."
        ),
        "not_positive": lambda: env._(
            "The figures are not all positive: the effect is estimated in absolute"
            " units instead of percent."
        ),
        "of_nothing": lambda: env._(
            "Months left out because the figure would be divided by zero or less:"
            " %(months)s. Look at the records of these months.",
            **values,
        ),
        "late_changes": lambda: env._(
            "Months before the go-live that changed after the baseline was frozen:"
            " %(months)s. The frozen figures are used.",
            **values,
        ),
    }


def _comparisons(env, values):
    """What a comparison with other units still needs."""
    return {
        "few_donors": lambda: env._(
            "A mix of other units needs more of them. Units without gaps in their"
            " figures that were not introduced: %(donors)s, needed: %(needed)s. Add"
            " some, or compare with a control group.",
            **values,
        ),
        "few_placebos": lambda: env._(
            "Units to compare with: %(donors)s. Chance alone reaches the first rank in"
            " one case of %(units)s.",
            **values,
        ),
        "no_stages": lambda: env._(
            "A roll-out in stages needs at least two go-live dates: enter in the"
            " roll-out of the implementation which units go live when."
        ),
        "event_at_go_live": lambda: env._(
            "%(event)s happened in the month of the go-live: the two cannot be told"
            " apart. Compare with a control group that had it too.",
            **values,
        ),
        "no_person_level": lambda: env._(
            "Figures by salesperson are not kept: allow them in the settings of CRM"
            " Risks, or compare teams."
        ),
        "few_persons": lambda: env._(
            "Nobody is measured alone: choose at least %(needed)s salespeople in each"
            " group.",
            **values,
        ),
        "single_persons": lambda: env._(
            "Single salespeople are not compared with each other: choose teams or"
            " warehouses, or a control group."
        ),
        "imported": lambda: env._(
            "Months taken from an imported file: %(months)s. They are no proof.",
            **values,
        ),
        "risks_covered": lambda: env._(
            "Every risk of this effect is counted by another effect already."
        ),
        "risks_dropped": lambda: env._(
            "Risks left out because another effect counts them: %(codes)s.", **values
        ),
        "no_holdout": lambda: env._(
            "%(program)s keeps no customers out: start its measurement first.",
            **values,
        ),
        "holdout_few": lambda: env._(
            "%(program)s: too few customers took part or were kept out so far.",
            **values,
        ),
    }


def _reasons(env, values):
    """What a grade rests on."""
    return {
        "compared": lambda: env._("✓ Compared with units that were not introduced"),
        "no_comparison": lambda: env._(
            "– Compared with its own history only: what else happened then is in it"
        ),
        "before_enough": lambda: env._(
            "✓ Months before the go-live: %(months)s", **values
        ),
        "before_short": lambda: env._(
            "– Months before the go-live: %(months)s, for a proof: %(needed)s", **values
        ),
        "after_enough": lambda: env._(
            "✓ Months after the go-live: %(months)s", **values
        ),
        "after_short": lambda: env._(
            "– Months after the go-live: %(months)s, for a proof: %(needed)s", **values
        ),
        "clear": lambda: env._("✓ The interval leaves zero out"),
        "unclear": lambda: env._("– The interval includes zero: it may be chance"),
        "placebo_rare": lambda: env._(
            "✓ Fake dates or units that look as clear: %(share)s %%", **values
        ),
        "placebo_common": lambda: env._(
            "– Fake dates or units that look as clear: %(share)s %%", **values
        ),
        "doubted": lambda: env._("– A doubt stands against the comparison, see above"),
        "declared": lambda: env._("– Declared by somebody, not measured"),
        "risk_watched": lambda: env._(
            "– Expected losses are estimates, but indicators move these"
        ),
        "risk_estimated": lambda: env._(
            "– Expected losses are estimates, and no indicator moves some of them"
        ),
        "by_chance": lambda: env._("✓ Who was kept out was decided by chance"),
    }


def _limits(env, values):
    return {
        "irr_several": lambda: env._(
            "Several rates balance these flows (%(count)s): judge by NPV and MIRR.",
            **values,
        ),
        "irr_one_sign": lambda: env._(
            "No internal rate: all months have the same sign."
        ),
        "irr_none": lambda: env._(
            "No internal rate up to 1000 % balances these flows."
        ),
    }


def _day(env, value):
    return format_date(
        env, date.fromisoformat(value) if isinstance(value, str) else value
    )
