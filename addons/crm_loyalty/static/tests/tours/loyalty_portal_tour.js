import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("crm_loyalty_portal_tour", {
    url: "/my/home",
    steps: () => [
        {
            trigger: ".o_portal_docs a[href='/my/loyalty']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what can be spent, and what the next gift lacks",
            trigger: ".o_crm_loyalty_available:contains(88 points)",
        },
        {
            trigger:
                ".o_crm_loyalty_card li:contains(Gift for 100):contains(12 points)",
        },
        {
            content: "nothing is wider than the phone",
            trigger: "body",
            run() {
                const {scrollWidth, clientWidth} = document.documentElement;
                if (scrollWidth > clientWidth) {
                    throw new Error(`${scrollWidth} pixels on ${clientWidth}`);
                }
            },
        },
        {
            trigger: ".o_crm_loyalty_copy button",
            run: "click",
        },
        {
            trigger: ".o_crm_loyalty_copy_done:not(.d-none)",
        },
        {
            trigger: ".o_crm_loyalty_card a:contains(All movements)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_crm_loyalty_ledger li:contains(Mug):contains(-12 points)",
        },
        {
            trigger: ".o_portal_submenu a[href='/my/loyalty']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what is late is chosen already",
            trigger: "#reorder input[name=product]:checked",
        },
        {
            trigger: "#reorder input[name^=quantity_]",
            run: "edit 7",
        },
        {
            trigger: "#reorder button:contains(Request a quotation)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains(We prepare your quotation)",
        },
        {
            trigger: "#complaints a[href='/my/loyalty/complaints']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#complaint_name",
            run: "edit Cups broken",
        },
        {
            trigger: "#complaint_description",
            run: "edit Three of 24",
        },
        {
            trigger: ".o_crm_loyalty_complaints button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_crm_loyalty_complaints li:contains(Cups broken):contains(New)",
        },
    ],
});
