"""The pictures of the documentation: one row each, in the order they are taken.

A new picture is a new row; ``make screenshots ARGS=name`` takes it, and a page in docs
embeds it. In ``page``, ``{module.name}`` is the id of that record, ``{word}`` the id of
what the function of that name in scenes.py leaves behind.
"""

import re
from dataclasses import dataclass

TICKETS = "/odoo/action-{helpdesk_mgmt.helpdesk_ticket_action}"
INVOICES = "/odoo/action-{account.action_move_out_invoice}"
BILLING = "/odoo/action-{ticket_billing.%s}"
DEMO_TICKET = TICKETS + "/{ticket_billing.helpdesk_ticket_%s_demo}"

TAB = ".o_notebook_headers a[name='%s']"
BUTTON = ".o_form_statusbar button[name='%s']"
SEARCH = ".o_searchview_dropdown_toggler"
DIALOG = ".modal footer button.btn-primary"
LIST = ".o_list_view .o_data_row"
GROUP = ".o_list_view .o_group_header"
FORM = ".o_form_view .o_form_sheet"


@dataclass(frozen=True)
class Picture:
    """What to see, as whom, and how to get there."""

    name: str
    login: str
    page: str
    # What has to be there before the next click, and before the picture is taken
    ready: str
    # Clicked one after the other; each is waited for
    clicks: tuple = ()
    # Width and height of the window
    size: tuple = (1400, 900)


PICTURES = (
    Picture(
        "ticket-billing",
        "manager",
        DEMO_TICKET % "scanner",
        "[name='charge_ids'] .o_data_row",
        (TAB % "ticket_billing",),
        (1800, 1400),
    ),
    Picture(
        "settings",
        "admin",
        BILLING % "res_config_settings_action",
        ".app_settings_block[data-key='ticket_billing']:not(.d-none)",
        size=(1400, 1000),
    ),
    Picture(
        "automation",
        "admin",
        BILLING % "ticket_billing_automation_action_open",
        FORM,
        size=(1400, 1400),
    ),
    Picture(
        "cockpit", "manager", BILLING % "ticket_billing_cockpit_action", ".o_count"
    ),
    Picture(
        "ticket-time",
        "manager",
        DEMO_TICKET % "firewall",
        "[name='timesheet_ids'] .o_data_row",
        (TAB % "ticket_billing_time",),
    ),
    Picture(
        "preview",
        "manager",
        TICKETS + "/{closed_ticket}",
        DIALOG,
        (BUTTON % "action_preview_billing",),
        (1400, 960),
    ),
    Picture(
        "draft-invoice", "accountant", INVOICES + "/{draft}", FORM, size=(1700, 900)
    ),
    Picture(
        "invoices",
        "accountant",
        INVOICES,
        "//small[.='From Tickets']",
        (SEARCH, "//span[contains(@class, 'o_menu_item')][.='From Tickets']", SEARCH),
        (1400, 640),
    ),
    Picture(
        "trial",
        "manager",
        BILLING % "ticket_billing_run_line_action_trial",
        LIST,
        size=(1400, 480),
    ),
    Picture(
        "to-approve",
        "manager",
        BILLING % "ticket_billing_charge_action_to_approve",
        LIST,
        (GROUP + " + .o_group_header",),
        (1700, 560),
    ),
    Picture(
        "review",
        "manager",
        DEMO_TICKET % "cabling",
        DIALOG,
        (BUTTON % "action_open_review",),
        (1500, 860),
    ),
    Picture("checks", "accountant", INVOICES + "/{not_posted}", FORM, size=(1500, 860)),
    Picture(
        "statement-of-work",
        "accountant",
        "/report/html/ticket_billing.report_statement_of_work/{statement}",
        ".o_statement",
        size=(900, 900),
    ),
    Picture(
        "credit",
        "accountant",
        INVOICES + "/{posted}",
        DIALOG,
        (BUTTON % "action_credit_ticket_work",),
        (1400, 960),
    ),
    Picture(
        "released",
        "manager",
        BILLING % "ticket_billing_charge_action_released",
        LIST,
        (GROUP,),
        (1700, 800),
    ),
    Picture(
        "where-money-is-lost",
        "admin",
        BILLING % "ticket_billing_leakage_report_action",
        GROUP,
        size=(1400, 480),
    ),
    Picture(
        "health",
        "manager",
        BILLING % "ticket_billing_health_action",
        LIST,
        size=(1500, 860),
    ),
)


def needs(picture):
    """Return the records that a picture speaks of, without braces."""
    return re.findall(r"{([\w.]+)}", picture.page)


def address(picture, ids):
    """Return the address of the page, with the ids of the records it speaks of."""
    return re.sub(r"{([\w.]+)}", lambda match: str(ids[match[1]]), picture.page)
