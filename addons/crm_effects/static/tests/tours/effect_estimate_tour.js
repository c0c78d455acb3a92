import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// An officer estimates an effect, reads its interval, and looks at the orders behind
// one of the months it was estimated from.
registry.category("web_tour.tours").add("crm_effects_estimate_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_effects.crm_effects_menu_root"),
        {
            trigger: "[data-menu-xmlid='crm_effects.crm_effect_menu']",
            run: "click",
        },
        {
            trigger: ".o_data_row td[name=name]:contains(More revenue)",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_estimate]",
            run: "click",
        },
        {
            content: "the effect is estimated, with its interval",
            trigger: ".o_field_widget[name=result]:contains(95 % interval)",
        },
        {
            trigger: ".o_field_widget[name=money_low]",
        },
        {
            content: "it is proven: the orders rose by a third and more",
            trigger: ".o_field_widget[name=proof_class]:contains(Proven)",
        },
        {
            trigger: ".nav-link[name=months]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row td[name=counterfactual]",
        },
        {
            trigger: ".nav-link[name=comparison]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=indicator_id] input",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=indicator_id] .o_external_button",
            run: "click",
        },
        {
            trigger: "button[name=action_open_facts]",
            run: "click",
        },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "a month of two orders",
            trigger:
                ".o_list_view .o_data_row:has(td[name=record_count]:contains(2)):first" +
                " button[name=action_open_records]",
            run: "click",
        },
        {
            content: "opens the two of them",
            trigger:
                ".o_list_view .o_data_row td[name=partner_id]:contains(Wholesaler)",
            run({queryAll}) {
                const found = queryAll(".o_list_view .o_data_row").length;
                if (found !== 2) {
                    console.error(`the month has 2 orders, ${found} were opened`);
                }
            },
        },
    ],
});
