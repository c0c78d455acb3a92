import {Component, onWillStart, useState} from "@odoo/owl";
import {
    cashChart,
    driverChart,
    forestChart,
    monthName,
    pathChart,
    studyChart,
} from "./charts";
import {deserializeDate, serializeDate} from "@web/core/l10n/dates";
import {figure, percent, tick} from "./formats";
import {ChartCard} from "./chart_card";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {KeepLast} from "@web/core/utils/concurrency";
import {_t} from "@web/core/l10n/translation";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const NOTHING = {type: "bar", keys: [], table: {head: [], rows: []}};

/**
 * What the introduction brought, seen in several ways. Everything shown comes from one server
 * method; a point opens the records that were counted in it.
 */
export class EffectExplorer extends Component {
    static template = "crm_effects.Explorer";
    static components = {ChartCard, ControlPanel};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        const context = this.props.action.context || {};
        const shown = {...context, ...this.props.state};
        this.state = useState({
            measure: shown.measure || "percent",
            whole: false,
            data: null,
        });
        useSetupAction({
            getLocalState: () => ({
                implementation_id: this.state.data.implementation_id,
                effect_id: this.state.data.effect_id,
                measure: this.state.measure,
            }),
        });
        onWillStart(() =>
            Promise.all([
                loadBundle("web.chartjs_lib"),
                this.load(shown.implementation_id, shown.effect_id),
            ])
        );
    }

    get controlPanelDisplay() {
        return {"top-right": false, "bottom-right": false};
    }

    async load(implementationId = 0, effectId = 0) {
        const data = await this.keepLast.add(
            this.orm.call("crm.effect", "get_explorer", [implementationId, effectId])
        );
        this.charts = this.prepare(data);
        Object.assign(this.state, {data, whole: false});
    }

    prepare(data) {
        const currency = data.currency_id;
        const unit = data.path && data.path.unit;
        const money = figure("currency", currency);
        const {drivers, study} = data;
        return {
            path:
                data.path && pathChart(data.path, data.events, figure(unit, currency)),
            study: study && studyChart(study, figure(study.unit, currency)),
            percent: forestChart(data.effects, "percent", percent),
            money: forestChart(data.effects, "money", money),
            cash: data.cash && data.cash.months && cashChart(data.cash, money),
            drivers: drivers && driverChart(drivers, figure(drivers.unit, currency)),
        };
    }

    get effect() {
        const {effects, effect_id} = this.state.data;
        return effects.find(({id}) => id === effect_id);
    }

    get forest() {
        return this.charts[this.state.measure];
    }

    get tickOfPath() {
        const {path, currency_id} = this.state.data;
        return tick(path.unit, currency_id);
    }

    get tickOfStudy() {
        const {study, currency_id} = this.state.data;
        return tick(study.unit, currency_id);
    }

    get drivers() {
        const {drivers, split} = this.charts;
        return (this.state.whole ? split : drivers) || NOTHING;
    }

    get tickOfDrivers() {
        const {drivers, currency_id} = this.state.data;
        const unit = this.state.whole || !drivers ? "currency" : drivers.unit;
        return tick(unit, currency_id);
    }

    get tickOfMoney() {
        return tick("currency", this.state.data.currency_id);
    }

    get tickOfForest() {
        return this.state.measure === "money" ? this.tickOfMoney : percent;
    }

    get emptyHelp() {
        return _t(
            "Open an implementation, add an effect that names an indicator, and estimate it: here you see what happened against what would have happened anyway."
        );
    }

    get driverTitle() {
        return this.state.whole ? _t("Revenue of the company") : _t("What drives it");
    }

    onImplementation(ev) {
        return this.load(Number(ev.target.value));
    }

    async onWhole(whole) {
        const {currency_id, implementation_id} = this.state.data;
        if (whole && !("split" in this.charts)) {
            const split = await this.orm.call("crm.effect", "get_revenue_split", [
                implementation_id,
            ]);
            const format = figure("currency", currency_id);
            this.charts.split = split && driverChart(split, format);
        }
        this.state.whole = whole;
    }

    onEffect(id) {
        return this.load(this.state.data.implementation_id, Number(id));
    }

    async openMonth(month) {
        this.action.doAction(
            await this.orm.call("crm.effect", "action_open_month", [
                [this.state.data.effect_id],
                month,
            ])
        );
    }

    openCash(month) {
        const next = deserializeDate(month).plus({months: 1});
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Cash flow of %s", monthName(month)),
            res_model: "crm.effect.cashflow",
            views: [[false, "list"]],
            domain: [
                ["implementation_id", "=", this.state.data.implementation_id],
                ["date", ">=", month],
                ["date", "<", serializeDate(next)],
            ],
        });
    }

    openEffect() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.effect",
            res_id: this.state.data.effect_id,
            views: [[false, "form"]],
        });
    }

    openImplementations() {
        this.action.doAction("crm_risk.crm_implementation_action");
    }
}

registry.category("actions").add("crm_effects.explorer", EffectExplorer);
