"""Arithmetic of economic effects: cash flows, causal estimates, decompositions.

Nothing here imports Odoo. Every module follows one rule on errors: bad input
raises ``ValueError`` with a sentence that names the argument and the value; a
question without an answer gets ``None``, an empty tuple or a ``Refusal``.
"""
