import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_write_off", {
    steps: () => [
        {
            content: "Give up the work",
            trigger: "button[name=action_open_write_off]:enabled",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal div[name=reason] input",
            run: "edit Goodwill after the outage",
        },
        {
            content: "Write it off",
            trigger: ".modal footer button.btn-primary:enabled",
            run: "click",
        },
        {
            content: "The ticket says so",
            trigger:
                "body:not(:has(.modal)) .o_form_view div[name=billing_state]:contains(Written Off)",
        },
    ],
});
