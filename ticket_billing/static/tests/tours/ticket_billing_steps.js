import { registry } from "@web/core/registry";
import { openActionsOfAll } from "./list_steps";

registry.category("web_tour.tours").add("ticket_billing_steps", {
    steps: () => [
        ...openActionsOfAll(),
        {
            content: "Bill them",
            trigger: ".o-dropdown-item:contains(Generate Invoice)",
            run: "click",
        },
        {
            content: "All of them were looked at",
            trigger: ".o_ticket_billing_steps p[name=progress]:contains(3 of 3 tickets)",
        },
        {
            content: "Two are on drafts",
            trigger: ".o_ticket_billing_steps tr[name=invoiced]:contains(2)",
        },
        {
            content: "One waits for approval",
            trigger: ".o_ticket_billing_steps tr[name=to_approve]:contains(1)",
        },
        {
            content: "Look at the runs",
            trigger: ".modal footer button[name=runs]",
            run: "click",
        },
        {
            content: "There is one for each step",
            trigger: "body:not(:has(.modal)) .o_list_view:has(.o_data_row:nth-child(3))",
        },
    ],
});
