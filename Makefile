# Two commands matter: make demo, make test. The work is done by scripts/manage.py.

PYTHON ?= python3
MANAGE := $(PYTHON) scripts/manage.py
export ARGS DEMO_DB HTTP_PORT SERVE ODOO_HOME SEED MINUTES SIZE

TARGETS := demo test torture mutations bench screenshots stop clean lint format shell logs setup lock

.DEFAULT_GOAL := help
.PHONY: help python $(TARGETS)

help:
	@echo "make demo     an Odoo in your browser that bills its demo tickets"
	@echo "              SERVE=0 stops after the table, HTTP_PORT=8070 sets the port"
	@echo "make test     every check; ARGS=\"-k rounding\" narrows it to some tests"
	@echo "make torture  random lives of tickets; SEED=1 MINUTES=10 say which, and how long"
	@echo "make mutations  remove each guard of the ledger in turn; some test must notice"
	@echo "make bench    what billing costs, beside others; SIZE=small for a short look"
	@echo "make screenshots  take the pictures of docs/ anew; ARGS=cockpit names one"
	@echo "make lint     check style and structure"
	@echo "make format   format the code and mend what can be mended"
	@echo "make shell    a Python shell in the demo database"
	@echo "make logs     follow the logs"
	@echo "make setup    only what demo and test have in common"
	@echo "make lock     pin the Python packages anew"
	@echo "make stop     stop what runs"
	@echo "make clean    stop what runs and remove all that was made, but the downloads"

python:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "error: $(PYTHON) is missing; install with: apt-get install -y python3 python3-venv" >&2; \
		exit 1; }

$(TARGETS): python
	@$(MANAGE) $@
