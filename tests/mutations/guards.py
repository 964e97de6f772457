"""The guards of the ledger, and how each is removed to see which test notices.

Every ``old`` text is in its file exactly once; ``make test`` checks that. ``tests``
names the test classes that are run without the guard.
"""

from dataclasses import dataclass

MODELS = "ticket_billing/models/"
CHARGE = MODELS + "ticket_billing_charge"


@dataclass(frozen=True)
class Guard:
    """One guard: ``old`` is replaced by ``new`` in a file, or ``sql`` is executed."""

    name: str
    tests: str
    file: str = ""
    old: str = ""
    new: str = ""
    sql: str = ""


GUARDS = (
    # The ledger
    Guard(
        "unique index on the source",
        "TestLedger",
        sql="DROP INDEX ticket_billing_charge_unique_source; "
        "CREATE UNIQUE INDEX ticket_billing_charge_unique_source ON "
        "ticket_billing_charge (source_key, id) WHERE is_void IS NOT TRUE",
    ),
    Guard(
        "claim with ON CONFLICT DO NOTHING",
        "TestLedger",
        CHARGE + "_ledger.py",
        '"ON CONFLICT (source_key) WHERE is_void IS NOT TRUE DO NOTHING "',
        '""',
    ),
    Guard(
        "a lost claim blocks the ticket",
        "TestEntryHistory",
        MODELS + "ticket_billing_run_bill.py",
        "        if lost:\n",
        "        if not vals_list:\n",
    ),
    Guard(
        "void charges do not count",
        "TestAgreementChanges or TestRatedAnew",
        MODELS + "helpdesk_ticket.py",
        ".filtered(lambda charge: not charge.is_void)",
        "",
    ),
    Guard(
        "charges are never deleted",
        "TestLedger",
        CHARGE + ".py",
        '        raise UserError(self.env._("The ledger of ticket billing keeps every',
        '        str(self.env._("The ledger of ticket billing keeps every',
    ),
    Guard(
        "quantities are not negative",
        "TestLedger",
        sql="ALTER TABLE ticket_billing_charge DROP CONSTRAINT "
        "ticket_billing_charge_positive_quantities",
    ),
    # Two at a time
    Guard(
        "the gate's row is changed",
        "TestConcurrencyDrafts or TestConcurrency",
        MODELS + "ticket_billing_gate.py",
        '"DO UPDATE SET version = %(table)s.version + 1",',
        '"DO NOTHING",',
    ),
    Guard(
        "the gate is locked",
        "TestConcurrencyDrafts or TestConcurrency",
        MODELS + "ticket_billing_gate.py",
        '        ours = self._try_lock(partners.sorted("id"), wait)\n',
        "        ours = partners\n",
    ),
    Guard(
        "the schedule waits for nobody",
        "TestConcurrencyDrafts or TestConcurrency",
        MODELS + "ticket_billing_run.py",
        "ticket_billing_waits=by_hand and self._may_wait()",
        "ticket_billing_waits=not by_hand or self._may_wait()",
    ),
    Guard(
        "nobody waits until the server gives up",
        "TestConcurrencyDrafts",
        MODELS + "ticket_billing_run_bill.py",
        "        return TRIES[cr] <= MOST_WAITS\n",
        "        return True\n",
    ),
    Guard(
        "tickets are locked",
        "TestConcurrencyDrafts or TestConcurrency",
        MODELS + "ticket_billing_run_bill.py",
        "        return own.try_lock_for_update(allow_referencing=True)\n",
        "        return own\n",
    ),
    Guard(
        "charges are locked before they are invoiced",
        "TestConcurrencyDrafts",
        CHARGE + "_draft.py",
        "locked = wanted.try_lock_for_update(allow_referencing=True)",
        "locked = wanted",
    ),
    Guard(
        "the version of invoiced charges changes",
        "TestConcurrencyDrafts or TestConcurrency or TestDraftGuards",
        CHARGE + "_draft.py",
        '{"was_invoiced": True, "version": version + 1}',
        '{"was_invoiced": True}',
    ),
    Guard(
        "who bills again does not wait for others who decide",
        "TestConcurrencyDrafts",
        CHARGE + "_again.py",
        "        if self.try_lock_for_update(allow_referencing=True) != self:\n",
        "        if not self.ids:\n",
    ),
    Guard(
        "who writes off does not wait for others who decide",
        "TestConcurrencyDrafts",
        CHARGE + "_review.py",
        "        if self.try_lock_for_update(allow_referencing=True) != self:\n",
        "        if not self.ids:\n",
    ),
    Guard(
        "who credits does not wait for others who credit",
        "TestConcurrencyDrafts",
        "ticket_billing/wizards/ticket_billing_credit.py",
        "        if charges.try_lock_for_update(allow_referencing=True) != charges:\n",
        "        if not charges.ids:\n",
    ),
    Guard(
        "two people cannot credit the same work",
        "TestConcurrencyDrafts",
        "ticket_billing/wizards/ticket_billing_credit.py",
        "            group.version = version + 1\n",
        "            group.exists()\n",
    ),
    Guard(
        "trouble with the database is raised again",
        "TestRun",
        MODELS + "ticket_billing_run_batch.py",
        "        except (psycopg2.OperationalError, psycopg2.InterfaceError):\n",
        "        except ZeroDivisionError:\n",
    ),
    # Evidence
    Guard(
        "billed time is frozen",
        "TestInvoiceLife",
        MODELS + "account_analytic_line.py",
        "            changed._check_not_billed()\n",
        "            changed.browse()._check_not_billed()\n",
    ),
    Guard(
        "billed time is not deleted",
        "TestInvoiceLife",
        MODELS + "account_analytic_line.py",
        "def _unlink_except_billed(self):\n        self._check_not_billed()\n",
        "def _unlink_except_billed(self):\n        self.exists()\n",
    ),
    Guard(
        "time with a history stays on its ticket",
        "TestEntryHistory",
        MODELS + "account_analytic_line.py",
        '                lambda entry: entry._is_changed_by(vals, ["ticket_id"])\n',
        "                lambda entry: False\n",
    ),
    Guard(
        "rated tickets are not deleted",
        "TestInvoiceLife",
        MODELS + "helpdesk_ticket.py",
        '            .search_count([("ticket_id", "in", self.ids)], limit=1)\n',
        '            .search_count([("ticket_id", "=", 0)], limit=1)\n',
    ),
    Guard(
        "worked tickets stay in their company",
        "TestEntryHistory",
        MODELS + "helpdesk_ticket.py",
        "            )._check_no_work()\n",
        "            ).exists()\n",
    ),
    Guard(
        "the ledger survives uninstalling",
        "TestUninstall",
        MODELS + "ir_module_module.py",
        'if "ticket_billing" in going.mapped("name"):',
        'if "no_addon" in going.mapped("name"):',
    ),
    Guard(
        "fields of the engine are nobody's to write",
        "TestAccess",
        MODELS + "ticket_billing_protected_mixin.py",
        "        return bool(group) and self.env.user.has_group(group)\n",
        "        return True\n",
    ),
    # What there is to bill
    Guard(
        "handled hours are taken off",
        "TestHours or TestRun or TestBillAgain",
        MODELS + "ticket_billing_strategy.py",
        "max(total - handled, ZERO)",
        "max(total, ZERO)",
    ),
    Guard(
        "parts that are billed again handle no hours",
        "TestBillAgainParts or TestBillAgain",
        "ticket_billing/tools/work.py",
        '            lambda charge: charge.kind == "time"\n'
        "            and not charge.is_remainder\n",
        '            lambda charge: charge.kind == "time"\n',
    ),
    Guard(
        "hours of two customers are apart",
        "TestRatedAnew",
        "ticket_billing/tools/work.py",
        "            and charge.partner_id.commercial_partner_id == customer\n",
        "",
    ),
    Guard(
        "superseded charges do not count",
        "TestBillAgain",
        MODELS + "ticket_billing_rating_work.py",
        "(charges - superseded).grouped",
        "charges.grouped",
    ),
    Guard(
        "void and superseded charges use no allowance",
        "TestBillAgain or TestAllowance",
        MODELS + "ticket_billing_rating_allowance.py",
        '& Domain("is_superseded", "=", False)',
        "& Domain.TRUE",
    ),
    Guard(
        "approval holds the work",
        "TestApproval",
        MODELS + "ticket_billing_rating.py",
        '                    charge.update(rating_state="to_approve", reason=reason)\n',
        "                    charge.update(reason=reason)\n",
    ),
    Guard(
        "the daily limit holds the work",
        "TestDraftGuards",
        MODELS + "ticket_billing_run_bill.py",
        "            if charge in over:\n",
        "            if False:\n",
    ),
    Guard(
        "what is older than the start is left alone",
        "TestRun or TestClosing",
        MODELS + "ticket_billing_run_schedule.py",
        '            & Domain("billing_event_date", ">=", start)\n',
        "",
    ),
    Guard(
        "unbilled time is found by its state",
        "TestCatchUp",
        MODELS + "helpdesk_ticket_catch_up.py",
        "(never_tried | not_invoiced | not_rated)",
        "(never_tried | not_invoiced)",
    ),
    Guard(
        "a fee that was set aside is rated again",
        "TestRatedAnew",
        MODELS + "helpdesk_ticket_flag.py",
        "            | self._filter_void_fee()\n",
        "",
    ),
    Guard(
        "other terms let go what a level held",
        "TestRatedAnew",
        MODELS + "helpdesk_ticket_flag.py",
        '        stuck = failed | Domain("billing_is_held", "=", True)\n',
        "        stuck = failed\n",
    ),
    Guard(
        "charges of another company are left alone",
        "TestEntryHistory",
        MODELS + "ticket_billing_run_bill.py",
        "        return charges.filtered(lambda c: c.company_id == self.env.company)\n",
        "        return charges\n",
    ),
    # Drafts
    Guard(
        "safety check of drafts",
        "TestDraftGuards",
        CHARGE + "_draft.py",
        "        self._check_drafts(moves)\n",
        "",
    ),
    Guard(
        "only untouched drafts are joined",
        "TestDraftJoining",
        MODELS + "account_move.py",
        "and self.ticket_billing_digest == self._get_ticket_billing_digest()",
        "",
    ),
    Guard(
        "lines decide about the state once there was an invoice",
        "TestInvoiceLife",
        CHARGE + "_draft.py",
        '{"was_invoiced": True, "version": version + 1}',
        '{"version": version + 1}',
    ),
    Guard(
        "drafts stay with customer and currency",
        "TestOneBill",
        MODELS + "account_move_guard.py",
        "            self._check_made_out_to_customer()\n",
        "            self.browse()._check_made_out_to_customer()\n",
    ),
    # After the invoice
    Guard(
        "copies do not bill",
        "TestInvoiceEvents or TestInvoiceLife",
        CHARGE + "_life.py",
        "continues = bool(credits) and not line.move_id._is_debit_note()",
        "continues = True",
    ),
    Guard(
        "credit notes continue what they reverse",
        "TestOneBill",
        CHARGE + "_life.py",
        "                continues = bool(lines & reversed_lines)\n",
        "                continues = True\n",
    ),
    Guard(
        "billed again is final",
        "TestBillAgain",
        MODELS + "account_move_guard.py",
        "        if final:\n",
        "        if not final.env:\n",
    ),
    Guard(
        "a draft of a credit note is not posted after billing again",
        "TestOneBill",
        MODELS + "account_move_guard.py",
        '            final |= credited.filtered("is_superseded")\n',
        "",
    ),
    Guard(
        "one bill at a time",
        "TestOneBill",
        CHARGE + "_one_bill.py",
        "            if len(invoices) - len(posted) > 1:\n",
        "            if len(invoices) - len(posted) > 9:\n",
    ),
    Guard(
        "no credit note without its invoice",
        "TestOneBill",
        CHARGE + "_one_bill.py",
        "            if posted and not invoices:\n",
        "            if posted and not self:\n",
    ),
    Guard(
        "the last line with a credit note is not deleted",
        "TestOneBill",
        MODELS + "account_move_line.py",
        "        result = super().unlink()\n        charges._check_one_bill()\n",
        "        result = super().unlink()\n        charges.exists()\n",
    ),
    Guard(
        "invoices are not switched",
        "TestOneBill",
        MODELS + "account_move_guard.py",
        '            self._check_not_switched(vals["move_type"])\n',
        "            self.exists()\n",
    ),
    Guard(
        "changed work does not come back on its invoice",
        "TestOneBill",
        MODELS + "account_move_guard.py",
        "lambda c: not c._is_back())._check_work_unchanged()",
        "lambda c: not c._is_back()).exists()",
    ),
    Guard(
        "an invoice that comes back takes back the write-off",
        "TestWriteOff",
        MODELS + "account_move_guard.py",
        "            charges._forget_write_offs()\n",
        "",
    ),
    Guard(
        "a void bill again gives the work back",
        "TestBillAgain",
        CHARGE + "_ledger.py",
        '        charges.replaces_id.filtered("is_superseded").is_superseded = False\n',
        "",
    ),
    Guard(
        "work that was never approved waits when it is billed again",
        "TestBillAgainParts",
        CHARGE + "_again_values.py",
        '"to_approve" if charge in held else "ready"',
        '"ready"',
    ),
    Guard(
        "what is billed again comes to what waits",
        "TestBillAgainParts",
        CHARGE + "_again.py",
        "return not self.currency_id.compare_amounts(self.waiting_amount, agreed)",
        "return True",
    ),
    Guard(
        "a wizard decides about its own credit alone",
        "TestBillAgainParts",
        "ticket_billing/wizards/ticket_billing_credit.py",
        "            self._check_decided(charges)\n",
        "            charges.exists()\n",
    ),
    Guard(
        "work is credited once in a wizard",
        "TestBillAgainParts",
        "ticket_billing/wizards/ticket_billing_credit.py",
        "        if len(charges) < len(self.line_ids):\n",
        "        if not charges:\n",
    ),
    Guard(
        "no more is credited than was billed",
        "TestCredit",
        "ticket_billing/wizards/ticket_billing_credit_line.py",
        "            or currency.compare_amounts(self.amount, open_amount) > 0\n",
        "",
    ),
    # By itself
    Guard(
        "what is not due waits",
        "TestFrequency or TestUpTo",
        MODELS + "ticket_billing_run_bill.py",
        "charges._filter_due()._create_invoices()",
        "charges._create_invoices()",
    ),
    Guard(
        "what was taken back is not billed by itself",
        "TestUndo",
        CHARGE + "_due.py",
        "is_over and not self.is_undone and not",
        "is_over and not",
    ),
    Guard(
        "a level that was lowered holds what is ready",
        "TestFrequency",
        MODELS + "ticket_billing_run_bill.py",
        "            standing = self._leave_held(ratings, standing)\n",
        "            pass\n",
    ),
    Guard(
        "work of a trial waits for a decision",
        "TestTrial",
        MODELS + "ticket_billing_rating_level.py",
        "not on_trial and self._get_level",
        "self._get_level",
    ),
    Guard(
        "drafts that somebody changed are not taken back",
        "TestUndo",
        MODELS + "ticket_billing_run_undo.py",
        'move.state == "draft" and move._is_untouched_ticket_draft()',
        'move.state == "draft"',
    ),
    Guard(
        "what changed on a draft is rated anew when taken back",
        "TestUndo",
        MODELS + "ticket_billing_run_undo.py",
        "        run._set_aside_changed(charges)\n",
        "",
    ),
    Guard(
        "a dry run is taken back",
        "TestRun",
        MODELS + "ticket_billing_run.py",
        "            savepoint.rollback()\n",
        "",
    ),
    Guard(
        "the journal is never changed",
        "TestLog",
        MODELS + "ticket_billing_log.py",
        "        if self:\n",
        "        if not self:\n",
    ),
    Guard(
        "runs that touched money are kept",
        "TestVacuum",
        MODELS + "ticket_billing_run_vacuum.py",
        ' | Domain("outcome", "not in", MONEY)',
        ' | Domain("outcome", "in", MONEY)',
    ),
    Guard(
        "nobody approves his own tickets",
        "TestOwnWork",
        CHARGE + "_review.py",
        "        charges = waiting - own\n",
        "        charges = waiting\n",
    ),
    Guard(
        "more than was rated is not billed",
        "TestChange",
        CHARGE + "_change.py",
        "        if float_compare(quantity, most, precision_digits=2) > 0:\n",
        "        if False:\n",
    ),
    Guard(
        "rejected work is left alone",
        "TestReject",
        MODELS + "ticket_billing_run_bill.py",
        "        if ticket.billing_rejected and not ",
        "        if False and not ",
    ),
    Guard(
        "other terms do not wake rejected work",
        "TestReject",
        MODELS + "helpdesk_ticket_flag.py",
        """        failed = Domain("billing_error", "!=", False) & Domain(
            "billing_rejected", "=", False
        )
""",
        """        failed = Domain("billing_error", "!=", False)
""",
    ),
    Guard(
        "chosen time bills nothing else",
        "TestChosenTime",
        MODELS + "ticket_billing_rating_work.py",
        "        entries = self._filter_chosen(entries)\n",
        "",
    ),
    Guard(
        "chosen time bills no fee",
        "TestChosenTime",
        MODELS + "ticket_billing_rating_work.py",
        "            fee_contract = None\n",
        "            pass\n",
    ),
    Guard(
        "chosen time leaves its ticket waiting",
        "TestChosenTime",
        MODELS + "ticket_billing_run_bill.py",
        """            tickets._forget_rejection()
            return
""",
        """            tickets._forget_rejection()
""",
    ),
    Guard(
        "errors keep a draft from being posted",
        "TestDraftChecks",
        MODELS + "account_move_posting.py",
        "        if self._get_new_errors():\n",
        "        if False:\n",
    ),
    Guard(
        "what a person changed is not posted",
        "TestPosting",
        MODELS + "account_move_posting.py",
        "        if self.ticket_billing_digest != self._get_ticket_billing_digest():\n",
        "        if False:\n",
    ),
    Guard(
        "the lowest level of a draft holds",
        "TestPosting",
        CHARGE + "_draft.py",
        "(lines.charge_ids | self)._get_invoice_level()",
        "self._get_invoice_level()",
    ),
    Guard(
        "new work on a draft is checked again",
        "TestDraftChecks",
        MODELS + "account_move_posting.py",
        '            "ticket_billing_override_reason": False,\n',
        "",
    ),
    Guard(
        "invoices are handed over for sending once",
        "TestSending",
        MODELS + "account_move_posting.py",
        "        move._send_ticket_invoice()\n",
        "",
    ),
    Guard(
        "nothing is approved that nobody has seen",
        "TestReviewWizard",
        CHARGE + "_review.py",
        "        self.sudo()._check_seen()\n",
        "",
    ),
    Guard(
        "new entries of rejected work wait",
        "TestReject",
        MODELS + "ticket_billing_rating_approval.py",
        "        return last.browse() if approved else last\n",
        "        return last.browse()\n",
    ),
    Guard(
        "limits are not passed in steps",
        "TestChosenTime",
        MODELS + "ticket_billing_rating_approval.py",
        "        if not get_due(self.env).is_chosen:\n",
        "        if True:\n",
    ),
    Guard(
        "what is kept as a draft is joined no more",
        "TestPosting",
        MODELS + "account_move_decision.py",
        '                "ticket_billing_key": False,\n',
        "",
    ),
    Guard(
        "a level that was lowered holds for sending, too",
        "TestPosting",
        MODELS + "account_move_posting.py",
        "        move._lower_level()\n",
        "",
    ),
    # With the contract
    Guard(
        "with the contract: an error of ours is not the contract's",
        "TestWithContractErrors",
        MODELS + "contract_contract_invoice.py",
        "        except Exception:\n",
        "        except ZeroDivisionError:\n",
    ),
    Guard(
        "with the contract: others that are faster do not stop its invoice",
        "TestWithContractErrors or TestConcurrencyContract",
        MODELS + "ticket_billing_run_contract.py",
        "        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:\n",
        "        except ZeroDivisionError as error:\n",
    ),
    Guard(
        "with the contract: the customer's gate is entered",
        "TestConcurrencyContract",
        MODELS + "ticket_billing_run_contract.py",
        "        locked = self._lock(tickets)\n",
        "        locked = tickets\n",
    ),
    Guard(
        "with the contract: one bad ticket stops no other",
        "TestWithContractErrors",
        MODELS + "ticket_billing_run_contract.py",
        "                return run._process_batch(tickets)\n",
        "                return run._bill(tickets)\n",
    ),
    Guard(
        "with the contract: what could not join does not wait again",
        "TestWithContractErrors",
        MODELS + "ticket_billing_run_contract.py",
        "            missed.missed_contract = True\n",
        "            missed.exists()\n",
    ),
    Guard(
        "with the contract: only currency and address of the contract",
        "TestWithContractOwn",
        CHARGE + "_contract.py",
        "._takes_ticket_work() or not self._fits_contract()",
        "._takes_ticket_work()",
    ),
    Guard(
        "with the contract: the level holds",
        "TestWithContract",
        CHARGE + "_contract.py",
        "ticket_billing_enabled and not is_held",
        "ticket_billing_enabled",
    ),
    Guard(
        "with the contract: a contract without a next invoice is noticed",
        "TestWithContractOwn",
        CHARGE + "_due.py",
        '        return due & Domain("id", "not in", waiting.ids)\n',
        '        return due & Domain("missed_contract", "=", True)\n',
    ),
    Guard(
        "with the contract: undoing leaves what is not ours",
        "TestWithContractLife",
        MODELS + "account_move_contract.py",
        "        return bool(\n            others",
        "        return False and bool(\n            others",
    ),
)
