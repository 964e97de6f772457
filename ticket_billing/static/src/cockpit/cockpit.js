import {
    Component,
    markup,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const PAGE = "ticket.billing.automation";
const DANGER = ["blocked"];
const WARNING = ["to_approve", "released"];

/** What needs somebody today, and where the money is. */
export class TicketBillingCockpit extends Component {
    static template = "ticket_billing.Cockpit";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.canvas = useRef("chart");
        this.state = useState({ data: null });
        this.display = { controlPanel: {} };
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load()]));
        useEffect(
            () => this.drawChart(),
            () => [this.state.data, this.canvas.el]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    async load() {
        this.state.data = await this.orm.call("ticket.billing.cockpit", "get_data");
    }

    // Figures

    getCardClass(card) {
        if (!card.count) {
            return "text-muted";
        }
        if (DANGER.includes(card.key)) {
            return "text-danger";
        }
        return WARNING.includes(card.key) ? "text-warning" : "";
    }

    getAge(hours) {
        if (hours === null || hours === undefined) {
            return "";
        }
        if (hours < 48) {
            return _t("oldest: %s h", hours);
        }
        return _t("oldest: %s days", Math.floor(hours / 24));
    }

    getDuration(minutes) {
        if (minutes === null) {
            return "–";
        }
        if (minutes < 120) {
            return _t("%s min", Math.round(minutes));
        }
        return minutes < 2880
            ? _t("%s h", Math.round(minutes / 60))
            : _t("%s days", Math.round(minutes / 1440));
    }

    getErrorLabel(error) {
        return error.label || _t("Other");
    }

    getShare(share) {
        return share === null ? "–" : `${Math.round(share * 100)} %`;
    }

    get hasMonths() {
        return this.state.data.months.some((month) => month.amount);
    }

    drawChart() {
        this.chart?.destroy();
        this.chart = null;
        if (!this.canvas.el) {
            return;
        }
        const months = this.state.data.months;
        const color = getColor(0, cookie.get("color_scheme"), "odoo");
        this.chart = new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: months.map((month) => month.label),
                datasets: [
                    { data: months.map((month) => month.amount), backgroundColor: color },
                ],
            },
            options: {
                maintainAspectRatio: false,
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        callbacks: { label: (item) => months[item.dataIndex].text },
                    },
                },
                scales: {
                    x: { grid: { display: false } },
                    y: {
                        beginAtZero: true,
                        ticks: { callback: (value) => formatFloat(value, { digits: [16, 0] }) },
                    },
                },
            },
        });
    }

    // Links

    async openResult(model, method, ids, context = {}) {
        const action = await this.orm.call(model, method, [ids], { context });
        if (action.help) {
            // As Odoo's own buttons do with what they get
            action.help = markup(action.help);
        }
        await this.action.doAction(action, { onClose: () => this.load() });
    }

    openCard(card) {
        const context = { card: card.key };
        return this.openResult(PAGE, "action_view_figures", [this.state.data.page_id], context);
    }

    openProblem(problem) {
        if (problem.has_records) {
            return this.openResult("ticket.billing.health", "action_open_records", [problem.id]);
        }
        return this.openForm("ticket.billing.health", problem.id);
    }

    openForm(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openAction(name) {
        return this.action.doAction(`ticket_billing.${name}`);
    }

    openErrors() {
        return this.openAction("helpdesk_ticket_action_blocked");
    }

    /** What runs of the last days said of tickets that were blocked for one reason. */
    openError(error) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Blocked: %s", this.getErrorLabel(error)),
            res_model: "ticket.billing.run.line",
            views: [[false, "list"]],
            domain: [
                ["company_id", "=", this.state.data.page_id],
                ["outcome", "=", "blocked"],
                ["error_type", "=", error.error_type || false],
                ["dry_run", "=", false],
                ["create_date", ">=", `-${this.state.data.quality.days}d`],
            ],
        });
    }

    dryRun() {
        return this.openResult(PAGE, "action_dry_run", [this.state.data.page_id]);
    }

    // The message opens the cockpit anew
    runNow() {
        this.dialog.add(ConfirmationDialog, {
            body: _t("Bill now what is due in this company, at every automation level?"),
            confirmLabel: _t("Run Now"),
            confirm: () => this.openResult(PAGE, "action_run_now", [this.state.data.page_id]),
            cancel: () => {},
        });
    }
}

registry.category("actions").add("ticket_billing_cockpit", TicketBillingCockpit);
