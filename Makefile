# Everything by name. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-browser lint format screenshots lock clean
SHELL := /bin/bash

PORT ?= 8000
BIND ?= 127.0.0.1
PYTHON ?=
# Passed on to pytest: make test ARGS="tests/search -x"
ARGS ?=
export PORT BIND PYTHON PLATFORM ROLE

VENV := .venv/bin
UV_COMPILE := $(VENV)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header

help: ## Affiche cette aide
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: ## Prépare et sert la démonstration sur http://localhost:8000 (PORT=8080 pour changer)
	@scripts/demo

serve: ## Sert la même base en relisant le code à chaque changement
	@scripts/ensure-venv
	@$(VENV)/python manage.py runserver $(BIND):$(PORT)

test: ## Lance les essais ; DATABASE_URL, REDIS_URL, ELASTICSEARCH_URL y ajoutent les vrais services
	@scripts/test $(ARGS)

test-browser: ## Lance les seuls essais dans Chromium
	@scripts/test -m browser $(ARGS)

lint: ## Relit le code : ruff, djlint, mypy, étages, migrations, réglages de production
	@scripts/lint

format: ## Met le code en forme
	@scripts/ensure-venv dev
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

screenshots: ## Photographie les pages de chaque rôle, à 1280 et 320 px, dans screenshots/
	@scripts/ensure-venv dev
	@$(VENV)/python scripts/screenshots.py

lock: ## Refait les verrous depuis requirements*.in (UPGRADE=1 pour monter les versions)
	@scripts/ensure-venv dev
	@$(UV_COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements.txt requirements.in
	@$(UV_COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements-dev.txt requirements-dev.in
	@$(UV_COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements-sense.txt requirements-sense.in
	@scripts/check-locks

clean: ## Efface la démonstration, les captures et les caches (.venv reste)
	@rm -rf var screenshots .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
