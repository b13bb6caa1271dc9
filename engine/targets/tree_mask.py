"""Which rows of a pass see which: a row of a tree sees those that it follows, and itself."""

import torch
from torch import Tensor

from specedit.engine.draft import Draft


def visible(rows: int, draft: Draft) -> Tensor:
    """Return whether a row sees another, bool [rows, rows], for a pass over [last, *draft] or a prefill of `rows` tokens."""
    if not draft.parents:
        return torch.ones(rows, rows, dtype=torch.bool).tril_()
    sees = torch.eye(rows, dtype=torch.bool)
    for node in range(len(draft)):
        sees[node + 1] |= sees[draft.parent(node) + 1]
    return sees
