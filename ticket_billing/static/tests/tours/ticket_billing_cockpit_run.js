import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_cockpit_run", {
    steps: () => [
        {
            content: "One ticket is due",
            trigger: "button[data-card=pending] .o_count:contains(1)",
        },
        {
            content: "Bill it",
            trigger: ".o_control_panel button:contains(Run Now)",
            run: "click",
        },
        {
            content: "Be sure",
            trigger: ".modal:contains(at every automation level) footer .btn-primary",
            run: "click",
        },
        {
            content: "Read what happened, with a link to the run",
            trigger:
                ".o_notification:contains(Tickets on draft invoices: 1) a[href*='/odoo/ticket.billing.run/']",
        },
        {
            content: "The cockpit is up to date, and nothing failed",
            trigger:
                "body:not(:has(.o_error_dialog)) button[data-card=pending] .o_count:contains(0)",
        },
    ],
});
