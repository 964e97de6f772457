import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** Says what will appear here even while nothing is there to be grouped. */
class ChargeKanbanRenderer extends KanbanRenderer {
    get showNoContentHelper() {
        const { isGrouped, groups } = this.props.list;
        return (isGrouped && !groups.length) || super.showNoContentHelper;
    }
}

registry.category("views").add("ticket_billing_charge_kanban", {
    ...kanbanView,
    Renderer: ChargeKanbanRenderer,
});
