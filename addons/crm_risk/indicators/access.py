"""Who can get in, and how well the door is locked: K02, K44, K45, K46."""

from odoo.tools import SQL

from . import parts
from .base import PersonIndicator
from .registry import register

UNUSED_DAYS = 30
DORMANT_DAYS = 60


class EmployeeIndicator(PersonIndicator):
    """Counts the enabled internal users of the company for whom `holds` is true."""

    def holds(self, env, window) -> SQL:
        raise NotImplementedError

    def condition(self, env, window) -> SQL:
        """Who is asked at all, among the enabled internal users."""
        return SQL("TRUE")

    def people(self, env, window):
        return parts.record(
            source=SQL("res_users u"),
            where=SQL(
                "%s AND %s", parts.employees(window), self.condition(env, window)
            ),
            id=SQL("u.id"),
            date=window.snapshot_date,
            team=parts.USER_TEAM,
            user=SQL("u.id"),
            numerator=parts.flag(self.holds(env, window)),
        )


class UnseenUsers(EmployeeIndicator):
    """Share of the internal users not seen for some days; newer accounts are left out
    as long as they were not seen at all."""

    days: int

    def condition(self, env, window):
        return SQL(
            "(u.create_date < %s OR %s IS NOT NULL)",
            parts.ago(window, self.days),
            parts.LAST_SEEN,
        )

    def holds(self, env, window):
        return SQL(
            "COALESCE(%s, '-infinity') < %s",
            parts.LAST_SEEN,
            parts.ago(window, self.days),
        )


@register
class UnusedAccounts(UnseenUsers):
    """Internal users never seen, or not in 30 days."""

    code = "K02"
    modules = ("mail", "sales_team")
    days = UNUSED_DAYS


@register
class DormantAccounts(UnseenUsers):
    """Enabled accounts that nobody has used for 60 days."""

    code = "K45"
    modules = ("mail", "sales_team")
    days = DORMANT_DAYS


@register
class ExportRight(EmployeeIndicator):
    """Share of the sales users who may export lists; administrators are apart."""

    code = "K44"
    modules = ("sales_team",)

    def condition(self, env, window):
        return SQL(
            "%s AND u.id <> ALL(%s)",
            parts.is_seller(env),
            parts.group_members(env, "base.group_system"),
        )

    def holds(self, env, window):
        return SQL(
            "u.id = ANY(%s)", parts.group_members(env, "base.group_allow_export")
        )


@register
class TwoFactorCoverage(EmployeeIndicator):
    """Share of the internal users with two-factor authentication."""

    code = "K46"
    modules = ("auth_totp", "sales_team")

    def holds(self, env, window):
        # the column of the secret is not readable; the search is Odoo's own
        protected = env["res.users"].search([("totp_enabled", "=", True)])
        return SQL("u.id = ANY(%s)", sorted(protected.ids))
