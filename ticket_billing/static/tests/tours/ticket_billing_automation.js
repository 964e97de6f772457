import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_automation", {
    steps: () => [
        {
            content: "Bill tickets automatically",
            trigger: "div[name=ticket_billing_enabled] input[type=checkbox]:not(:checked)",
            run: "click",
        },
        {
            content: "When they are closed",
            trigger: "div[name=ticket_billing_on_close] input[type=checkbox]:not(:checked)",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_saved div[name=ticket_billing_on_close] input:checked",
        },
        {
            content: "Open what is pending",
            trigger: "button[name=action_view_figures]:contains(Pending)",
            run: "click",
        },
        {
            content: "It is in the list",
            trigger: 
                ".o_data_row:contains(Printer offline), .o_kanban_record:contains(Printer offline)",
        },
    ],
});
