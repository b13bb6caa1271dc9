"""A model that llama.cpp has open, and the memory in which all its sequences are."""

import ctypes
from collections.abc import Generator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from weakref import finalize

import numpy as np
import torch
from torch import Tensor

from specedit.engine.errors import NoRoom, TargetError
from specedit.engine.memory import available_bytes, free_bytes
from specedit.engine.targets.llamacpp.bindings import library, opened, parts, reason
from specedit.engine.targets.llamacpp.threads import ThreadCount, busy_processors, processors

_SEQUENCES = 64
_MOST_LENGTH = 32768  # tokens of a text: models promise more than memory holds
_LOGIT_BYTES = 64 << 20  # of scores at once
_MEMORY_SHARE = 4  # of what is free the cells take one part in so many
# Passes of so many rows, and of multiples of so many, give the same scores to the last bit: flash attention goes another way
# at 1 row and from 64 on, and repacked weights take rows in fours.
FIXED_ROWS, FIXED_LEAST, FIXED_STEP = 60, 8, 4


class Context:
    """Runs passes. `texts`: how many are open at once; `fixed_shapes`: see `FIXED_ROWS`.

    What fails leaves a sequence as it was, or says that it is broken.
    """

    def __init__(self, path: Path, *, gpu_layers: int | None, texts: int, fixed_shapes: bool):
        self.functions = functions = library()
        if not functions.llama_supports_gpu_offload():
            _check_memory(path)
        with opened(path, vocabulary_only=False, gpu_layers=gpu_layers) as model:
            self.model, self._fixed = model, fixed_shapes
            self._check(path)
            self.vocabulary = functions.llama_model_get_vocab(model)
            self.vocab_size: int = functions.llama_vocab_n_tokens(self.vocabulary)
            self.keeps_state = bool(
                functions.llama_model_is_recurrent(model) or functions.llama_model_is_hybrid(model)
            )
            self.cell_bytes = self._cell_bytes()
            # Cells that several texts share are given out in no order, and sums of another order have other last bits.
            self._is_shared = self.keeps_state or not fixed_shapes
            self.sequences = 2 * texts + 4 if self.keeps_state or fixed_shapes else _SEQUENCES
            self.rows = FIXED_ROWS if fixed_shapes else self._rows()
            trained = functions.llama_model_n_ctx_train(model) or _MOST_LENGTH
            most = free_bytes() // _MEMORY_SHARE // self.cell_bytes
            room = most if self._is_shared else most // self.sequences
            self.max_length = max(256, min(trained, _MOST_LENGTH, room))
            self.threads = ThreadCount(processors(), busy_processors())
            self._context = self._new(
                min(texts * self.max_length, max(self.max_length, most))
                if self._is_shared
                else self.sequences * (self.max_length + FIXED_LEAST)
            )
            self._memory = functions.llama_get_memory(self._context)
            self._batch = functions.llama_batch_init(self.rows, 0, 1)
            self._free = list(range(self.sequences))
        finalize(self, _release, functions, self._context, model, self._batch)

    def take(self) -> int:
        """Return a sequence's number that nobody uses.

        Raises:
            NoRoom: all are in use.
        """
        if not self._free:
            raise NoRoom(f"{self.sequences} texts are open at once, and llama.cpp takes no more")
        return self._free.pop()

    def give_back(self, number: int) -> None:
        """Forget a sequence."""
        self.functions.llama_memory_seq_rm(self._memory, number, -1, -1)
        self._free.append(number)

    def cut(self, number: int, length: int) -> bool:
        """Forget what a sequence has after its first `length` tokens; return whether the memory can do that."""
        return bool(self.functions.llama_memory_seq_rm(self._memory, number, length, -1))

    def copy(self, source: int, to: int, length: int) -> None:
        """Give a new sequence the first `length` tokens of another: they share the memory, or it is copied whole."""
        if self._is_shared:
            self.functions.llama_memory_seq_cp(self._memory, source, to, 0, length)
        else:
            self.functions.llama_memory_seq_cp(self._memory, source, to, -1, -1)
            self.cut(to, length)

    def read(self, number: int, start: int, token_ids: Sequence[int]) -> None:
        """Cache tokens of a sequence, from place `start` on.

        Raises:
            NoRoom: the memory is full; nothing was cached.
            TargetError: llama.cpp failed.
        """
        for first in range(0, len(token_ids), self.rows):
            self._decode(number, start, first, token_ids[first : first + self.rows], scored=False)

    def scores(self, number: int, start: int, token_ids: Sequence[int]) -> Generator[Tensor]:
        """Cache tokens, and yield what follows each: float32 [rows, vocabulary], valid until the next.

        Raises:
            NoRoom: the memory is full; nothing was cached.
            TargetError: llama.cpp failed.
        """
        for first in range(0, len(token_ids), self.rows):
            part = token_ids[first : first + self.rows]
            self._decode(number, start, first, part, scored=True)
            pointer = self.functions.llama_get_logits(self._context)
            values = np.ctypeslib.as_array(pointer, shape=(len(part), self.vocab_size))
            yield torch.from_numpy(values)

    def state(self, number: int) -> bytes:
        """Return what a sequence has beside cells that can be cut: a running state, whole."""
        functions, partial = self.functions, self.functions.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
        size = functions.llama_state_seq_get_size_ext(self._context, number, partial)
        buffer = (ctypes.c_uint8 * size)()
        written = functions.llama_state_seq_get_data_ext(
            self._context, buffer, size, number, partial
        )
        return bytes(memoryview(buffer)[:written])

    def restore(self, number: int, state: bytes, length: int) -> bool:
        """Put back the state that a sequence had after `length` tokens, and forget the others; return whether that was possible."""
        functions, partial = self.functions, self.functions.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        taken = functions.llama_state_seq_set_data_ext(
            self._context, buffer, len(state), number, partial
        )
        return bool(taken == len(state)) and self.cut(number, length)

    def _decode(
        self, number: int, start: int, first: int, token_ids: Sequence[int], *, scored: bool
    ) -> None:
        padded = self._padded(len(token_ids))
        self._fill(number, start + first, token_ids, padded, scored=scored)
        count = self.threads.count
        self.functions.llama_set_n_threads(self._context, count, count)
        wall, computed = perf_counter(), process_time()
        code = self.functions.llama_decode(self._context, self._batch)
        self.functions.llama_synchronize(self._context)
        self.threads.observe(perf_counter() - wall, process_time() - computed)
        if code == 0 and padded > len(token_ids):
            self.cut(number, start + first + len(token_ids))
        if code != 0:
            self._fail(code, number, start, len(token_ids))

    def _fail(self, code: int, number: int, start: int, rows: int) -> None:
        if self.cut(number, start) and code == 1:
            raise NoRoom(
                f"no room for {rows} tokens more: the texts that are open at once fill the memory of "
                f"{self.functions.llama_n_ctx(self._context)} tokens"
            )
        raise TargetError(
            f"llama.cpp failed in a pass of {rows} tokens after {start} (code {code})"
        )

    def _fill(
        self, number: int, start: int, token_ids: Sequence[int], padded: int, *, scored: bool
    ) -> None:
        batch = self._batch
        batch.n_tokens = padded
        for i in range(padded):
            batch.token[i] = token_ids[i] if i < len(token_ids) else 0
            batch.pos[i] = start + i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = number
            batch.logits[i] = scored

    def _padded(self, rows: int) -> int:
        """How many rows a pass has: some that are thrown away, where shapes are fixed and the memory can be cut."""
        if not self._fixed or self.keeps_state:
            return rows
        return max(FIXED_LEAST, -(-rows // FIXED_STEP) * FIXED_STEP)

    def _rows(self) -> int:
        if self.functions.llama_supports_gpu_offload():
            return 512
        return min(512, max(64, _LOGIT_BYTES // (4 * self.vocab_size) // 64 * 64))

    def _check(self, path: Path) -> None:
        functions, model = self.functions, self.model
        if functions.llama_model_has_encoder(model) or functions.llama_model_is_diffusion(model):
            raise TargetError(f"'{path}' holds no model that writes a text from left to right")

    def _new(self, cells: int) -> Any:
        parameters = self.functions.llama_context_default_params()
        parameters.n_ctx = cells
        parameters.n_ubatch = self.rows
        parameters.n_batch = max(self.rows, self.sequences)  # less is an assertion of llama.cpp's
        parameters.n_seq_max = self.sequences
        parameters.kv_unified, parameters.swa_full = self._is_shared, True
        parameters.no_perf = True
        context = self.functions.llama_init_from_model(self.model, parameters)
        if not context:
            raise TargetError(f"llama.cpp has no memory for {cells} tokens: {reason()}")
        return context

    def _cell_bytes(self) -> int:
        """Memory of one token's keys and values, by what the file says of its layers, in 16 bits."""
        functions, model = self.functions, self.model
        heads = max(1, functions.llama_model_n_head_kv(model))
        width = functions.llama_model_n_embd(model) // max(1, functions.llama_model_n_head(model))
        return int(functions.llama_model_n_layer(model) * heads * width * 4)


def _check_memory(path: Path) -> None:
    """Refuse a model that the processor cannot hold: the system would give up other programs for it, or this one.

    Raises:
        TargetError: its files are larger than the memory that is free.
    """
    size, free = sum(part.stat().st_size for part in parts(path)), available_bytes()
    if free is not None and size > free:
        raise TargetError(
            f"'{path}' has {size / 2**30:.1f} GiB of weights, and {free / 2**30:.1f} GiB of memory are free: "
            "end other programs, or take a smaller model or quantisation"
        )


def _release(functions: Any, context: Any, model: Any, batch: Any) -> None:
    functions.llama_batch_free(batch)
    functions.llama_free(context)
    functions.llama_model_free(model)
