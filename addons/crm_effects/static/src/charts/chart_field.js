import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * A JSON field drawn by Chart.js in the template's canvas; drawn anew when the value
 * changes. Subclasses say how: `config`, as Chart.js has it.
 */
export class ChartField extends Component {
    static props = {...standardFieldProps};

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [JSON.stringify(this.data)]
        );
        onWillUnmount(() => this.chart && this.chart.destroy());
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    draw() {
        if (this.chart) {
            this.chart.destroy();
            this.chart = null;
        }
        if (this.data && this.canvas.el) {
            this.chart = new Chart(this.canvas.el, this.config);
        }
    }
}
