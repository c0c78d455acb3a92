import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const CHOSEN = ["B01", "B02"];
const CELL = ".o_crm_risk_cell:has(.o_crm_risk_count):first";
let expected = [];

function choose(code) {
    const row = `.modal .o_data_row:has(td[name=code]:contains(${code}))`;
    return [
        {trigger: `${row} .o_list_record_selector input`, run: "click"},
        {trigger: `${row} .o_list_record_selector input:checked`},
    ];
}

// A manager takes two risks from the catalogue and finds them on the heat map.
registry.category("web_tour.tours").add("crm_risk_register_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_risk.crm_risk_menu_root"),
        {
            trigger: ".o_kanban_record:contains(CRM for A)",
            run: "click",
        },
        {
            trigger: "button[name=action_add_risks]",
            run: "click",
        },
        {
            trigger: ".modal [name=template_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...CHOSEN.flatMap(choose),
        {
            trigger: ".modal .o_select_button",
            run: "click",
        },
        {
            content: "the wizard fills in money from the implementation",
            trigger: ".modal .nav-link[name=estimates]",
            run: "click",
        },
        {
            trigger: ".modal [name=line_ids] .o_data_row:nth-child(2)",
        },
        {
            trigger: ".modal button[name=action_add]",
            run: "click",
        },
        {
            content: "the register shows the two of them",
            trigger: ".o_back_button:contains(CRM for A)",
        },
        {
            trigger: ".o_list_view .o_data_row:nth-child(2) td[name=ref]",
            run({queryAll}) {
                const found = queryAll(".o_list_view .o_data_row").length;
                if (found !== CHOSEN.length) {
                    console.error(`${found} risks were added, not ${CHOSEN.length}`);
                }
            },
        },
        {
            trigger: ".o_back_button:contains(CRM for A)",
            run: "click",
        },
        {
            trigger: "button[name=action_open_heatmap]",
            run: "click",
        },
        {
            trigger: ".o_crm_risk_heatmap .o_crm_risk_total:contains(2)",
        },
        {
            trigger: CELL,
            run({queryOne, click}) {
                const cell = queryOne(CELL);
                const refs = cell.querySelector(".o_crm_risk_refs").textContent;
                expected = refs.split(",").map((ref) => ref.trim());
                return click(cell);
            },
        },
        {
            content: "the cell opens exactly its risks",
            trigger: ".o_list_view .o_data_row td[name=ref]",
            run({queryAll}) {
                const found = queryAll(".o_data_row td[name=ref]")
                    .map((cell) => cell.textContent.trim())
                    .sort();
                if (found.join() !== expected.sort().join()) {
                    console.error(`the cell held ${expected} and opened ${found}`);
                }
            },
        },
    ],
});
