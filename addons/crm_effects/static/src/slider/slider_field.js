import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A number that is dragged; every step shows its consequences at once. */
export class SliderField extends Component {
    static template = "crm_effects.SliderField";
    static props = {
        ...standardFieldProps,
        min: {type: Number, optional: true},
        max: {type: Number, optional: true},
        step: {type: Number, optional: true},
        percent: {type: Boolean, optional: true},
    };
    static defaultProps = {min: 0, max: 2, step: 0.05, percent: false};

    get number() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return this.props.percent
            ? `${formatFloat(100 * this.number, {digits: [0, 0]})} %`
            : String(this.number);
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    onChange(event) {
        const value = Number(event.target.value);
        return this.props.record.update({[this.props.name]: value});
    }
}

export const sliderField = {
    component: SliderField,
    displayName: _t("Slider"),
    supportedTypes: ["float", "integer"],
    extractProps: ({options}) => ({
        min: options.min,
        max: options.max,
        step: options.step,
        percent: Boolean(options.percent),
    }),
};

registry.category("fields").add("crm_effects_slider", sliderField);
