"""Tests that look at a freshly installed database with demo data."""

import pytest

import odoo
import odoo.api
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name


@pytest.fixture
def env():
    """Return an environment of the superuser; its changes are rolled back."""
    registry = Registry(get_db_name())
    with registry.cursor() as cr:
        yield odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        cr.rollback()
