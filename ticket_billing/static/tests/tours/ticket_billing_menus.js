import { registry } from "@web/core/registry";

const APP = "helpdesk_mgmt.helpdesk_ticket_main_menu";
const OURS = "ticket_billing.ticket_billing_menu";

function flatten(menu) {
    return [menu, ...menu.childrenTree.flatMap(flatten)];
}

/** The pages of billing; all of the helpdesk for those who do not look after billing. */
function getMenus(app) {
    const ours = flatten(app).find((menu) => menu.xmlid === OURS);
    return flatten(ours || app).filter((menu) => menu.actionID);
}

function waitForPaint() {
    return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** The parts of a page that have to fit; tables scroll by themselves. */
const PARTS = [
    ".o_form_view",
    ".o_graph_view",
    ".o_kanban_view:not(:has(.o_kanban_grouped))",
    ".o_ticket_billing_cockpit",
].flatMap((page) => [page, `${page} .o_content`, `${page} .o_form_sheet`]);

function getProblem() {
    const parts = document.querySelectorAll(PARTS.join());
    const wide = [document.documentElement, ...parts].find(
        (part) => part.scrollWidth > Math.min(part.clientWidth, window.innerWidth)
    );
    if (wide) {
        return `is ${wide.scrollWidth} px wide on a screen of ${window.innerWidth} px`;
    }
    if (document.querySelector(".o_error_dialog")) {
        return "shows an error";
    }
    if (!document.querySelector(".o_action_manager .o_content, .modal .o_form_view")) {
        return "shows nothing";
    }
    return "";
}

async function openAll() {
    const { action, menu } = odoo.__WOWL_DEBUG__.root.env.services;
    const app = menu.getApps().find((item) => item.xmlid === APP);
    const menus = getMenus(menu.getMenuAsTree(app.id));
    for (const item of menus) {
        await action.doAction(item.actionID, { clearBreadcrumbs: true });
        await waitForPaint();
        const problem = getProblem();
        if (problem) {
            throw new Error(`${item.name} ${problem}`);
        }
        await action.doAction({ type: "ir.actions.act_window_close" });
    }
    document.body.dataset.menus = menus.length;
}

registry.category("web_tour.tours").add("ticket_billing_menus", {
    steps: () => [
        {
            content: "Open every page of billing",
            trigger: ".o_main_navbar",
            run: openAll,
        },
        {
            content: "All of them were there",
            trigger: "body[data-menus]:not([data-menus='0']):not(:has(.o_error_dialog))",
        },
    ],
});
