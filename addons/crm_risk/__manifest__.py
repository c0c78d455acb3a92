{
    "name": "CRM Risks",
    "summary": "Risks of a CRM introduction, in money, watched by live indicators",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "CRM Value Suite",
    "website": "https://crm-value-suite.example.org",
    "category": "Sales/CRM",
    "depends": [
        "sale_crm",
        "survey",
        "digest",
        "spreadsheet_dashboard",
    ],
    "external_dependencies": {"python": ["numpy", "scipy"]},
    "data": [
        "security/crm_risk_groups.xml",
        "security/ir.model.access.csv",
        "views/crm_risk_menus.xml",
    ],
    "demo": [],
    "application": True,
}
