import {ChartField} from "../charts/chart_field";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate} from "@web/core/l10n/dates";
import {figure, tick} from "../explorer/formats";
import {registry} from "@web/core/registry";
import {upright} from "../charts/markers";

const ACTUAL = "#017e84";
const EXPECTED = "#714B67";
const BAND = "rgba(113, 75, 103, 0.18)";

/** Actual figures against what would have come anyway, with its 95 % band. */
export class EffectChartField extends ChartField {
    static template = "crm_effects.EffectChartField";

    get config() {
        const {months, go_live, unit, currency_id} = this.data;
        const say = figure(unit, currency_id);
        const goLive = months.findIndex((day) => day >= go_live.slice(0, 8));
        return {
            type: "line",
            data: {
                labels: months.map((day) => deserializeDate(day).toFormat("LLL yyyy")),
                datasets: this.datasets,
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: {mode: "index", intersect: false},
                scales: {
                    x: {ticks: {maxRotation: 0, autoSkipPadding: 12}},
                    y: {ticks: {callback: tick(unit, currency_id)}},
                },
                plugins: {
                    upright: {marks: [{position: goLive, label: _t("go-live")}]},
                    legend: {
                        position: "bottom",
                        labels: {filter: (item) => item.text, boxHeight: 2},
                    },
                    tooltip: {
                        filter: (item) => item.dataset.label,
                        callbacks: {
                            label: ({dataset, parsed}) =>
                                `${dataset.label}: ${say(parsed.y)}`,
                        },
                    },
                },
            },
            plugins: [upright],
        };
    }

    get datasets() {
        const {actual, counterfactual, counterfactual_low, counterfactual_high} =
            this.data;
        const line = {pointRadius: 0, borderWidth: 2, tension: 0};
        const edge = {...line, borderWidth: 0, backgroundColor: BAND};
        return [
            {
                ...line,
                label: _t("Actual"),
                data: actual,
                borderColor: ACTUAL,
                backgroundColor: ACTUAL,
            },
            {
                ...line,
                label: _t("Without the introduction"),
                data: counterfactual,
                borderColor: EXPECTED,
                backgroundColor: EXPECTED,
                borderDash: [6, 4],
            },
            {...edge, data: counterfactual_low},
            {
                ...edge,
                label: _t("95 % interval"),
                data: counterfactual_high,
                fill: "-1",
            },
        ];
    }
}

export const effectChartField = {
    component: EffectChartField,
    displayName: _t("Effect chart"),
    supportedTypes: ["json"],
};

registry.category("fields").add("crm_effects_chart", effectChartField);
