import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_blocked", {
    steps: () => [
        {
            content: "One ticket is blocked, and says why",
            trigger: ".o_list_view .o_data_row:contains(Set the contact of the ticket)",
        },
        {
            content: "Open it",
            trigger: ".o_list_view .o_data_row td[name=name]",
            run: "click",
        },
        {
            content: "Look for the customer",
            trigger: ".o_form_view div[name=partner_id] input",
            run: "edit Quay Foods",
        },
        {
            content: "Choose him",
            trigger: ".o-autocomplete--dropdown-item:contains(Quay Foods)",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "Bill it",
            trigger: ".o_form_saved button[name=action_generate_invoice]:enabled",
            run: "click",
        },
        {
            content: "It is billed",
            trigger: ".o_notification:contains(Tickets on draft invoices: 1)",
        },
        {
            content: "The ticket says so",
            trigger: ".o_form_view h1 div[name=billing_state]:contains(On a Draft)",
        },
    ],
});
