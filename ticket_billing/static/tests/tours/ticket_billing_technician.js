import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_technician", {
    steps: () => [
        {
            content: "Open the page for time",
            trigger: ".o_notebook .nav-link[name=ticket_billing_time]",
            run: "click",
        },
        {
            content: "Add an entry",
            trigger: "div[name=timesheet_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Say what was done",
            trigger: "div[name=timesheet_ids] .o_selected_row div[name=name] input",
            run: "edit Replaced the network cable",
        },
        {
            content: "Say how long it took",
            trigger: "div[name=timesheet_ids] .o_selected_row div[name=unit_amount] input",
            run: "edit 1:30",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "Show the other stages",
            trigger: ".o_form_saved .o_statusbar_status button.dropdown-toggle",
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
            content: "Read what happened",
            trigger: ".o_notification:contains(Tickets on draft invoices: 1)",
        },
        {
            content: "The button is gone",
            trigger: ".o_form_view:not(:has(button[name=action_generate_invoice]))",
        },
    ],
});
