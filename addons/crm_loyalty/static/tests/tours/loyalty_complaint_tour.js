import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// A complaint from the first word to its resolution.
registry.category("web_tour.tours").add("crm_loyalty_complaint_tour", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root"),
        {
            trigger: "button[data-menu-xmlid='crm_loyalty.crm_loyalty_menu_customers']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='crm_loyalty.crm_loyalty_complaint_menu']",
            run: "click",
        },
        {
            content: "the pipeline's own board has gone",
            trigger: ".o_breadcrumb:contains(Complaints)",
        },
        {
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=name] input",
            run: "edit Torn bag",
        },
        {
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Tour Café",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains(Tour Café)",
            run: "click",
        },
        {
            trigger: "button[name=action_start]",
            run: "click",
        },
        {
            trigger: "button[name=action_resolve]",
            run: "click",
        },
        {
            content: "nobody closes a complaint without saying what was done",
            trigger:
                ".modal:contains(say in the resolution what was done) button.btn-primary",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=resolution] textarea",
            run: "edit A new bag was sent",
        },
        {
            trigger: ".o_field_widget[name=cause_id] input",
            run: "edit Damaged",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains(Damaged on the way)",
            run: "click",
        },
        {
            trigger: "button[name=action_resolve]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Resolved)",
        },
        {
            trigger: "button[name=action_reopen]",
        },
    ],
});
