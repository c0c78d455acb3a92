"""Opening a spreadsheet dashboard in the browser and reading its figures."""

import json

# The figures of a dashboard are painted on a canvas, so they are read from its model.
# Expected: "values" by cell of the sheet of figures, points of "charts" by title and
# label (``None``: there is none), texts of "cells" on the first sheet, whether a
# "sample" is shown.
READ = """
(async () => {
    const expected = %s;
    const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
    const services = odoo.__WOWL_DEBUG__.root.env.services;
    const loader = () => services.spreadsheet_dashboard_loader;
    while (!(loader() && loader().getActiveDashboard()?.model)) {
        await pause();
    }
    const dashboard = loader().getActiveDashboard();
    const fail = (text) => console.error("dashboard: " + text);
    const { waitForDataLoaded } = odoo.loader.modules.get("@spreadsheet/helpers/model");
    if (Boolean(dashboard.isSample) !== expected.sample) {
        return fail("sample shown: " + dashboard.isSample);
    }
    await waitForDataLoaded(dashboard.model);
    const { getters } = dashboard.model;
    const [mainSheet, dataSheet] = getters.getSheetIds();
    for (const sheetId of getters.getSheetIds()) {
        for (const cell of Object.values(getters.getEvaluatedCells(sheetId))) {
            if (cell.type === "error") {
                return fail(`${cell.value}: ${cell.errorOrigin || ""} ${cell.message}`);
            }
        }
    }
    for (const [cell, value] of Object.entries(expected.values)) {
        const [col, row] = [cell.charCodeAt(0) - 65, Number(cell.slice(1)) - 1];
        const found = getters.getEvaluatedCell({ sheetId: dataSheet, col, row }).value;
        if (Math.abs(found - value) > 0.005) {
            return fail(`${cell} is ${found}, not ${value}`);
        }
    }
    const texts = Object.values(getters.getEvaluatedCells(mainSheet)).map(
        (cell) => cell.formattedValue
    );
    for (const text of expected.cells) {
        if (!texts.some((found) => found.includes(text))) {
            return fail(`no “${text}” in ${texts.filter(Boolean).join(" | ")}`);
        }
    }
    const charts = getters.getChartIds(mainSheet);
    for (const [title, points] of Object.entries(expected.charts)) {
        const chart = charts.find(
            (id) => getters.getChartDefinition(id).title.text === title
        );
        const runtime = getters.getChartRuntime(chart).chartJsConfig.data;
        const found = Object.fromEntries(
            runtime.labels.map((label, i) => [label, runtime.datasets[0].data[i]])
        );
        for (const [label, value] of Object.entries(points)) {
            if ((found[label] ?? null) !== value) {
                const points = JSON.stringify(found);
                return fail(`${title}: ${points}, not ${label}=${value}`);
            }
        }
    }
    const painted = () => document.querySelectorAll(".o-figure canvas").length;
    while (painted() !== charts.length) {
        await pause();
    }
    console.log("test successful");
})().catch((error) => console.error("dashboard: " + error.stack));
"""


def script(values=(), charts=(), cells=(), sample=False):
    expected = {
        "values": dict(values),
        "charts": dict(charts),
        "cells": list(cells),
        "sample": sample,
    }
    return READ % json.dumps(expected)
