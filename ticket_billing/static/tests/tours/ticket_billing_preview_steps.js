import { registry } from "@web/core/registry";
import { openActionsOfAll } from "./list_steps";

registry.category("web_tour.tours").add("ticket_billing_preview_steps", {
    steps: () => [
        ...openActionsOfAll(),
        {
            content: "Look at what would be billed",
            trigger: ".o-dropdown-item:contains(Preview Billing)",
            run: "click",
        },
        {
            content: "Each customer's total is there",
            trigger: ".modal div[name=customer_ids] .o_data_row:contains(Quay Foods):contains(59.50)",
        },
        {
            content: "Confirm",
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The steps take the place of the preview",
            trigger:
                ".modal:not(:has(div[name=customer_ids])) .o_ticket_billing_steps p[name=progress]:contains(2 of 2 tickets)",
        },
        {
            content: "Look at the runs",
            trigger: ".modal footer button[name=runs]",
            run: "click",
        },
        {
            content: "There is one for each step",
            trigger: "body:not(:has(.modal)) .o_list_view:has(.o_data_row:nth-child(2))",
        },
    ],
});
