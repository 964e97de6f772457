import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_preview", {
    steps: () => [
        {
            content: "Look at what would be billed",
            trigger: "button[name=action_preview_billing]:enabled",
            run: "click",
        },
        {
            content: "See the line, its hours and its amount",
            trigger:
                ".modal div[name=line_ids] .o_data_row:contains(Support time):contains(1.25):contains(125.00)",
        },
        {
            content: "See tax and total",
            trigger:
                ".modal div[name=invoice_ids] .o_data_row:contains(23.75):contains(148.75)",
        },
        {
            content: "See how it comes about",
            trigger:
                ".modal div[name=explanation]:contains(1.10 h worked, 1.25 h after rounding)",
        },
        {
            content: "Confirm",
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "Read what happened",
            trigger: ".o_notification:contains(Tickets on draft invoices: 1)",
        },
        {
            content: "The preview is gone, and so is the button",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_preview_billing]))",
        },
        {
            content: "Open the page of billing",
            trigger: ".o_notebook .nav-link[name=ticket_billing]",
            run: "click",
        },
        {
            content: "Read how the charge came about",
            trigger:
                "div[name=billing_explanation]:contains(1.10 h worked, 1.25 h after rounding)",
        },
    ],
});
