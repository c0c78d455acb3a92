import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// From "who needs what" to the quotation in one click, and never twice.
registry.category("web_tour.tours").add("crm_loyalty_replenishment_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root"),
        {
            trigger: "button[data-menu-xmlid='crm_loyalty.crm_loyalty_menu_customers']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='crm_loyalty.crm_loyalty_replenishment_menu']",
            run: "click",
        },
        {
            content: "what is due is listed under its customer",
            trigger: ".o_data_row:contains(Tour Coffee):contains(Due)",
        },
        {
            trigger: ".o_group_header:contains(Tour Café) button:contains(Quote all)",
            run: "click",
        },
        {
            content: "the quotation holds what the customer usually buys",
            trigger:
                ".o_form_view .o_field_widget[name=order_line] .o_data_row:contains(Tour Coffee) td[name=product_uom_qty]:contains(5.00)",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains(Replenishment)",
            run: "click",
        },
        {
            trigger: ".o_group_header:contains(Tour Café) button:contains(Quote all)",
            run: "click",
        },
        {
            content: "a second click says so and opens the first quotation",
            trigger: ".o_notification:contains(Already quoted)",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=order_line]",
        },
    ],
});
