"""What vLLM's workers learn to do, by `--worker-extension-cls specedit_vllm.WorkerExtension`."""

from typing import Any


class WorkerExtension:
    """Methods that `collective_rpc` can call on every worker."""

    def specedit_attach(self) -> bool:
        """Let the drafter see requests: `vllm_xargs`, and which tokens are the prompt. False where another one drafts."""
        runner: Any = self.model_runner  # type: ignore[attr-defined]  # vLLM mixes this class into its worker
        attach = getattr(getattr(runner, "drafter", None), "attach", None)
        if attach is None:
            return False
        attach(runner)
        return True

    def specedit_counts(self) -> dict[str, int] | None:
        """Return what the drafter has counted since it started: see `EditProposer.counts`."""
        drafter: Any = getattr(self.model_runner, "drafter", None)  # type: ignore[attr-defined]
        return getattr(drafter, "counts", None)
