import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// A salesperson works through the call list: one customer called, one put off.
registry.category("web_tour.tours").add("crm_loyalty_call_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root"),
        {
            trigger: "button[data-menu-xmlid='crm_loyalty.crm_loyalty_menu_customers']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='crm_loyalty.crm_loyalty_call_menu']",
            run: "click",
        },
        {
            content: "the largest margin at risk comes first, and it says why",
            trigger:
                ".o_data_row:first:contains(Tour Anna) td[name=why]:contains(at risk)",
        },
        {
            content: "nobody else's customers",
            trigger: ".o_list_view:not(:has(td[name=partner_id]:contains(Not Mine)))",
        },
        {
            trigger: ".o_data_row:contains(Tour Anna) button[name=action_done]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=outcome] label:contains(No answer)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Try again in the morning",
        },
        {
            trigger: ".modal button[name=action_log]",
            run: "click",
        },
        {
            content: "the customer called is off the list",
            trigger:
                ".o_list_view:not(:has(td[name=partner_id]:contains(Tour Anna))) .o_data_row:contains(Tour Boris)",
        },
        {
            trigger:
                ".o_data_row:contains(Tour Boris) button[name=action_snooze]:contains(14)",
            run: "click",
        },
        {
            content: "and so is the one put off",
            trigger: ".o_view_nocontent_smiling_face",
        },
    ],
});
