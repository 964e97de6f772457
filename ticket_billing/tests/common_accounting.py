from odoo import SUPERUSER_ID, Command, api
from odoo.sql_db import db_connect
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT

COMPANY = "company_1_data"


class AccountingCommon(AccountTestInvoicingCommon):
    """Odoo's scene for invoices, without what takes seconds for each class.

    The company with its chart of accounts is made once and stays in the database;
    what a test does to it is rolled back. Of the rest only what our tests use is made.
    """

    @classmethod
    def setUpClass(cls):
        cls._keep_company()
        # Past the parent: it would make taxes, products and users that nobody needs
        super(AccountTestInvoicingCommon, cls).setUpClass()
        cls.company_data = cls.collect_company_accounting_data(cls.env.company)
        cls.tax_sale_a = cls.company_data["default_tax_sale"]
        cls.product_a = cls._create_product(name="product_a", lst_price=1000.0)
        cls._set_up_partner()

    @classmethod
    def _keep_company(cls):
        """Commit the company that the classes share, if they have none yet."""
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, DISABLED_MAIL_CONTEXT)
            if not cls._find_company(env):
                company = env["res.company"].create({"name": COMPANY})
                env["account.chart.template"].try_loading(
                    "generic_coa", company=company, install_demo=False
                )

    @classmethod
    def _find_company(cls, env):
        return env["res.company"].sudo().search([("name", "=", COMPANY)], limit=1)

    @classmethod
    def setup_independent_company(cls, **kwargs):
        # OVERRIDE account
        company = cls._find_company(cls.env).with_env(cls.env)
        cls.env.user.company_ids = [Command.link(company.id)]
        return company

    @classmethod
    def _set_up_partner(cls):
        cls.pay_terms_a = cls.env.ref("account.account_payment_term_immediate")
        cls.pay_terms_b = cls.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50.0}),
                    Command.create(
                        {"value": "percent", "value_amount": 50.0, "nb_days": 60}
                    ),
                ],
            }
        )
        cls.partner_a = cls._create_partner(name="partner_a")
