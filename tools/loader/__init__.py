"""Documents of a trading company into Odoo by COPY: the Online Retail file
(`./run load`) and synthetic companies of any size (`./run generate`)."""
