import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * What a salesperson needs to know of a customer: one line per fact with its reason.
 * With the option `compact` a row of badges, the reasons as tooltips.
 */
export class LoyaltyCardField extends Component {
    static template = "crm_loyalty.LoyaltyCardField";
    static props = {
        ...standardFieldProps,
        compact: {type: Boolean, optional: true},
    };

    get items() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("loyalty_card", {
    component: LoyaltyCardField,
    supportedTypes: ["json"],
    extractProps: ({options}) => ({compact: Boolean(options.compact)}),
});
