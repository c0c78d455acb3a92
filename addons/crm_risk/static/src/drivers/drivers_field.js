import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatFloat, formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

const SHOWN_FIRST = "current";

/** Tornado of a simulation run: each risk's part in the spread and in bad futures. */
export class DriversField extends Component {
    static template = "crm_risk.DriversField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.state = useState({scenario: SHOWN_FIRST});
    }

    get scenarios() {
        return this.props.record.data[this.props.name] || [];
    }

    get shown() {
        return (
            this.scenarios.find((one) => one.scenario === this.state.scenario) ||
            this.scenarios[0]
        );
    }

    get bars() {
        return this.shown ? this.shown.bars : [];
    }

    get greatest() {
        const shares = this.bars.flatMap((bar) => [bar.variance, bar.tail]);
        return Math.max(...shares.map(Math.abs), 0.01);
    }

    width(share) {
        return `width: ${((100 * Math.abs(share)) / this.greatest).toFixed(1)}%`;
    }

    /** Below zero: the risk lowers the exposure, as an opportunity does. */
    color(share, usual) {
        return share < 0 ? "bg-success" : usual;
    }

    percent(share) {
        return `${formatFloat(100 * share, {digits: [16, 1]})} %`;
    }

    money(amount) {
        const currency = this.props.record.data.currency_id;
        return formatMonetary(amount, {currencyId: currency && currency.id});
    }

    show(scenario) {
        this.state.scenario = scenario.scenario;
    }

    open(bar) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.risk",
            res_id: bar.risk_id,
            views: [[false, "form"]],
        });
    }
}

export const driversField = {
    component: DriversField,
    displayName: _t("Drivers of exposure"),
    supportedTypes: ["json"],
    fieldDependencies: [{name: "currency_id", type: "many2one"}],
};

registry.category("fields").add("crm_risk_drivers", driversField);
