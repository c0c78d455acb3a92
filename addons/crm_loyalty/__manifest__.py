{
    "name": "CRM Loyalty",
    "summary": "Know every customer, act in time, reward on a ledger that is right",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "CRM Value Suite",
    "website": "https://crm-value-suite.example.org",
    "category": "Sales/CRM",
    "depends": [
        "sale_crm",
        "sale_loyalty",
        "sale_stock",
        "survey",
        "digest",
        "spreadsheet_dashboard",
    ],
    "external_dependencies": {"python": ["numpy", "scipy"]},
    "data": [
        "security/crm_loyalty_groups.xml",
        "security/ir.model.access.csv",
    ],
    "demo": [],
}
