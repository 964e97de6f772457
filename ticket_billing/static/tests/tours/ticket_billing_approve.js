import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_approve", {
    steps: () => [
        {
            content: "Look at the work that waits",
            trigger: "button[name=action_open_review]:enabled",
            run: "click",
        },
        {
            content: "Edit the row",
            trigger: ".modal div[name=line_ids] .o_data_row td[name=quantity]",
            run: "click",
        },
        {
            content: "Cut an hour",
            trigger: ".modal .o_selected_row div[name=quantity] input",
            run: "edit 8.00",
        },
        {
            content: "Leave the row",
            trigger: ".modal .o_horizontal_separator:contains(How It Came About)",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal div[name=reason] input",
            run: "edit An hour was spent on our own router",
        },
        {
            content: "Approve",
            trigger: ".modal footer button[name=action_approve]",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_open_review]))",
        },
    ],
});
