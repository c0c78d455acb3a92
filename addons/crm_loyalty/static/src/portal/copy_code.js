import {Interaction} from "@web/public/interaction";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

/** Copies the customer's own code and says so on the button. */
export class CopyCode extends Interaction {
    static selector = ".o_crm_loyalty_copy";
    dynamicContent = {
        button: {"t-on-click": this.copy},
        ".o_crm_loyalty_copy_ask": {
            "t-att-class": () => ({"d-none": this.isCopied}),
        },
        ".o_crm_loyalty_copy_done": {
            "t-att-class": () => ({"d-none": !this.isCopied}),
        },
    };

    setup() {
        this.isCopied = false;
    }

    async copy() {
        const input = this.el.querySelector("input");
        input.select();
        await this.waitFor(this.write(input.value));
        this.isCopied = true;
    }

    async write(text) {
        try {
            await browser.navigator.clipboard.writeText(text);
        } catch {
            // refused, or no secure address: copy what is selected
            document.execCommand("copy");
        }
    }
}

registry.category("public.interactions").add("crm_loyalty.copy_code", CopyCode);
