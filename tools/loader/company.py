"""The company that the documents belong to, made by Odoo itself."""

from dataclasses import dataclass

# Import habits: no followers, no field tracking, no e-mails; texts in English, as the
# names of the file's products are.
CONTEXT = {
    "lang": "en_US",
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "skip_sms": True,
}
CHART = "generic_coa"  # the chart that comes with Odoo; prices carry no tax


@dataclass(frozen=True)
class Setting:
    name: str
    code: str
    currency: str
    country: str
    timezone: str


def create(env, setting: Setting):
    """Company with chart of accounts, journals and warehouse; returns its env."""
    currency = env.ref(f"base.{setting.currency}")
    currency.active = True
    country = env["res.country"].search([("code", "=", setting.country)])
    # Otherwise Odoo installs the country's modules now, which commits half of the load.
    env = env(context={**env.context, **CONTEXT, "install_mode": True})
    company = env["res.company"].create(
        {"name": setting.name, "currency_id": currency.id, "country_id": country.id}
    )
    env["account.chart.template"].try_loading(CHART, company, install_demo=False)
    company.write(
        {
            # the chart brings the currency of its own country
            "currency_id": currency.id,
            "account_fiscal_country_id": country.id,
            # prices are net and nothing is known about tax
            "account_sale_tax_id": False,
            "account_purchase_tax_id": False,
        }
    )
    company.resource_calendar_id.tz = setting.timezone
    if not env["stock.warehouse"].search([("company_id", "=", company.id)]):
        env["stock.warehouse"].create(
            {"name": setting.name, "code": setting.code, "company_id": company.id}
        )
    _show_to_administrators(env, company)
    env.flush_all()
    return inside(env, company)


def inside(env, company):
    """An environment that sees this company only, with import habits."""
    context = {**env.context, **CONTEXT, "allowed_company_ids": [company.id]}
    context.pop("install_mode", None)
    return env(context=context)


def _show_to_administrators(env, company) -> None:
    """Who may administer sees the new company at once, and as the first one."""
    users = env.ref("base.group_system").all_user_ids.filtered("active")
    users.write({"company_ids": [(4, company.id)], "company_id": company.id})
