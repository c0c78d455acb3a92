import {Component, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {upright} from "../charts/markers";

const FAINT = "rgba(143, 143, 143, 0.25)";
const STEPS = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1};

/** A long name in rows short enough to stand beside the bars on a telephone. */
function inRows(name) {
    const rows = String(name).match(/.{1,20}(?=\s|$)|\S+/g) || [];
    return rows.map((row) => row.trim());
}

/**
 * One chart with its title, and the table that says the same for those who cannot see
 * it. Arrow keys walk from point to point, Enter opens what a click would open.
 */
export class ChartCard extends Component {
    static template = "crm_effects.ChartCard";
    static props = {
        chart: Object,
        title: String,
        tick: Function,
        height: {type: Number, optional: true},
        onOpen: {type: Function, optional: true},
        openHelp: {type: String, optional: true},
        empty: {type: String, optional: true},
        slots: {type: Object, optional: true},
    };
    static defaultProps = {height: 320};

    setup() {
        this.root = useRef("root");
        this.canvas = useRef("canvas");
        this.state = useState({asTable: false, said: ""});
        this.index = -1;
        useEffect(
            () => this.draw(),
            () => [this.props.chart, this.state.asTable]
        );
        onWillUnmount(() => this.drawn && this.drawn.destroy());
    }

    get canOpen() {
        return Boolean(this.props.onOpen && this.props.chart.keys.length);
    }

    draw() {
        if (this.drawn) {
            this.drawn.destroy();
            this.drawn = null;
        }
        this.index = -1;
        if (this.canvas.el) {
            this.drawn = new Chart(this.canvas.el, this.config);
        }
    }

    // What is drawn takes its ink from the page: the same code suits dark and bright.
    get ink() {
        return getComputedStyle(this.root.el).color;
    }

    get config() {
        const {type, labels, datasets, options} = this.props.chart;
        return {
            type,
            data: {labels, datasets},
            options: {
                animation: false,
                maintainAspectRatio: false,
                color: this.ink,
                interaction: {mode: "index", axis: this.axis, intersect: false},
                onClick: (_event, [element]) => element && this.open(element.index),
                onHover: (event, elements) => {
                    event.native.target.style.cursor =
                        this.canOpen && elements.length ? "pointer" : "default";
                },
                scales: this.scales,
                plugins: this.plugins,
                ...options,
            },
            plugins: [upright],
        };
    }

    get axis() {
        return this.props.chart.options?.indexAxis === "y" ? "y" : "x";
    }

    get scales() {
        const scale = () => ({
            ticks: {color: this.ink},
            grid: {color: FAINT},
        });
        const scales = {x: scale(), y: scale()};
        const values = scales[this.axis === "y" ? "x" : "y"];
        values.ticks.callback = this.props.tick;
        values.grid.color = ({tick}) => (tick.value === 0 ? this.ink : FAINT);
        scales[this.axis].grid.display = false;
        if (this.axis === "y") {
            scales.y.ticks.callback = function (value) {
                return inRows(this.getLabelForValue(value));
            };
        }
        if (this.axis === "x") {
            scales.x.ticks.maxRotation = 0;
            scales.x.ticks.autoSkipPadding = 12;
            scales.x.ticks.autoSkip = this.props.chart.type === "line";
        }
        return scales;
    }

    get plugins() {
        const {marks, span, table, type} = this.props.chart;
        return {
            upright: {marks, span, color: this.ink},
            legend: {
                display: type === "line",
                position: "bottom",
                labels: {
                    color: this.ink,
                    boxWidth: 28,
                    boxHeight: 6,
                    filter: (item) => item.text,
                },
            },
            tooltip: {
                displayColors: false,
                filter: (item, position, items) => item === items[0],
                callbacks: {
                    title: ([item]) => item && table.rows[item.dataIndex][0],
                    label: (item) => this.describe(item.dataIndex),
                },
            },
        };
    }

    /** The figures of a point, each with its name. */
    describe(index) {
        const {head, rows} = this.props.chart.table;
        return rows[index]
            .map((cell, column) => cell && `${head[column]}: ${cell}`)
            .slice(1)
            .filter(Boolean);
    }

    open(index) {
        if (this.canOpen) {
            this.props.onOpen(this.props.chart.keys[index]);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && this.index >= 0) {
            ev.preventDefault();
            this.open(this.index);
        } else if (STEPS[ev.key]) {
            ev.preventDefault();
            this.walk(STEPS[ev.key]);
        }
    }

    walk(step) {
        const {rows} = this.props.chart.table;
        const from = this.index < 0 && step < 0 ? rows.length : this.index;
        this.index = Math.min(Math.max(from + step, 0), rows.length - 1);
        const active = [{datasetIndex: 0, index: this.index}];
        this.drawn.setActiveElements(active);
        this.drawn.tooltip.setActiveElements(active, {x: 0, y: 0});
        this.drawn.update();
        this.state.said = [rows[this.index][0], ...this.describe(this.index)].join(
            ", "
        );
    }
}
