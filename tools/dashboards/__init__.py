"""Spreadsheet dashboards of the addons, written as data and built into Odoo's format.

    python -m tools.dashboards

writes addons/<addon>/data/files/<name>_dashboard.json, the live dashboard, and
<name>_sample_dashboard.json, the same picture with invented figures, which Odoo shows
while there are no records yet. Figures are those of the company one works in, so that
amounts of different currencies are never added up.
"""
