import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_draft", {
    steps: () => [
        {
            content: "The draft has the work",
            trigger: ".o_form_view div[name=invoice_line_ids] .o_data_row:contains(Printer offline)",
        },
        {
            content: "Look at the charges behind it",
            trigger: "button[name=action_view_ticket_charges]",
            run: "click",
        },
        {
            content: "See how the price came about",
            trigger:
                ".o_form_view div[name=explanation_text]:contains(1.10 h worked, 1.25 h after rounding)",
        },
    ],
});
