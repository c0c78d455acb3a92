import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const next = (page) => [
    {trigger: ".modal button[name=action_next]", run: "click"},
    {trigger: `.modal .o_arrow_button_current[data-value=${page}]`},
];

// An officer makes the first implementation by the guided way.
registry.category("web_tour.tours").add("crm_risk_setup_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_risk.crm_risk_menu_root"),
        {
            trigger: ".o_control_panel button:contains(Guided New)",
            run: "click",
        },
        {
            trigger: ".modal [name=name] input",
            run: "edit CRM by the guide",
        },
        ...next("scope"),
        {trigger: ".modal [name=budget] input", run: "edit 100000"},
        {trigger: ".modal [name=monthly_payroll] input", run: "edit 50000"},
        {trigger: ".modal [name=monthly_margin] input", run: "edit 200000"},
        ...next("approach"),
        ...next("maturity"),
        {
            content: "each dimension is shown with what the database tells",
            trigger: ".modal [name=line_ids] .o_data_row:nth-child(7)",
        },
        ...next("risks"),
        {
            content: "risks are proposed",
            trigger: ".modal [name=template_ids] .o_data_row td:contains(B08)",
        },
        {trigger: ".modal footer button.btn-primary[name=action_create]", run: "click"},
        {
            content: "the implementation is there, with its register",
            trigger: ".o_form_view [name=name] input:value(CRM by the guide)",
        },
        {trigger: ".nav-link[name=preparation]", run: "click"},
        {
            content: "and the way goes on from here",
            trigger: ".o_crm_risk_preparation button[data-step=readiness]",
            run: "click",
        },
        {trigger: ".o_list_view .o_view_nocontent"},
    ],
});

// What nobody knows becomes a request, and its reply the answer.
registry.category("web_tour.tours").add("crm_risk_request_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_risk.crm_risk_menu_root"),
        {
            trigger: "[data-menu-xmlid='crm_risk.crm_risk_menu_preparation']",
            run: "click",
        },
        {trigger: "[data-menu-xmlid='crm_risk.crm_readiness_menu']", run: "click"},
        {trigger: ".o_data_row td:contains(CRM for A)", run: "click"},
        {
            trigger: "[name=answer_1_ids] .o_data_row:first td[name=answer]",
            run: "click",
        },
        {
            trigger: "[name=answer_1_ids] .o_selected_row [name=answer] input",
            run: "click",
        },
        {trigger: ".o_select_menu_item:contains(Unknown)", run: "click"},
        ...stepUtils.saveForm(),
        {
            trigger:
                "[name=answer_1_ids] .o_data_row:first button[name=action_open_request]",
            run: "click",
        },
        {trigger: ".modal [name=reply] textarea", run: "edit Dealers bring two thirds"},
        {trigger: ".modal [name=answer] input", run: "click"},
        {trigger: ".o_select_menu_item:contains(Yes)", run: "click"},
        {trigger: ".modal button[name=action_done]", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) [name=answer_1_ids] .o_data_row:first td[name=answer]",
        },
    ],
});
