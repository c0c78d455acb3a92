"""What the database shows before anybody is asked: evidence of maturity, audit of
customer data. Sets of records in SQL; sentences in the reader's language."""

from . import audit, evidence
