import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// A manager explores what the introduction brought, reads the figures as a table, and
// opens the orders of one month.
registry.category("web_tour.tours").add("crm_effects_explorer_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_effects.crm_effects_menu_root"),
        {
            trigger: "[data-menu-xmlid='crm_effects.crm_effect_explorer_menu']",
            run: "click",
        },
        {
            content: "the chart of the effect is drawn",
            trigger: ".o_crm_effects_card[aria-label*='Confirmed'] canvas",
        },
        {
            trigger: ".o_crm_effects_result:contains(95 % interval)",
        },
        {
            trigger: ".o_crm_effects_money",
            run: "click",
        },
        {
            trigger: ".o_crm_effects_money[aria-pressed=true]",
        },
        {
            content: "what drives the revenue of the company",
            trigger: ".o_crm_effects_whole",
            run: "click",
        },
        {
            trigger: ".o_crm_effects_card[aria-label*='of the company'] canvas",
        },
        {
            content: "the same as a table",
            trigger:
                ".o_crm_effects_card[aria-label*='Confirmed'] .o_crm_effects_table_toggle",
            run: "click",
        },
        {
            content: "the first month after the go-live",
            trigger: ".o_crm_effects_card tbody tr:eq(30) button",
            run: "click",
        },
        {
            content: "opens its two orders",
            trigger:
                ".o_list_view .o_data_row td[name=partner_id]:contains(Wholesaler)",
            run({queryAll}) {
                const found = queryAll(".o_list_view .o_data_row").length;
                if (found !== 2) {
                    console.error(`the month has 2 orders, ${found} were opened`);
                }
            },
        },
        {
            content: "back in the explorer, where it was left",
            trigger: ".breadcrumb-item:contains(Effect Explorer), .o_back_button",
            run: "click",
        },
        {
            trigger: ".o_crm_effects_money[aria-pressed=true]",
        },
    ],
});
