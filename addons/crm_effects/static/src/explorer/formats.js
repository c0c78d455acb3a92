import {formatCurrency} from "@web/core/currency";
import {formatFloat} from "@web/core/utils/numbers";

const LARGE = 1000; // from here on decimals say nothing
const MILLION = 1000000;

/** A figure of a unit in the viewer's own number format. */
export function figure(unit, currencyId) {
    return (value) => {
        if (unit === "percent") {
            return percent(value);
        }
        const digits = [0, Math.abs(value) >= LARGE ? 0 : 2];
        return unit === "currency"
            ? formatCurrency(value, currencyId, {digits})
            : formatFloat(value, {digits});
    };
}

/** The same, short enough for an axis. */
export function tick(unit, currencyId) {
    return (value) => {
        if (unit === "percent") {
            return percent(value);
        }
        const large = Math.abs(value) >= LARGE;
        const decimals = Math.abs(value) >= MILLION ? 1 : 0;
        const options = {humanReadable: large, digits: [0, decimals], decimals};
        return unit === "currency"
            ? formatCurrency(value, currencyId, options)
            : formatFloat(value, large ? options : {});
    };
}

export function percent(value) {
    return `${formatFloat(100 * value, {digits: [0, 1]})}\u00a0%`;
}
