/**
 * The charts of the effect explorer: from the server's data to the settings of
 * Chart.js and to the table that says the same in words. Nothing here touches the page.
 *
 * Every chart is {type, labels, datasets, options, marks, table: {head, rows}, keys};
 * `keys` says, point by point, what a click on it opens.
 */
import {_t} from "@web/core/l10n/translation";
import {deserializeDate} from "@web/core/l10n/dates";

export const COLORS = {
    actual: "#017e84",
    expected: "#9a6b8f",
    band: "rgba(154, 107, 143, 0.22)",
    proven: "#2b8a3e",
    probable: "#d08700",
    hoped: "#8f8f8f",
    gain: "#2b8a3e",
    loss: "#c0392b",
};

export function monthName(day) {
    return deserializeDate(day).toFormat("LLL yyyy");
}

const LINE = {pointRadius: 0, pointHitRadius: 8, borderWidth: 2, tension: 0};
const EDGE = {...LINE, borderWidth: 0, pointHitRadius: 0, backgroundColor: COLORS.band};

/** The two edges of a band, the space between them filled. */
function band(low, high, label) {
    return [
        {...EDGE, data: low},
        {...EDGE, data: high, label, fill: "-1"},
    ];
}

function line(label, color, data, more = {}) {
    return {...LINE, label, data, borderColor: color, backgroundColor: color, ...more};
}

/** What happened against what would have happened. */
export function pathChart(path, events, format) {
    const goLive = path.months.findIndex((day) => day >= path.go_live.slice(0, 8));
    const say = (value) => (value === null ? "" : format(value));
    return {
        type: "line",
        labels: path.months.map(monthName),
        datasets: [
            line(_t("Actual"), COLORS.actual, path.actual),
            line(_t("Without the introduction"), COLORS.expected, path.counterfactual, {
                borderDash: [6, 4],
            }),
            ...band(
                path.counterfactual_low,
                path.counterfactual_high,
                _t("95 % interval")
            ),
        ],
        marks: [
            {position: goLive, label: _t("go-live")},
            ...events.map(([day, label]) => ({
                position: path.months.indexOf(day),
                label,
            })),
        ],
        keys: path.can_open ? path.months : [],
        table: {
            head: [
                _t("Month"),
                _t("Actual"),
                _t("Without the introduction"),
                _t("At least"),
                _t("At most"),
            ],
            rows: path.months.map((day, i) => [
                monthName(day),
                say(path.actual[i]),
                say(path.counterfactual[i]),
                say(path.counterfactual_low[i]),
                say(path.counterfactual_high[i]),
            ]),
        },
    };
}

/** Month by month around the go-live: how far the treated stood from the control. */
export function studyChart(study, format) {
    const {points} = study;
    const after = points.findIndex(([month]) => month >= 0);
    const colors = points.map(([month]) =>
        month < 0 ? COLORS.expected : COLORS.actual
    );
    const name = (month) => (month < 0 ? `−${-month}` : `+${month + 1}`);
    return {
        type: "bar",
        labels: points.map(([month]) => name(month)),
        datasets: [
            {
                label: _t("95 % interval"),
                data: points.map(([, , low, high]) => [low, high]),
                backgroundColor: colors.map((color) => color + "55"),
                borderColor: colors,
                borderWidth: 1,
                borderSkipped: false,
                maxBarThickness: 10,
            },
            {
                type: "line",
                label: _t("Difference to the control"),
                data: points.map(([, mean]) => mean),
                showLine: false,
                pointStyle: "rectRot",
                pointRadius: 5,
                backgroundColor: colors,
                borderColor: colors,
            },
        ],
        marks: after < 0 ? [] : [{position: after - 0.5, label: _t("go-live")}],
        keys: [],
        table: {
            head: [
                _t("Month from the go-live"),
                _t("Difference to the control"),
                _t("At least"),
                _t("At most"),
            ],
            rows: points.map(([month, ...figures]) => [
                name(month),
                ...figures.map(format),
            ]),
        },
    };
}

/** All effects with their intervals, in percent or in money. */
export function forestChart(effects, measure, format) {
    const shown = effects.filter((effect) =>
        measure === "money" ? effect.has_money : effect.relative
    );
    const triples = shown.map((effect) =>
        measure === "money" ? effect.money : effect.relative
    );
    const colors = shown.map(({proof}) => COLORS[proof] || COLORS.hoped);
    return {
        type: "bar",
        labels: shown.map(({name}) => name),
        datasets: [
            {
                label: _t("95 % interval"),
                data: triples.map(([, low, high]) => [low, high]),
                backgroundColor: colors.map((color) => color + "55"),
                borderColor: colors,
                borderWidth: 1,
                borderSkipped: false,
                barThickness: 10,
            },
            {
                type: "scatter",
                label: _t("Effect"),
                data: triples.map(([middle], i) => ({x: middle, y: shown[i].name})),
                pointStyle: "rectRot",
                pointRadius: 7,
                backgroundColor: colors,
                borderColor: colors,
            },
        ],
        options: {indexAxis: "y"},
        marks: [],
        keys: shown.map(({id}) => id),
        table: {
            head: [
                _t("Effect"),
                _t("Mean"),
                _t("At least"),
                _t("At most"),
                _t("Evidence"),
            ],
            rows: shown.map((effect, i) => [
                effect.name,
                ...triples[i].map(format),
                [effect.grade_text, effect.proof_text].filter(Boolean).join(" · "),
            ]),
        },
    };
}

/** Cumulative cash; dashed from today on. */
export function cashChart(cash, format) {
    const today = cash.months.findIndex((day) => day >= cash.today);
    const ahead = today < 0 ? cash.months.length : today;
    const single = {pointRadius: cash.months.length === 1 ? 4 : 0};
    const {middle, low, high} = cash.payback;
    const marks = [{position: today, label: _t("today")}];
    if (middle) {
        marks.push({position: middle, label: _t("pays back")});
    }
    const span = [high, low].filter((one) => one);
    return {
        type: "line",
        labels: cash.months.map(monthName),
        datasets: [
            line(_t("Cash to date and expected"), COLORS.actual, cash.middle, {
                ...single,
                segment: {
                    borderDash: ({p1DataIndex}) =>
                        p1DataIndex >= ahead ? [6, 4] : undefined,
                },
            }),
            ...band(
                cash.low,
                cash.high,
                _t("All effects at the low or high end of their interval")
            ),
        ],
        marks,
        span: span.length === 2 ? span : [],
        keys: cash.months,
        table: {
            head: [_t("Month"), _t("Cash"), _t("At least"), _t("At most")],
            rows: cash.months.map((day, i) => [
                monthName(day),
                format(cash.middle[i]),
                format(cash.low[i]),
                format(cash.high[i]),
            ]),
        },
    };
}

/** A name in lines of one word, or of two short ones: it stands below a narrow bar. */
function inLines(name) {
    return String(name).match(/\S{1,3}\s\S{1,6}(?=\s|$)|\S+/g);
}

/** From the total before to the total after, driver by driver. */
export function driverChart(drivers, format) {
    const steps = [];
    let level = drivers.before;
    for (const [name, part] of drivers.parts) {
        steps.push({name, from: level, to: level + part, part});
        level += part;
    }
    const labels = [_t("Before"), ...steps.map(({name}) => name), _t("After")];
    const bars = [
        [0, drivers.before],
        ...steps.map(({from, to}) => [from, to]),
        [0, drivers.after],
    ];
    const colors = [
        COLORS.expected,
        ...steps.map(({part}) => (part < 0 ? COLORS.loss : COLORS.gain)),
        COLORS.actual,
    ];
    const values = [drivers.before, ...steps.map(({part}) => part), drivers.after];
    return {
        type: "bar",
        labels: labels.map(inLines),
        datasets: [
            {
                label: _t("Change"),
                data: bars,
                values,
                backgroundColor: colors,
                borderSkipped: false,
                maxBarThickness: 90,
            },
        ],
        marks: [],
        keys: [],
        table: {
            head: [_t("Driver"), _t("Amount")],
            rows: labels.map((label, i) => [label, format(values[i])]),
        },
    };
}
