"""The arithmetic of crm_risk, free of Odoo.

=================  =====================================================
``distributions``  what a risk costs when it happens
``simulation``     money at risk of a whole register, by Monte Carlo
``tally``          what the draws add up to
``inputs``         risks as plain data, for a run to keep
``likelihood``     how indicators, approaches, responses move a chance
``exposure``       expected values, leverage, effect of a register
``matrix``         levels, scores and where the matrix misleads
``maturity``       stage of a company, level that records show
``preparation``    quality of data, cost of pains, answers, strategies
=================  =====================================================

Bad input raises :class:`ValueError` with a sentence naming the argument and
the value. "There is no answer" is a value, ``None`` or an empty tuple, never
an exception and never NaN.
"""
