from odoo import models


class IrModuleModule(models.Model):
    """Keeps the ledger from being thrown away while it is needed."""

    _inherit = "ir.module.module"

    def button_uninstall(self):
        # EXTENDS base: whatever else is uninstalled takes along what depends on it.
        # Nobody else learns what waits; super refuses them
        if not self.env.is_admin():
            return super().button_uninstall()
        going = self | self.downstream_dependencies()
        if "ticket_billing" in going.mapped("name"):
            self.env["ticket.billing.charge"].sudo()._check_uninstall()
        return super().button_uninstall()
