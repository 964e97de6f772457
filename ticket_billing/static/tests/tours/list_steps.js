/** Steps that choose all records of a list and open what can be done with them. */
export function openActionsOfAll() {
    return [
        {
            content: "Choose all tickets",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open what can be done with them",
            trigger: ".o_cp_action_menus .dropdown-toggle:contains(Actions)",
            run: "click",
        },
    ];
}
