import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_close", {
    steps: () => [
        {
            content: "Show the other stages",
            trigger: ".o_form_view .o_statusbar_status button.dropdown-toggle",
            run: "click",
        },
        {
            content: "Close the ticket",
            trigger: ".o-dropdown-item:contains(Done)",
            run: "click",
        },
        {
            content: "Bill it",
            trigger: "button[name=action_generate_invoice]:enabled",
            run: "click",
        },
        {
            content: "The draft opens, with the work",
            trigger:
                ".o_form_view div[name=invoice_line_ids] .o_data_row:contains(Printer offline):contains(125.00)",
        },
    ],
});
