import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// A salesperson learns why a customer is where he is, and finds it on his card too.
registry.category("web_tour.tours").add("crm_loyalty_profile_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root"),
        {
            trigger: "button[data-menu-xmlid='crm_loyalty.crm_loyalty_menu_customers']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='crm_loyalty.crm_loyalty_profile_menu']",
            run: "click",
        },
        {
            content: "nobody else's customers in the list",
            trigger: ".o_list_view:not(:has(td[name=partner_id]:contains(Not Mine)))",
        },
        {
            trigger: ".o_data_row td[name=partner_id]:contains(Tour Anna)",
            run: "click",
        },
        {
            content: "which rule put the customer into the segment",
            trigger: ".o_form_view .o_field_widget[name=why]:contains(meet its rule R)",
        },
        {
            content: "which fact gave the score",
            trigger:
                ".o_field_widget[name=why]:contains('Frequency 4 of 5: orders: 2')",
        },
        {
            trigger: "button[name=action_view_partner]",
            run: "click",
        },
        {
            trigger: ".nav-link[name=loyalty]",
            run: "click",
        },
        {
            content: "the card on the partner says the same",
            trigger: ".o_loyalty_card td[data-key=rhythm]:contains('Orders: 2')",
        },
        {
            content: "and leads back to the profile",
            trigger: "button[name=action_open_loyalty_profile]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=rfm_score]",
        },
    ],
});
