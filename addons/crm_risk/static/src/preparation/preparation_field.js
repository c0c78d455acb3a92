import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

// Steps without a screen of their own are done on the tabs of this very form.
const PAGES = {money: "money", approach: "risk"};

/** The way through the preparation: what is done, what comes next, one click away. */
export class PreparationField extends Component {
    static template = "crm_risk.PreparationField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get steps() {
        const steps = this.props.record.data[this.props.name] || [];
        const next = steps.find((step) => !step.done);
        return steps.map((step) => ({...step, isNext: step === next}));
    }

    async open(step) {
        const {record} = this.props;
        const page = PAGES[step.name];
        if (page) {
            const tab = document.querySelector(`.o_form_view .nav-link[name=${page}]`);
            tab?.click();
            return;
        }
        if (!(await record.save())) {
            return;
        }
        const action = await this.orm.call(record.resModel, "action_open_preparation", [
            [record.resId],
            step.name,
        ]);
        await this.action.doAction(action);
    }
}

registry.category("fields").add("crm_risk_preparation", {
    component: PreparationField,
    supportedTypes: ["json"],
});
