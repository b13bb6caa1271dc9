"""Attaches the drafter to the runner when vLLM's server starts, if `VLLM_PLUGINS` names `specedit`."""

import logging
from typing import Any

logger = logging.getLogger(__name__)


class Attach:
    """An endpoint plugin without endpoints."""

    name = "specedit"
    required_tasks = ("generate",)

    def attach_router(self, app: Any) -> None:
        """Add no routes."""

    async def init_state(self, engine_client: Any, state: Any, args: Any) -> None:
        """Have every worker attach its drafter; a server without our extension goes on as it is."""
        if engine_client is None:
            return
        try:
            attached = await engine_client.collective_rpc("specedit_attach")
        except Exception as error:
            logger.warning(
                "specedit: drafts come from the prompt alone (%r); start with "
                "--worker-extension-cls specedit_vllm.WorkerExtension",
                error,
            )
        else:
            logger.info("specedit: attached on %d of %d workers", sum(attached), len(attached))
