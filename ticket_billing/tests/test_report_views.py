from lxml import etree

from odoo.tests import freeze_time, tagged

from .common_report import NOON, ReportCommon

MODES = ["pivot", "graph", "list"]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportViews(ReportCommon):
    """What reports show at first."""

    def _get_measures(self, name):
        """Return the names of the measures that a pivot shows at first."""
        arch = self._get_report(name).get_view(view_type="pivot")["arch"]
        nodes = etree.fromstring(arch).iterfind("field[@type='measure']")
        return [node.get("name") for node in nodes]

    def test_row_of_realization_adds_up_on_screen(self):
        self._create_contract(hour_allowance="limited", included_hours=2.0)
        reviewed = self._bill_work(12.0)
        charge = reviewed._get_charges()
        charge.action_change(quantity=6.0, reason="Agreed")
        charge.action_approve()
        self._get_lines(reviewed.sudo().invoice_ids).discount = 10.0
        lost = self._bill_work(9.0)
        lost.action_write_off("Goodwill")
        tickets = reviewed | lost | self._bill_work(11.0)
        measures = self._get_measures("realization")
        names = [name for name in measures if name.endswith("_amount")]
        sums = dict(zip(names, self._sum("realization", tickets, *names), strict=True))
        self.assertTrue(all(sums.values()))
        value = sums.pop("rated_amount") + sums.pop("edited_amount")
        self.assertAlmostEqual(value, sum(sums.values()))

    def test_margin_opens_as_a_pivot(self):
        action = self.env.ref(
            "ticket_billing.ticket_billing_realization_report_margin_action"
        )
        self.assertEqual([mode for _id, mode in action.views], MODES)

    def test_accuracy_shows_the_share_at_first(self):
        self.assertEqual(self._get_measures("accuracy")[0], "accuracy_rate")
        arch = self._get_report("accuracy").get_view(view_type="list")["arch"]
        [node] = etree.fromstring(arch).iterfind("field[@name='accuracy_rate']")
        self.assertEqual(node.get("optional", "show"), "show")
        self.assertTrue(node.get("avg"))

    def test_lists_are_cards_on_a_phone(self):
        for name in ("leakage", "allowance"):
            with self.subTest(report=name):
                action = self.env.ref(
                    f"ticket_billing.ticket_billing_{name}_report_action"
                )
                self.assertIn("kanban", action.view_mode.split(","))
                arch = self._get_report(name).get_view(view_type="kanban")["arch"]
                kanban = etree.fromstring(arch)
                self.assertEqual(kanban.get("action"), "action_open_record")
                fields = [node.get("name") for node in kanban.iterfind(".//field")]
                amount = "amount" if name == "leakage" else "covered_amount"
                self.assertIn(amount, fields)
