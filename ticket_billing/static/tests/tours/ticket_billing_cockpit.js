import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ticket_billing_cockpit", {
    steps: () => [
        {
            content: "One ticket is blocked",
            trigger: "button[data-card=blocked] .o_count:contains(1)",
        },
        {
            content: "One piece of work waits for approval",
            trigger: "button[data-card=to_approve]:contains(900.00) .o_count:contains(1)",
        },
        {
            content: "What was billed is drawn",
            trigger: "div[name=money] canvas",
        },
        {
            content: "Open what is blocked",
            trigger: "button[data-card=blocked]",
            run: "click",
        },
        {
            content: "It is in the list",
            trigger: 
                ".o_data_row:contains(Printer offline), .o_kanban_record:contains(Printer offline)",
        },
        {
            content: "Go back",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Open what waits",
            trigger: "button[data-card=to_approve]",
            run: "click",
        },
        {
            content: "Its amount is the one of the card",
            trigger: 
                ".o_list_view:contains(900.00), .o_kanban_view:contains(900.00)",
        },
        {
            content: "Go back again",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Open what is ready, which is nothing",
            trigger: "button[data-card=ready]:contains(0)",
            run: "click",
        },
        {
            content: "Read what would appear here",
            trigger: ".o_view_nocontent_smiling_face:contains(Nothing waits for its invoice)",
        },
    ],
});
