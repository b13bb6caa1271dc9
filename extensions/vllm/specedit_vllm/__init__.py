"""Edit-aware drafts inside vLLM. See README.md."""

from specedit_vllm.proposer import EditProposer
from specedit_vllm.worker import WorkerExtension

__all__ = ["EditProposer", "WorkerExtension"]
