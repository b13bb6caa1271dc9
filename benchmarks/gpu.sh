#!/bin/sh
# What passes and drafts cost on this machine's GPU, and whether drafts change an answer; needs no network and no weights.
# Ten minutes at most. `benchmarks/gpu.sh --models tiny --device cpu --cached 64` tries it anywhere; --help lists the options.
set -eu
cd "$(dirname "$0")/.."
exec "${PYTHON:-.venv/bin/python}" -m specedit.benchmarks.development.gpu "$@"
