import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_open_list", {
    steps: () => [
        {
            content: "The list has rows or groups",
            trigger: ".o_list_view :is(.o_data_row, .o_group_header)",
        },
    ],
});
