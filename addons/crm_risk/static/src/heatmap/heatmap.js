import {Component, onWillStart, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const STEPS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
};

/**
 * Risks on the 5 × 5 matrix. Everything shown comes from one server method; a
 * cell opens the risks by the domain that counted them.
 */
export class RiskHeatmap extends Component {
    static template = "crm_risk.Heatmap";
    static components = {ControlPanel};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.grid = useRef("grid");
        const context = this.props.action.context || {};
        this.state = useState({
            implementationId: context.implementation_id || 0,
            scenario: "current",
            kind: "threat",
            data: null,
        });
        onWillStart(() => this.load());
    }

    get controlPanelDisplay() {
        return {"top-right": false, "bottom-right": false};
    }

    async load() {
        this.state.data = await this.orm.call("crm.risk", "get_heatmap", [
            this.state.implementationId,
            this.state.scenario,
            this.state.kind,
        ]);
    }

    async onScenario(scenario) {
        this.state.scenario = scenario;
        await this.load();
    }

    async onKind(kind) {
        this.state.kind = kind;
        await this.load();
    }

    async onImplementation(ev) {
        this.state.implementationId = Number(ev.target.value);
        // Another register may have no opportunities, and then no switch to leave them.
        this.state.kind = "threat";
        await this.load();
    }

    cellStyle(cell) {
        // Empty cells keep their colour, paler, so that the matrix stays readable.
        return `background-color: ${cell.color}; opacity: ${cell.count ? 1 : 0.35};`;
    }

    cellLabel(row, column, cell) {
        if (!cell.count) {
            return _t("Probability %(p)s, impact %(i)s, %(rating)s. No risks.", {
                p: row.name,
                i: column.name,
                rating: cell.rating,
            });
        }
        return _t(
            "Probability %(p)s, impact %(i)s, %(rating)s. Risks: %(count)s. Expected loss: %(emv)s.",
            {
                p: row.name,
                i: column.name,
                rating: cell.rating,
                count: cell.count,
                emv: cell.emv,
            }
        );
    }

    onKeydown(ev) {
        const step = STEPS[ev.key];
        const button = ev.target.closest("[data-row]");
        if (!step || !button) {
            return;
        }
        const row = Number(button.dataset.row) + step[0];
        const column = Number(button.dataset.column) + step[1];
        const next = this.grid.el.querySelector(
            `[data-row="${row}"][data-column="${column}"]`
        );
        if (next) {
            ev.preventDefault();
            next.focus();
        }
    }

    open(domain, name) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "crm.risk",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }

    openCell(row, column, cell) {
        this.open(cell.domain, `${row.name} × ${column.name}`);
    }

    openConflicts() {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Matrix Conflicts"),
            res_model: "crm.risk.conflict",
            views: [[false, "list"]],
            domain: this.state.data.conflicts.domain,
        });
    }

    openUnplaced() {
        this.open(this.state.data.unplaced.domain, _t("Risks without a place"));
    }
}

registry.category("actions").add("crm_risk.heatmap", RiskHeatmap);
