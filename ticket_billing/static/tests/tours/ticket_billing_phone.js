import { registry } from "@web/core/registry";

const CARD = ".modal div[name=line_ids] .o_kanban_record:not(.o_kanban_ghost)";
const SAVE = {
    content: "Keep it",
    trigger: ".modal:has(.o_ticket_billing_line) footer .o_form_button_save",
    run: "click",
};

registry.category("web_tour.tours").add("ticket_billing_phone_review", {
    steps: () => [
        {
            content: "Look at the work that waits",
            trigger: "button[name=action_open_review]:enabled",
            run: "click",
        },
        {
            content: "Its amount and what it comes from are on the card",
            trigger: `${CARD}:contains(900.00):contains(9.00 × 100.00)`,
            run: "click",
        },
        {
            content: "Lower the price",
            trigger: ".o_ticket_billing_line div[name=price_unit] input",
            run: "edit 80.00",
        },
        SAVE,
        {
            content: "The card has the new amount",
            trigger: `${CARD}:contains(720.00):contains(9.00 × 80.00)`,
        },
        {
            content: "Say why",
            trigger: ".modal div[name=reason] input",
            run: "edit A round price was promised",
        },
        {
            content: "Approve",
            trigger: ".modal footer button[name=action_approve]",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger:
                "body:not(:has(.modal)) .o_form_view div[name=billing_state]:contains(On a Draft)",
        },
    ],
});

registry.category("web_tour.tours").add("ticket_billing_phone_credit", {
    steps: () => [
        {
            content: "See the other buttons",
            trigger: ".o_statusbar_buttons button.dropdown-toggle",
            run: "click",
        },
        {
            content: "Credit work",
            trigger: "button[name=action_credit_ticket_work]:enabled",
            run: "click",
        },
        {
            content: "No calendar covers the cards",
            trigger: `body:not(:has(.o_datetime_picker)) ${CARD}:contains(200.00)`,
            run: "click",
        },
        {
            content: "Credit a part",
            trigger: ".o_ticket_billing_line div[name=quantity] input",
            run: "edit 0.5",
        },
        SAVE,
        {
            content: "The amount follows",
            trigger: `${CARD}:contains(50.00)`,
        },
        {
            content: "Nothing is decided about the work of a draft",
            trigger: ".modal:not(:has(div[name=decision])) footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "See the credit note",
            trigger: "body:not(:has(.modal)) .o_form_view button[name=action_post]",
        },
    ],
});

registry.category("web_tour.tours").add("ticket_billing_phone_nothing_ready", {
    steps: () => [
        {
            content: "Read that nothing is ready, and see no calendar",
            trigger:
                "body:not(:has(.o_datetime_picker)) .modal .alert:contains(No work up to that day)",
        },
        {
            content: "There is nothing to preview",
            trigger: ".modal footer:not(:has(button[name=action_preview]))",
        },
    ],
});
