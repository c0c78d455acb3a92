import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// Two strategies are proposed: one is approved, one rejected with a reason.
registry.category("web_tour.tours").add("crm_loyalty_strategy_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root"),
        {
            trigger: "button[data-menu-xmlid='crm_loyalty.crm_loyalty_menu_customers']",
            run: "click",
        },
        {
            trigger:
                "a[data-menu-xmlid='crm_loyalty.crm_loyalty_profile_menu_proposed']",
            run: "click",
        },
        {
            content: "the proposal gives its reason",
            trigger:
                ".o_data_row:contains(Tour Anna) td[name=strategy_why]:contains(Rule:)",
        },
        {
            trigger:
                ".o_data_row:contains(Tour Anna) button[name=action_approve_strategy]",
            run: "click",
        },
        {
            content: "approved: nothing left to decide here",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(Tour Anna))) .o_data_row:contains(Tour Boris)",
        },
        {
            trigger:
                ".o_data_row:contains(Tour Boris) button[name=action_reject_strategy]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=note] input",
            run: "edit Sells the shop this year",
        },
        {
            trigger: ".modal button[name=action_reject]",
            run: "click",
        },
        {
            content: "nothing waits any more",
            trigger: ".o_view_nocontent_smiling_face",
        },
    ],
});
