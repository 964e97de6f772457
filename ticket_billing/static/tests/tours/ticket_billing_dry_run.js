import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_dry_run", {
    steps: () => [
        {
            content: "Look at what would be billed",
            trigger: "button[name=action_dry_run]:enabled",
            run: "click",
        },
        {
            content: "The first ticket and its amount are in the list",
            trigger:
                ".o_form_view div[name=line_ids] .o_data_row:contains(Northwind Dental):contains(125.00)",
        },
        {
            content: "The second one, too",
            trigger:
                ".o_form_view div[name=line_ids] .o_data_row:contains(Quay Foods):contains(200.00)",
        },
        {
            content: "Go back",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Bill it",
            trigger: "button[name=action_run_now]:enabled",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "Read what happened",
            trigger: ".o_notification:contains(Tickets on draft invoices: 2)",
        },
    ],
});
