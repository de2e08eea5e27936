# Everything runs from the project's root, in .venv, which these commands make where it's missing.
.DEFAULT_GOAL := help
.PHONY: help run train talk web test test-long mutation words eval-nlu bench load lint format docs docs-serve reference pictures lock licences stock

python := .venv/bin/python
for-running := @sh runtime/environment.sh run &&
locking := --quiet --upgrade --python-platform linux --python-version 3.10 --generate-hashes --no-emit-index-url --no-header
drawings := npm ci --silent --ignore-scripts --prefix documentation
for-developing := @sh runtime/environment.sh dev &&

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: ## start the assistant; set up what is missing (WEB_PORT, RASA_PORT, ACTIONS_PORT choose ports)
	$(for-running) exec $(python) -m runtime.up

train: ## train the assistant anew
	$(for-running) $(python) -m runtime.training --anew

talk: ## talk to it here in the terminal (needs `make run` in another one)
	$(for-running) exec $(python) -m runtime.talk

web: ## build widget, demo page and desk anew from web/ (needs Node.js)
	@cd web && npm ci --ignore-scripts && npm run build && npm test

test: ## check and test everything that this machine allows
	$(for-developing) $(python) -m ruff check . && $(python) -m ruff format --check . && $(python) -m mypy . \
		&& $(python) -m runtime.training && $(python) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(TRIES)

test-long: ## kill storms, load and the like at their full size
	$(for-developing) POLICY_EXAMPLES=1500 $(python) -m pytest --long tests/fault tests/load tests/property tests/conversation \
		tests/unit/deploy

mutation: ## would the tests notice a mistake in the policy's rules? (10-20 minutes)
	@. runtime/find_tools.sh && nice $$uv run --no-project --python "$${python310:-3.10}" --with 'mutmut<3' --with pytest \
		--with hypothesis --with PyYAML --with Babel --with 'python-dateutil<3' python benchmarks/mutation.py

words: ## bring the catalogues of the languages to what is said now (OPTIONS=fr begins another language)
	$(for-developing) $(python) -m languages $(OPTIONS)

eval-nlu: ## measure how well it reads customers' words; writes docs/nlu.md (with `make stock`, beside Rasa's own)
	$(for-developing) $(python) -m benchmarks.nlu

bench: ## measure it beside Rasa's stock configuration (`make stock` before); writes docs/performance.md
	$(for-developing) $(python) -m benchmarks.performance $(OPTIONS)

URL = http://127.0.0.1:8000

load: ## real conversations of many customers with the assistant at URL (OPTIONS: docs/load.md)
	$(for-developing) $(python) -m tests.load.website $(URL) $(OPTIONS)

lint: ## ruff and mypy
	$(for-developing) $(python) -m ruff check . && $(python) -m ruff format --check . && $(python) -m mypy .

format: ## lay out the code and mend what can be mended
	$(for-developing) $(python) -m ruff check --fix . ; $(python) -m ruff format .

docs: ## build the documentation's site into var/site (needs Node.js)
	$(for-developing) $(drawings) && NO_MKDOCS_2_WARNING=1 $(python) -m mkdocs build --strict

reference: ## make docs/reference/ and the README's figures anew from the code
	$(for-developing) $(python) -m documentation.reference

pictures: ## film the README's moving pictures anew (needs Chromium)
	$(for-developing) $(python) -m documentation.pictures

docs-serve: ## show the documentation at http://127.0.0.1:8001 while one writes (needs Node.js)
	$(for-developing) $(drawings) && NO_MKDOCS_2_WARNING=1 $(python) -m mkdocs serve --dev-addr 127.0.0.1:8001

lock: ## choose the newest allowed version of everything that pyproject.toml names
	@. runtime/find_tools.sh \
		&& $$uv pip compile pyproject.toml $(locking) --output-file locks/run.txt \
		&& $$uv pip compile pyproject.toml $(locking) --group dev --constraints locks/run.txt --output-file locks/dev.txt \
		&& echo uv | $$uv pip compile - $(locking) --output-file locks/uv.txt

licences: ## list what it runs on with its licences; writes docs/licences.md (after `make lock`)
	$(for-developing) $(python) -m tests.licences > docs/licences.md

stock: ## a second environment, .venv-stock, with the real TensorFlow, for Rasa's neural components
	@. runtime/find_tools.sh && $$uv venv --python "$${python310:-3.10}" .venv-stock \
		&& $$uv --no-config pip install --compile-bytecode --python .venv-stock/bin/python -r pyproject.toml --group dev
