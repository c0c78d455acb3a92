import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const WIDTH = 720;
const HEIGHT = 320;
const MARGIN = {left: 56, right: 24, top: 16, bottom: 44};
// The last percent of futures would squeeze the rest into a corner.
const SHOWN_CHANCE = 0.99;
const COLORS = {
    inherent: "#8d6e63",
    current: "#1565c0",
    residual: "#2e7d32",
    base_current: "#90a4ae",
    base_residual: "#b0bec5",
};
const DASHES = {
    inherent: "6 4",
    current: "none",
    residual: "2 3",
    base_current: "none",
    base_residual: "2 3",
};

/** Exposure curves (chance against amount not exceeded) of a simulation run. */
export class CurveField extends Component {
    static template = "crm_risk.CurveField";
    static props = {...standardFieldProps};

    setup() {
        this.width = WIDTH;
        this.height = HEIGHT;
        this.margin = MARGIN;
        this.chances = [0, 0.2, 0.4, 0.6, 0.8, 1];
        const {confidence} = this.props.record.data;
        this.state = useState({percent: Math.round(100 * (confidence || 0.8))});
    }

    onPercent(event) {
        this.state.percent = Number(event.target.value);
    }

    get hasCurve() {
        return Boolean((this.props.record.data[this.props.name] || []).length);
    }

    /** Amount that suffices with the chosen chance: the points are percents. */
    enough(scenario) {
        const [, amount] = scenario.all[this.state.percent] || [0, 0];
        return this.money(amount);
    }

    get reserve() {
        const {low, high} = this.extent;
        const amount = this.props.record.data.reserve;
        return amount > low && amount < high ? amount : null;
    }

    get scenarios() {
        const curves = this.props.record.data[this.props.name] || [];
        return curves.map((one) => ({
            ...one,
            all: one.points,
            points: one.points.filter(([chance]) => chance <= SHOWN_CHANCE),
        }));
    }

    get extent() {
        const amounts = this.scenarios.flatMap((one) => one.points.map((p) => p[1]));
        const low = Math.min(0, ...amounts);
        const high = Math.max(...amounts, low + 1);
        return {low, high};
    }

    x(amount) {
        const {low, high} = this.extent;
        const span = WIDTH - MARGIN.left - MARGIN.right;
        return MARGIN.left + (span * (amount - low)) / (high - low);
    }

    y(chance) {
        return MARGIN.top + (HEIGHT - MARGIN.top - MARGIN.bottom) * (1 - chance);
    }

    path(scenario) {
        return scenario.points
            .map(([chance, amount], n) => {
                const x = this.x(amount).toFixed(1);
                return `${n ? "L" : "M"}${x},${this.y(chance).toFixed(1)}`;
            })
            .join(" ");
    }

    color(scenario) {
        return COLORS[scenario.scenario];
    }

    dash(scenario) {
        return DASHES[scenario.scenario];
    }

    get ticks() {
        const {low, high} = this.extent;
        return [0, 1, 2, 3, 4].map((n) => low + ((high - low) * n) / 4);
    }

    money(amount) {
        const currency = this.props.record.data.currency_id;
        return formatMonetary(amount, {
            currencyId: currency && currency.id,
            humanReadable: true,
        });
    }

    get label() {
        const parts = this.scenarios.map((one) =>
            _t("%(label)s: P50 %(p50)s, P80 %(p80)s, P95 %(p95)s", {
                label: one.label,
                p50: this.money(one.p50),
                p80: this.money(one.p80),
                p95: this.money(one.p95),
            })
        );
        return parts.join("; ");
    }
}

export const curveField = {
    component: CurveField,
    displayName: _t("Exposure curve"),
    supportedTypes: ["json"],
    fieldDependencies: [
        {name: "currency_id", type: "many2one"},
        {name: "reserve", type: "monetary"},
        {name: "confidence", type: "float"},
    ],
};

registry.category("fields").add("crm_risk_curve", curveField);
