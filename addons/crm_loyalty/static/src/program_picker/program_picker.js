import {Component, onWillStart, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

const CONTEXT = {menu_type: "crm_loyalty"};

/**
 * Ready programmes to choose from, each with the customers it is for and what a year
 * of it would cost. One click makes the whole programme and opens it.
 */
export class ProgramPicker extends Component {
    static template = "crm_loyalty.ProgramPicker";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({templates: [], previews: {}, busy: false});
        onWillStart(async () => {
            const templates = await this.call("get_program_templates");
            this.state.templates = Object.entries(templates);
            // the figures may take a while: the cards do not wait for them
            this.call("get_program_previews").then((previews) => {
                this.state.previews = previews;
            });
        });
    }

    call(method, args = []) {
        return this.orm.call("loyalty.program", method, args, {context: CONTEXT});
    }

    async choose(name) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const action = await this.call("create_from_template", [name]);
            await this.action.doAction(action);
        } finally {
            this.state.busy = false;
        }
    }

    openList() {
        return this.action.doAction("crm_loyalty.loyalty_program_action");
    }
}

registry.category("actions").add("crm_loyalty.program_picker", ProgramPicker);
