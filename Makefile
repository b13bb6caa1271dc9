# Two commands do everything on a fresh machine with Python 3.11, git and make:
#   make demo    edits a copy of a real file and checks the result
#   make test    lint is `make lint`

PYTHON ?= python3.11
PIP = .venv/bin/python -m pip --disable-pip-version-check

.PHONY: coverage demo docs test test-attack test-doors test-editors test-llama test-vllm screenshots bench lint format proto lock fuzz train train-mtp clean

demo: .venv/installed
	.venv/bin/python examples/demo.py

test: .venv/dev-installed
	.venv/bin/specedit models fetch embedded >/dev/null
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -q -n 2 --dist loadfile

# The same with what is run of each module, and a third longer. Processes that a test kills leave files that cannot be read.
coverage: .venv/dev-installed
	.venv/bin/coverage erase
	OMP_NUM_THREADS=1 .venv/bin/coverage run -m pytest -q -n 2 --dist loadfile
	-.venv/bin/coverage combine -q
	.venv/bin/coverage report --skip-covered --sort=cover

# Attacks that take long: a server among many that mean it ill. Under ten minutes.
test-attack: .venv/dev-installed
	OMP_NUM_THREADS=1 timeout 600 .venv/bin/python -m pytest -q tests -m attack

# Neovim, from its wheel, and what the machine must have: Emacs with eglot, and Chromium for VS Code, which is installed
# into the user's cache (Debian: emacs-nox elpa-eglot chromium).
test-editors: .venv/dev-installed
	.venv/bin/specedit models fetch embedded >/dev/null
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -q tests/editors -m ''

# Clients of the HTTP and MCP doors that others have written, and a whole agent, from npm: 500 MB beside the tests, installed once.
test-doors: .venv/dev-installed
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -q tests/service/http/test_clients.py tests/service/mcp/test_clients.py -m clients

# vLLM for processors in an environment of its own, 2.5 GB in the user's cache, installed once.
test-vllm: .venv/dev-installed
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -q tests/vllm -m ''

# llama.cpp, compiled from PyPI's source: some five minutes and a C++ compiler (Debian: g++; cmake and ninja come from PyPI), once, as
# pip keeps what it built. Without pictures, which edits have none of. Elsewhere these tests are skipped; here they take two minutes.
LLAMA_TESTS = $(addprefix tests/engine/targets/,test_conformance.py test_llamacpp.py test_llamacpp_formats.py test_llamacpp_threads.py test_real_llama_server.py)
test-llama: .venv/dev-installed
	.venv/bin/specedit models fetch embedded-base >/dev/null
	CMAKE_ARGS=-DLLAVA_BUILD=OFF $(PIP) install -q -e '.[llama]' -c constraints.txt
	$(PIP) install -q xllamacpp==2026.10.11549
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -q $(LLAMA_TESTS)

screenshots: .venv/dev-installed
	SCREENSHOTS=1 .venv/bin/python -m pytest -q tests/editors/test_vscode.py -m ''

lint: .venv/dev-installed
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

# Strictly: a dead link fails.
docs: .venv/dev-installed
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --quiet

format: .venv/dev-installed
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# Other engines on the same prompts, each in an environment of its own: docs/benchmarks. QUICK=1 takes ten minutes.
bench: .venv/bench-installed
	.venv/bin/specedit bench engines $(if $(QUICK),--quick)

# The code of proto/ is committed; a test compares it.
proto: .venv/dev-installed
	.venv/bin/python -m grpc_tools.protoc -I proto --python_out=proto --pyi_out=proto --grpc_python_out=proto \
		specedit/v1/edit.proto specedit/v1/generate.proto

# After a change of the dependencies; `uv pip compile --upgrade` with the same options takes newer versions. What comes with
# torch's CUDA build alone is left out with torch.
lock: .venv/bin/python
	$(PIP) install -q uv
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		-c constraints.txt --extra dev pyproject.toml -o requirements-dev.lock
	awk '/^[a-z]/ {keep = !/^(torch|triton|nvidia-.*|cuda-.*)==/} keep' requirements-dev.lock >.lock
	mv .lock requirements-dev.lock

# For as long as you like; prints what it finds.
fuzz: .venv/dev-installed
	$(PIP) install -q atheris
	.venv/bin/python tests/fuzz_convert.py -max_total_time=$(or $(SECONDS_TO_RUN),60)

train: .venv/installed
	PYTHONPATH=training .venv/bin/python training/corpus.py
	PYTHONPATH=training nice -n 19 .venv/bin/python training/train.py $$(.venv/bin/specedit models fetch embedded-base)

# The block that drafts for the embedded model: the model's states over texts first, then training on them.
train-mtp: .venv/installed
	PYTHONPATH=training .venv/bin/python training/corpus.py
	PYTHONPATH=training nice -n 19 .venv/bin/python training/mtp_states.py $$(.venv/bin/specedit models fetch embedded) training/runs/mtp/states --threads 2
	PYTHONPATH=training nice -n 19 .venv/bin/python training/train_mtp.py $$(.venv/bin/specedit models fetch embedded)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) install -q -c constraints.txt -e .
	touch $@

.venv/bench-installed: .venv/installed
	$(PIP) install -q -c constraints.txt -e '.[bench]'
	touch $@

# All by hash but torch: its builds with and without CUDA share a version.
.venv/dev-installed: pyproject.toml constraints.txt requirements-dev.lock | .venv/bin/python
	$(PIP) install -q --require-hashes --no-deps -r requirements-dev.lock
	$(PIP) install -q -c constraints.txt torch
	$(PIP) install -qq --no-deps --no-build-isolation -e .
	$(PIP) check
	touch .venv/installed $@

clean:
	rm -rf .venv .demo build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
