from odoo import Command

from .common_hints import HintsCommon

HOURS = (0.33, 1.17, 2.01)
DAYS = {"line_ids": [Command.create({"value_amount": 100, "nb_days": 30})]}


class HintsWorld(HintsCommon):
    """One customer for each thing that decides about an invoice, and work under each
    kind of tax; the first one has some of all work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().tax_exigibility = True
        cls._set_up_taxes()
        cls._set_up_work()
        cls.tickets = cls.env["helpdesk.ticket"]
        cls._set_up_positions()
        cls._set_up_currencies()
        cls._set_up_terms()
        cls._set_up_covered()

    # Taxes and work

    @classmethod
    def _create_tax(cls, name, amount, **values):
        values = {"name": name, "amount": amount, "type_tax_use": "sale", **values}
        return cls.env["account.tax"].create(values)

    @classmethod
    def _set_up_taxes(cls):
        cls.tax_5 = cls._create_tax("5 %", 5.0)
        cls.tax_7 = cls._create_tax("7 %", 7.0)
        children = cls._create_tax("3 %", 3.0) + cls._create_tax("2.5 %", 2.5)
        cls.group = cls._create_tax(
            "Group", 0.0, amount_type="group", children_tax_ids=children.ids
        )
        cls.included = cls._create_tax(
            "21 % included", 21.0, price_include_override="tax_included", sequence=1
        )
        cls.base = cls._create_tax(
            "Base", 6.0, include_base_amount=True, is_base_affected=True, sequence=2
        )
        cls.included_base = cls._create_tax(
            "Included base",
            6.0,
            price_include_override="tax_included",
            include_base_amount=True,
            sequence=1,
        )
        cls.tagged = cls._create_tax("Tagged", 8.0, **cls._prepare_repartition())
        cls.on_payment = cls._create_tax(
            "On payment",
            9.0,
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=cls.company_data[
                "default_account_tax_sale"
            ]
            .copy({"reconcile": True})
            .id,
            **cls._prepare_repartition(),
        )

    @classmethod
    def _prepare_repartition(cls):
        names = ("base", "tax")
        tags = cls.env["account.account.tag"].create(
            [{"name": name, "applicability": "taxes"} for name in names]
        )
        rows = [
            Command.create({"repartition_type": name, "tag_ids": tag.ids})
            for name, tag in zip(names, tags, strict=True)
        ]
        return {
            "invoice_repartition_line_ids": rows,
            "refund_repartition_line_ids": rows,
        }

    @classmethod
    def _set_up_work(cls):
        none = cls.env["account.tax"]
        income = cls.company_data["default_account_revenue"]
        of_account = income.copy({"tax_ids": [Command.set(cls.tax_7.ids)]})
        tag = cls.env["account.account.tag"].create(
            {"name": "Product", "applicability": "products"}
        )
        cls.works = [
            cls._create_work("Plain", 92.53, cls.tax_19),
            cls._create_work("Several", 33.33, cls.tax_19 + cls.tax_5),
            cls._create_work("Group", 10.01, cls.group),
            cls._create_work("Included", 21.53, cls.included),
            cls._create_work("Base", 17.77, cls.base + cls.tax_5),
            cls._create_work("Included base", 19.99, cls.included_base + cls.tax_5),
            cls._create_work("Tagged", 0.07, cls.tagged, account_tag_ids=tag.ids),
            cls._create_work("On payment", 48.15, cls.on_payment),
            cls._create_work("Untaxed", 12.34, none),
            cls._create_work(
                "Account", 56.78, none, property_account_income_id=of_account.id
            ),
        ]
        plain, several, _group, included, *_rest = cls.works
        cls.some_works = [plain, several, included]

    # Customers

    @classmethod
    def _add_customer(cls, name, works=None, contract=None, **values):
        """Let a new customer have a closed ticket with an entry for each work."""
        customer = cls._create_customer(name, **values)
        if contract is not None:
            cls._create_contract(partner_id=customer.id, **contract)
        ticket = cls._create_ticket(partner_id=customer.id)
        for number, work in enumerate(works or cls.some_works):
            hours = HOURS[number % len(HOURS)]
            cls._log_time(ticket, hours, billing_work_type_id=work.id)
        ticket.stage_id = cls.stage_done
        cls.tickets += ticket

    @classmethod
    def _create_position(cls, name, **values):
        positions = cls.env["account.fiscal.position"]
        return positions.create({"name": name, "company_id": cls.company.id, **values})

    @classmethod
    def _set_up_positions(cls):
        income = cls.company_data["default_account_revenue"]
        mapped = cls._create_position(
            "Mapped",
            account_ids=[
                Command.create(
                    {
                        "account_src_id": income.id,
                        "account_dest_id": income.copy().id,
                    }
                )
            ],
        )
        cls._create_tax(
            "Mapped", 3.7, fiscal_position_ids=mapped.ids,
            original_tax_ids=(cls.tax_19 + cls.included).ids,
        )  # fmt: skip
        exempt = cls._create_position("Exempt")
        belgium = cls.env.ref("base.be")
        domestic = cls._create_position(
            "Country", auto_apply=True, country_id=belgium.id
        )
        cls._create_tax(
            "Country", 11.0, fiscal_position_ids=domestic.ids,
            original_tax_ids=cls.tax_19.ids,
        )  # fmt: skip
        cls._add_customer("Everything", works=cls.works)
        cls._add_customer("Only untaxed", works=cls.works[8:9])
        cls._add_customer("Mapped", contract={"fiscal_position_id": mapped.id})
        cls._add_customer("Exempt", property_account_position_id=exempt.id)
        cls._add_customer("Country", country_id=belgium.id)

    @classmethod
    def _set_up_currencies(cls):
        found = {
            "EUR": cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.9137)]),
            "JPY": cls.setup_other_currency(
                "JPY", rounding=1.0, rates=[("2020-01-01", 150.27)]
            ),
            "CHF": cls.setup_other_currency(
                "CHF", rounding=0.05, rates=[("2020-01-01", 0.8813)]
            ),
        }
        for name, currency in found.items():
            cls._add_customer(name, contract={"manual_currency_id": currency.id})
        cls._add_customer(
            "Untaxed yen",
            works=cls.works[8:9],
            contract={"manual_currency_id": found["JPY"].id},
        )

    @classmethod
    def _set_up_terms(cls):
        cls._add_customer("Parts", property_payment_term_id=cls.pay_terms_b.id)
        for computation in ("included", "excluded", "mixed"):
            term = cls.env["account.payment.term"].create(
                {
                    "name": computation,
                    "early_discount": True,
                    "discount_days": 7,
                    "discount_percentage": 2.0,
                    "early_pay_discount_computation": computation,
                    **DAYS,
                }
            )
            cls._add_customer(computation, property_payment_term_id=term.id)

    @classmethod
    def _set_up_covered(cls):
        cls.policy.sudo().write({"show_covered_work": True, "skip_zero": False})
        some = {"hour_allowance": "limited", "included_hours": 1.4}
        cls._add_customer("Covered in part", contract=some)
        cls._add_customer("All covered", contract={"hour_allowance": "unlimited"})
