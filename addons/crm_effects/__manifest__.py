{
    "name": "CRM Economic Effects",
    "summary": "What the CRM brought, how sure we are, and whether it paid",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "CRM Value Suite",
    "website": "https://crm-value-suite.example.org",
    "category": "Sales/CRM",
    "depends": [
        "crm_loyalty",
        "crm_risk",
        "sale_stock",
    ],
    "external_dependencies": {"python": ["numpy", "scipy", "matplotlib"]},
    "data": [
        "security/crm_effects_groups.xml",
        "security/ir.model.access.csv",
        "views/crm_effects_menus.xml",
    ],
    "demo": [],
    "application": True,
}
