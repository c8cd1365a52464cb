# make run    start the assistant      make test    check everything      make help    the rest

SHELL := /bin/sh
BIN := .venv/bin
MODEL := models/assistant.tar.gz
MODEL_INPUTS := config.yml domain.yml $(shell find data knowledge_base bot/nlu -name '*.yml' -o -name '*.py')

# Rasa would send usage data and crash reports.
export RASA_TELEMETRY_ENABLED := false

# A network that opens TLS puts its own certificate into the system's list, which uv does not read.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export SSL_CERT_FILE ?= /etc/ssl/certs/ca-certificates.crt
endif

.DEFAULT_GOAL := help
.PHONY: help install run test soak seizure-drill train check lint format clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: install $(MODEL) ## install, train and serve: the widget on http://127.0.0.1:8000, and Telegram with TELEGRAM_TOKEN
	@$(BIN)/drbot serve

test: .venv/.installed-dev $(MODEL) ## run every check and test
	@./scripts/install-test-tools.sh
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest

soak: .venv/.installed-dev $(MODEL) ## the long tests, and each protection taken out to see its test fail (an hour or more)
	@./scripts/install-test-tools.sh
	@$(BIN)/pytest -m soak
	@$(BIN)/python -m tests.privacy.prove

seizure-drill: .venv/.installed-dev $(MODEL) ## play the seizure of the running machine, and show what could be found (with sudo: in its memory too)
	@$(BIN)/python -m tests.privacy.seizure_drill

train: install ## build the database and the language model from the files
	@$(BIN)/drbot train

check: install ## find mistakes in answers and training questions
	@$(BIN)/drbot check

lint: .venv/.installed-dev ## check the code's style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: .venv/.installed-dev ## put the code into its usual form
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

clean: ## remove everything that was installed or built
	rm -rf .venv .uv models .rasa

install: .venv/.installed

.venv/.installed: pyproject.toml uv.lock
	@$(MAKE) --no-print-directory sync GROUPS=--no-dev
	@touch $@

.venv/.installed-dev: pyproject.toml uv.lock
	@$(MAKE) --no-print-directory sync GROUPS=--dev
	@touch $@ .venv/.installed

.PHONY: sync
sync:
	@uv=$$(./scripts/find-uv.sh) && python=$$(./scripts/find-python.sh "$$uv") \
		&& echo "Installing with Python 3.10 at $$python" >&2 \
		&& "$$uv" sync --frozen --inexact $(GROUPS) --python "$$python"

$(MODEL): .venv/.installed $(MODEL_INPUTS)
	@$(BIN)/drbot train
