import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// A manager chooses a ready programme, sees whom it is for and opens it made.
registry.category("web_tour.tours").add("crm_loyalty_template_tour", {
    url: "/odoo/loyalty-templates",
    steps: () => [
        {
            content: "figures come with the cards",
            trigger:
                ".o_crm_loyalty_template[data-template=firm_bonus]:contains(Customers: 1 of 1)",
        },
        {
            trigger: ".o_crm_loyalty_template[data-template=consumer_tiers]",
            run: "click",
        },
        {
            trigger: ".o_form_view .nav-link[name=tiers]",
            run: "click",
        },
        {
            content: "the tiers are there",
            trigger: ".o_field_widget[name=level_ids] .o_data_row:contains(Gold)",
        },
        {
            trigger: "button[name=action_preview]",
            run: "click",
        },
        {
            content: "who is in, and what a year costs",
            trigger: ".modal .o_field_widget[name=cost]",
        },
        {
            trigger: ".modal .o_field_widget[name=customer_count]:contains(1)",
        },
        {
            trigger: ".modal footer button[special=cancel]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});

// A clerk gives more points than one person may decide; his request waits.
// Starts on the card.
registry.category("web_tour.tours").add("crm_loyalty_adjust_tour", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_loyalty_update_balance]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=points] input",
            run: "edit 500",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Apology for the delay",
        },
        {
            content: "told before asking",
            trigger: ".modal .alert-info:contains(somebody else has to approve)",
        },
        {
            trigger:
                ".modal footer button[name=action_apply]:contains(Ask for Approval)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger: ".o_form_view button[name=action_view_adjustments]",
            run: "click",
        },
        {
            content: "it waits",
            trigger: ".o_data_row:contains(Apology for the delay):contains(To approve)",
        },
    ],
});

// The manager approves it.
registry.category("web_tour.tours").add("crm_loyalty_approve_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root"),
        {
            trigger: "button[data-menu-xmlid='crm_loyalty.crm_loyalty_menu_customers']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='crm_loyalty.crm_loyalty_adjustment_menu']",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Apology for the delay) td[name=reason]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_approve]",
            run: "click",
        },
        {
            content: "posted",
            trigger: ".o_arrow_button_current:contains(Posted)",
        },
    ],
});
