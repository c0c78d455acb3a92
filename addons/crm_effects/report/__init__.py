"""Printed reports: values in plain Python, layout in QWeb."""

from . import crm_implementation_report_return
