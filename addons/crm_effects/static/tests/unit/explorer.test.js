import {
    cashChart,
    driverChart,
    forestChart,
    pathChart,
    studyChart,
} from "@crm_effects/explorer/charts";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {figure, percent, tick} from "@crm_effects/explorer/formats";
import {ChartCard} from "@crm_effects/explorer/chart_card";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {animationFrame} from "@odoo/hoot-mock";
import {click, keyDown} from "@odoo/hoot-dom";
import {
    makeMockEnv,
    mountWithCleanup,
    preloadBundle,
} from "@web/../tests/web_test_helpers";

defineMailModels();
preloadBundle("web.chartjs_lib");
beforeEach(() => makeMockEnv()); // words and numbers need a language

const PATH = {
    name: "Revenue",
    months: ["2024-11-01", "2024-12-01", "2025-01-01", "2025-02-01"],
    go_live: "2025-01-01",
    actual: [100, 110, 150, 160],
    counterfactual: [null, null, 112, 121],
    counterfactual_low: [null, null, 100, 110],
    counterfactual_high: [null, null, 124, 132],
    can_open: true,
};

const EFFECTS = [
    {
        id: 7,
        name: "Revenue",
        proof: "proven",
        proof_text: "Proven",
        grade_text: "A",
        relative: [0.08, 0.05, 0.11],
        has_money: true,
        money: [800, 500, 1100],
    },
    {id: 9, name: "On time", proof: "probable", relative: [0.1, -0.02, 0.2]},
    {id: 8, name: "Declared", proof: "hoped", has_money: true, money: [60, 20, 90]},
];

const CASH = {
    months: ["2025-01-01", "2025-02-01", "2025-03-01"],
    today: "2025-02-01",
    middle: [-100, -20, 60],
    low: [-100, -60, -20],
    high: [-100, 20, 140],
    payback: {middle: 1.25, low: null, high: 0.8},
};

const same = (value) => String(value);

describe("what the charts are made of", () => {
    test("path: band, go-live, events, and a key for every month", () => {
        const chart = pathChart(PATH, [["2024-12-01", "Prices rise"]], same);
        expect(chart.datasets.map(({label}) => label)).toEqual([
            "Actual",
            "Without the introduction",
            undefined,
            "95 % interval",
        ]);
        expect(chart.datasets[3].fill).toBe("-1");
        expect(chart.marks).toEqual([
            {position: 2, label: "go-live"},
            {position: 1, label: "Prices rise"},
        ]);
        expect(chart.keys).toEqual(PATH.months);
        expect(chart.table.rows[0].slice(1)).toEqual(["100", "", "", ""]);
        expect(chart.table.rows[2].slice(1)).toEqual(["150", "112", "100", "124"]);
    });

    test("path of typed figures has nothing to open", () => {
        expect(pathChart({...PATH, can_open: false}, [], same).keys).toEqual([]);
    });

    test("forest: only what can be compared, interval from low to high", () => {
        const chart = forestChart(EFFECTS, "percent", same);
        expect(chart.keys).toEqual([7, 9]);
        expect(chart.datasets[0].data).toEqual([
            [0.05, 0.11],
            [-0.02, 0.2],
        ]);
        expect(chart.table.rows[0]).toEqual([
            "Revenue",
            "0.08",
            "0.05",
            "0.11",
            "A · Proven",
        ]);
        expect(forestChart(EFFECTS, "money", same).keys).toEqual([7, 8]);
    });

    test("study: before and after in two colours, the go-live between them", () => {
        const points = [
            [-1, 0.01, -0.02, 0.04],
            [0, 0.08, 0.05, 0.11],
        ];
        const chart = studyChart({points}, same);
        expect(chart.labels).toEqual(["−1", "+1"]);
        expect(chart.marks).toEqual([{position: 0.5, label: "go-live"}]);
        expect(chart.datasets[0].data[1]).toEqual([0.05, 0.11]);
        expect(chart.datasets[1].data).toEqual([0.01, 0.08]);
        const [before, after] = chart.datasets[1].borderColor;
        expect(before).not.toBe(after);
        expect(chart.table.rows[1]).toEqual(["+1", "0.08", "0.05", "0.11"]);
    });

    test("cash: a payback band only where both ends pay back", () => {
        const chart = cashChart(CASH, same);
        expect(chart.marks).toEqual([
            {position: 1, label: "today"},
            {position: 1.25, label: "pays back"},
        ]);
        expect(chart.span).toEqual([]);
        const payback = {...CASH.payback, low: 1.9};
        expect(cashChart({...CASH, payback}, same).span).toEqual([0.8, 1.9]);
    });

    test("drivers: every step starts where the last one ended", () => {
        const drivers = {
            before: 10000,
            after: 13464,
            parts: [
                ["Leads", 2000],
                ["Conversion", 1000],
                ["Value of one order", 464],
            ],
        };
        const chart = driverChart(drivers, same);
        const [bars] = chart.datasets;
        expect(bars.data[0]).toEqual([0, 10000]);
        expect(bars.data[1]).toEqual([10000, 12000]);
        expect(bars.data[2][0]).toBe(bars.data[1][1]);
        expect(bars.data[3][1]).toBe(13464);
        expect(chart.labels).toEqual([
            ["Before"],
            ["Leads"],
            ["Conversion"],
            ["Value", "of one", "order"],
            ["After"],
        ]);
    });
});

describe("figures", () => {
    test("percent, number and axis in the user's format", () => {
        expect(percent(0.0812)).toBe("8.1\u00a0%");
        expect(figure("number", false)(12.5)).toBe("12.50");
        expect(figure("number", false)(1234567.8)).toBe("1,234,568");
        expect(tick("number", false)(650000)).toBe("650k");
        expect(tick("number", false)(1500000)).toBe("1.5M");
    });
});

describe("the card", () => {
    async function mountCard(opened) {
        await mountWithCleanup(ChartCard, {
            props: {
                chart: pathChart(PATH, [], same),
                title: "Revenue",
                tick: same,
                onOpen: (key) => opened.push(key),
                openHelp: "Opens a month",
            },
        });
    }

    test("arrow keys walk, Enter opens, and the figures are said", async () => {
        const opened = [];
        await mountCard(opened);
        document.querySelector("canvas").focus();
        await keyDown("ArrowLeft");
        await animationFrame();
        expect("[aria-live]").toHaveText(
            "Feb 2025, Actual: 160, Without the introduction: 121, At least: 110, At most: 132"
        );
        await keyDown("ArrowLeft");
        await keyDown("Enter");
        expect(opened).toEqual(["2025-01-01"]);
    });

    test("the table says the same and opens the same", async () => {
        const opened = [];
        await mountCard(opened);
        await click(".o_crm_effects_table_toggle");
        await animationFrame();
        expect("canvas").toHaveCount(0);
        expect("tbody tr").toHaveCount(4);
        await click("tbody tr:eq(1) button");
        expect(opened).toEqual(["2024-12-01"]);
    });
});
