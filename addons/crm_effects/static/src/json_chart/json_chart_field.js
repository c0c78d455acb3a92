import {ChartField} from "../charts/chart_field";
import {figure, tick} from "../explorer/formats";
import {formatFloat} from "@web/views/fields/formatters";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";

const COLORS = ["#017e84", "#714B67", "#b5651d", "#8f8f8f"];
const MONTH = "LLL yyyy";

/**
 * A chart described by the record: `type`, `labels` and `datasets` as Chart.js has
 * them, `label_kind` (month, money, text) and `value_kind` (money, percent, date)
 * say how both axes read.
 */
export class JsonChartField extends ChartField {
    static template = "crm_effects.JsonChartField";

    get spoken() {
        return this.data.datasets.map((one) => one.label).join("; ");
    }

    label(value) {
        const formats = {
            month: () => deserializeDate(value).toFormat(MONTH),
            money: () => tick("currency", this.data.currency_id)(value),
        };
        return (formats[this.data.label_kind] || (() => value))();
    }

    value(value) {
        const formats = {
            percent: () => `${formatFloat(100 * value, {digits: [0, 0]})} %`,
            date: () => luxon.DateTime.fromMillis(value).toFormat(MONTH),
            money: () => figure("currency", this.data.currency_id)(value),
        };
        return (formats[this.data.value_kind] || (() => formatFloat(value)))();
    }

    /** An axis is read at a glance: money is rounded there, not where it is asked. */
    tick(value) {
        return this.data.value_kind === "money"
            ? tick("currency", this.data.currency_id)(value)
            : this.value(value);
    }

    parse(value) {
        const isDate = this.data.value_kind === "date" && value;
        return isDate ? deserializeDate(value).toMillis() : value;
    }

    get config() {
        const {type, labels, horizontal} = this.data;
        const axis = {ticks: {callback: (value) => this.tick(value)}};
        return {
            type,
            data: {
                labels: labels.map((label) => this.label(label)),
                datasets: this.datasets,
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                indexAxis: horizontal ? "y" : "x",
                interaction: {mode: "index", intersect: false},
                scales: horizontal ? {x: axis, y: {stacked: true}} : {y: axis},
                plugins: {
                    legend: {position: "bottom", labels: {boxHeight: 2}},
                    tooltip: {callbacks: {label: (item) => this.tooltip(item)}},
                },
            },
        };
    }

    get datasets() {
        return this.data.datasets.map((one, position) => {
            const color = COLORS[position % COLORS.length];
            return {
                label: one.label,
                data: one.data.map((value) => this.parse(value)),
                borderColor: color,
                backgroundColor: color,
                borderWidth: 2,
                pointRadius: this.data.labels.length > 24 ? 0 : 2,
                spanGaps: true,
            };
        });
    }

    tooltip({dataset, raw}) {
        const text = Array.isArray(raw)
            ? _t("%(from)s to %(to)s", {
                  from: this.value(raw[0]),
                  to: this.value(raw[1]),
              })
            : this.value(raw);
        return `${dataset.label}: ${text}`;
    }
}

export const jsonChartField = {
    component: JsonChartField,
    displayName: _t("Chart described by the record"),
    supportedTypes: ["json"],
};

registry.category("fields").add("crm_effects_json_chart", jsonChartField);
