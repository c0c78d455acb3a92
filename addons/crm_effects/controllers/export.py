"""Files of the return: workbook with formulas, JSON, CSV."""

from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, content_disposition, request, route

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}


class ReturnExport(Controller):
    @route(
        "/crm_effects/<int:implementation_id>/return.<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export_return(self, implementation_id, kind):
        """The file, or nothing for who may not read the implementation's costs."""
        if kind not in TYPES:
            raise NotFound()
        implementation = request.env["crm.implementation"].browse(implementation_id)
        if not implementation.exists():
            raise NotFound()
        try:
            content = getattr(implementation, f"_export_{kind}")()
        except AccessError as hidden:
            raise NotFound() from hidden
        except UserError as empty:
            return request.make_response(str(empty), status=422)
        name = f"{implementation.name}.{kind}"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", TYPES[kind]),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
