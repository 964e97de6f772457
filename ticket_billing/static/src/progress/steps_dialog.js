import { Component, onMounted, onWillDestroy, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const OUTCOMES = {
    invoiced: _t("On draft invoices"),
    covered: _t("Covered"),
    to_approve: _t("To approve"),
    skipped: _t("Skipped"),
    blocked: _t("Blocked"),
};

/** Bills tickets batch by batch, and shows how far it is. */
export class StepsDialog extends Component {
    static template = "ticket_billing.StepsDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        model: String,
        method: String,
        batches: Array,
        record_id: { type: Number, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.title = _t("Billing Tickets");
        this.total = this.count(this.props.batches);
        this.runIds = [];
        this.moveIds = [];
        this.state = useState({
            done: 0,
            failed: 0,
            error: "",
            outcomes: Object.fromEntries(Object.keys(OUTCOMES).map((name) => [name, 0])),
            isStopping: false,
            isOver: false,
        });
        onMounted(() => this.work());
        onWillDestroy(() => this.stop());
    }

    count(batches) {
        return batches.reduce((sum, ids) => sum + ids.length, 0);
    }

    async work() {
        for (const ids of this.props.batches) {
            if (this.state.isStopping) {
                break;
            }
            await this.takeStep(ids);
        }
        this.state.isOver = true;
    }

    async takeStep(ids) {
        try {
            const step = await this.bill(ids);
            for (const [name, count] of Object.entries(step.outcomes)) {
                this.state.outcomes[name] += count;
            }
            this.runIds.push(...step.run_ids);
            this.moveIds.push(...step.move_ids);
        } catch (error) {
            this.state.failed += ids.length;
            this.state.error = error.data?.message || error.message;
            if (error instanceof ConnectionLostError) {
                this.stop();
            }
        }
        this.state.done += ids.length;
    }

    bill(ids) {
        const { model, method, record_id: id } = this.props;
        return this.orm.silent.call(model, method, id ? [[id], ids] : [ids]);
    }

    stop() {
        this.state.isStopping = true;
    }

    // What is shown

    get share() {
        return Math.round((100 * this.state.done) / this.total);
    }

    get progress() {
        return _t("%(done)s of %(total)s tickets", {
            done: this.state.done,
            total: this.total,
        });
    }

    get rows() {
        return Object.entries(OUTCOMES).map(([name, label]) => ({
            name,
            label: label.toString(),
            count: this.state.outcomes[name],
        }));
    }

    // What comes after

    open(name, model, ids, context = {}) {
        this.props.close({ leaves: true });
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["id", "in", ids]],
            context,
        });
    }

    openDrafts() {
        // With the customers, as Odoo lists invoices
        const context = { default_move_type: "out_invoice" };
        return this.open(_t("Draft Invoices"), "account.move", this.moveIds, context);
    }

    openRuns() {
        return this.open(_t("Runs"), "ticket.billing.run", this.runIds);
    }
}

/**
 * The action that a button returns: the dialog, over the page that it is on. The window
 * with the button, if there is one, goes.
 */
function showSteps(env, action) {
    env.services.dialog.add(StepsDialog, action.params, {
        onClose: (params) => params?.leaves || env.services.action.doAction("soft_reload"),
    });
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("ticket_billing_steps", showSteps);
