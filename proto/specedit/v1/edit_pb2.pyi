from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Acceptance(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCEPTANCE_UNSPECIFIED: _ClassVar[Acceptance]
    ACCEPTANCE_AUTO: _ClassVar[Acceptance]
    ACCEPTANCE_EXACT: _ClassVar[Acceptance]
    ACCEPTANCE_GUIDED: _ClassVar[Acceptance]
    ACCEPTANCE_TRUST: _ClassVar[Acceptance]
    ACCEPTANCE_SYNTAX: _ClassVar[Acceptance]

class Stage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STAGE_UNSPECIFIED: _ClassVar[Stage]
    STAGE_PROMPT: _ClassVar[Stage]
    STAGE_ANSWER: _ClassVar[Stage]

class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATUS_UNSPECIFIED: _ClassVar[Status]
    STATUS_CHANGED: _ClassVar[Status]
    STATUS_UNCHANGED: _ClassVar[Status]
    STATUS_DISAGREED: _ClassVar[Status]
ACCEPTANCE_UNSPECIFIED: Acceptance
ACCEPTANCE_AUTO: Acceptance
ACCEPTANCE_EXACT: Acceptance
ACCEPTANCE_GUIDED: Acceptance
ACCEPTANCE_TRUST: Acceptance
ACCEPTANCE_SYNTAX: Acceptance
STAGE_UNSPECIFIED: Stage
STAGE_PROMPT: Stage
STAGE_ANSWER: Stage
STATUS_UNSPECIFIED: Status
STATUS_CHANGED: Status
STATUS_UNCHANGED: Status
STATUS_DISAGREED: Status

class Document(_message.Message):
    __slots__ = ("path", "content", "base_sha256", "encoding")
    PATH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    BASE_SHA256_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    path: str
    content: bytes
    base_sha256: str
    encoding: str
    def __init__(self, path: _Optional[str] = ..., content: _Optional[bytes] = ..., base_sha256: _Optional[str] = ..., encoding: _Optional[str] = ...) -> None: ...

class Edit(_message.Message):
    __slots__ = ("document", "instruction", "snippet", "patch", "ops", "prediction", "scope", "force", "settings")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTION_FIELD_NUMBER: _ClassVar[int]
    SNIPPET_FIELD_NUMBER: _ClassVar[int]
    PATCH_FIELD_NUMBER: _ClassVar[int]
    OPS_FIELD_NUMBER: _ClassVar[int]
    PREDICTION_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    document: Document
    instruction: str
    snippet: str
    patch: str
    ops: str
    prediction: str
    scope: str
    force: _containers.RepeatedScalarFieldContainer[str]
    settings: Settings
    def __init__(self, document: _Optional[_Union[Document, _Mapping]] = ..., instruction: _Optional[str] = ..., snippet: _Optional[str] = ..., patch: _Optional[str] = ..., ops: _Optional[str] = ..., prediction: _Optional[str] = ..., scope: _Optional[str] = ..., force: _Optional[_Iterable[str]] = ..., settings: _Optional[_Union[Settings, _Mapping]] = ...) -> None: ...

class Settings(_message.Message):
    __slots__ = ("acceptance", "threshold", "max_tokens", "sampling", "strict", "timeout_seconds")
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    STRICT_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    acceptance: Acceptance
    threshold: float
    max_tokens: int
    sampling: Sampling
    strict: bool
    timeout_seconds: float
    def __init__(self, acceptance: _Optional[_Union[Acceptance, str]] = ..., threshold: _Optional[float] = ..., max_tokens: _Optional[int] = ..., sampling: _Optional[_Union[Sampling, _Mapping]] = ..., strict: _Optional[bool] = ..., timeout_seconds: _Optional[float] = ...) -> None: ...

class Sampling(_message.Message):
    __slots__ = ("temperature", "seed")
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    temperature: float
    seed: int
    def __init__(self, temperature: _Optional[float] = ..., seed: _Optional[int] = ...) -> None: ...

class ApplyRequest(_message.Message):
    __slots__ = ("edit", "request_id", "return_content")
    EDIT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RETURN_CONTENT_FIELD_NUMBER: _ClassVar[int]
    edit: Edit
    request_id: str
    return_content: bool
    def __init__(self, edit: _Optional[_Union[Edit, _Mapping]] = ..., request_id: _Optional[str] = ..., return_content: _Optional[bool] = ...) -> None: ...

class ApplyResponse(_message.Message):
    __slots__ = ("queued", "progress", "settled", "result", "current")
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    queued: Queued
    progress: Progress
    settled: Settled
    result: Result
    current: Current
    def __init__(self, queued: _Optional[_Union[Queued, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., settled: _Optional[_Union[Settled, _Mapping]] = ..., result: _Optional[_Union[Result, _Mapping]] = ..., current: _Optional[_Union[Current, _Mapping]] = ...) -> None: ...

class Queued(_message.Message):
    __slots__ = ("ahead",)
    AHEAD_FIELD_NUMBER: _ClassVar[int]
    ahead: int
    def __init__(self, ahead: _Optional[int] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("stage", "done", "total", "copied")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    COPIED_FIELD_NUMBER: _ClassVar[int]
    stage: Stage
    done: int
    total: int
    copied: int
    def __init__(self, stage: _Optional[_Union[Stage, str]] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., copied: _Optional[int] = ...) -> None: ...

class Settled(_message.Message):
    __slots__ = ("hunks",)
    HUNKS_FIELD_NUMBER: _ClassVar[int]
    hunks: _containers.RepeatedCompositeFieldContainer[Hunk]
    def __init__(self, hunks: _Optional[_Iterable[_Union[Hunk, _Mapping]]] = ...) -> None: ...

class Hunk(_message.Message):
    __slots__ = ("start", "end", "old", "new", "line")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    old: bytes
    new: bytes
    line: int
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ..., old: _Optional[bytes] = ..., new: _Optional[bytes] = ..., line: _Optional[int] = ...) -> None: ...

class Certificate(_message.Message):
    __slots__ = ("base_sha256", "hunks", "result_sha256")
    BASE_SHA256_FIELD_NUMBER: _ClassVar[int]
    HUNKS_FIELD_NUMBER: _ClassVar[int]
    RESULT_SHA256_FIELD_NUMBER: _ClassVar[int]
    base_sha256: str
    hunks: _containers.RepeatedCompositeFieldContainer[Hunk]
    result_sha256: str
    def __init__(self, base_sha256: _Optional[str] = ..., hunks: _Optional[_Iterable[_Union[Hunk, _Mapping]]] = ..., result_sha256: _Optional[str] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ("status", "reason", "model", "operation", "certificate", "stats", "objections", "pieces", "alternative", "content", "written", "proposed", "remarks", "author")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    STATS_FIELD_NUMBER: _ClassVar[int]
    OBJECTIONS_FIELD_NUMBER: _ClassVar[int]
    PIECES_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_FIELD_NUMBER: _ClassVar[int]
    REMARKS_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    status: Status
    reason: str
    model: str
    operation: str
    certificate: Certificate
    stats: Stats
    objections: _containers.RepeatedCompositeFieldContainer[Objection]
    pieces: _containers.RepeatedCompositeFieldContainer[Piece]
    alternative: str
    content: bytes
    written: bool
    proposed: str
    remarks: _containers.RepeatedScalarFieldContainer[str]
    author: Authorship
    def __init__(self, status: _Optional[_Union[Status, str]] = ..., reason: _Optional[str] = ..., model: _Optional[str] = ..., operation: _Optional[str] = ..., certificate: _Optional[_Union[Certificate, _Mapping]] = ..., stats: _Optional[_Union[Stats, _Mapping]] = ..., objections: _Optional[_Iterable[_Union[Objection, _Mapping]]] = ..., pieces: _Optional[_Iterable[_Union[Piece, _Mapping]]] = ..., alternative: _Optional[str] = ..., content: _Optional[bytes] = ..., written: _Optional[bool] = ..., proposed: _Optional[str] = ..., remarks: _Optional[_Iterable[str]] = ..., author: _Optional[_Union[Authorship, _Mapping]] = ...) -> None: ...

class Authorship(_message.Message):
    __slots__ = ("name", "answers", "tokens", "seconds")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    answers: int
    tokens: int
    seconds: float
    def __init__(self, name: _Optional[str] = ..., answers: _Optional[int] = ..., tokens: _Optional[int] = ..., seconds: _Optional[float] = ...) -> None: ...

class Objection(_message.Message):
    __slots__ = ("line", "predicted", "preferred", "ratio", "vetoed", "beside", "decisive")
    LINE_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_FIELD_NUMBER: _ClassVar[int]
    PREFERRED_FIELD_NUMBER: _ClassVar[int]
    RATIO_FIELD_NUMBER: _ClassVar[int]
    VETOED_FIELD_NUMBER: _ClassVar[int]
    BESIDE_FIELD_NUMBER: _ClassVar[int]
    DECISIVE_FIELD_NUMBER: _ClassVar[int]
    line: int
    predicted: str
    preferred: str
    ratio: float
    vetoed: bool
    beside: bool
    decisive: bool
    def __init__(self, line: _Optional[int] = ..., predicted: _Optional[str] = ..., preferred: _Optional[str] = ..., ratio: _Optional[float] = ..., vetoed: _Optional[bool] = ..., beside: _Optional[bool] = ..., decisive: _Optional[bool] = ...) -> None: ...

class Piece(_message.Message):
    __slots__ = ("start", "end", "by")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    by: str
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ..., by: _Optional[str] = ...) -> None: ...

class Stats(_message.Message):
    __slots__ = ("prompt_tokens", "known_tokens", "output_tokens", "passes", "drafted", "accepted", "overruled", "seconds", "tokens_per_second", "drafters", "speculation", "plain_seconds", "speedup", "speedup_by_theorem", "speedup_by_length")
    class DraftersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: DrafterStats
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[DrafterStats, _Mapping]] = ...) -> None: ...
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    KNOWN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    PASSES_FIELD_NUMBER: _ClassVar[int]
    DRAFTED_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    OVERRULED_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    DRAFTERS_FIELD_NUMBER: _ClassVar[int]
    SPECULATION_FIELD_NUMBER: _ClassVar[int]
    PLAIN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SPEEDUP_FIELD_NUMBER: _ClassVar[int]
    SPEEDUP_BY_THEOREM_FIELD_NUMBER: _ClassVar[int]
    SPEEDUP_BY_LENGTH_FIELD_NUMBER: _ClassVar[int]
    prompt_tokens: int
    known_tokens: int
    output_tokens: int
    passes: int
    drafted: int
    accepted: int
    overruled: int
    seconds: float
    tokens_per_second: float
    drafters: _containers.MessageMap[str, DrafterStats]
    speculation: str
    plain_seconds: float
    speedup: float
    speedup_by_theorem: float
    speedup_by_length: float
    def __init__(self, prompt_tokens: _Optional[int] = ..., known_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., passes: _Optional[int] = ..., drafted: _Optional[int] = ..., accepted: _Optional[int] = ..., overruled: _Optional[int] = ..., seconds: _Optional[float] = ..., tokens_per_second: _Optional[float] = ..., drafters: _Optional[_Mapping[str, DrafterStats]] = ..., speculation: _Optional[str] = ..., plain_seconds: _Optional[float] = ..., speedup: _Optional[float] = ..., speedup_by_theorem: _Optional[float] = ..., speedup_by_length: _Optional[float] = ...) -> None: ...

class DrafterStats(_message.Message):
    __slots__ = ("drafted", "accepted", "acceptance", "cost", "seconds")
    DRAFTED_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    drafted: int
    accepted: int
    acceptance: float
    cost: float
    seconds: float
    def __init__(self, drafted: _Optional[int] = ..., accepted: _Optional[int] = ..., acceptance: _Optional[float] = ..., cost: _Optional[float] = ..., seconds: _Optional[float] = ...) -> None: ...

class PreviewRequest(_message.Message):
    __slots__ = ("edit", "return_content")
    EDIT_FIELD_NUMBER: _ClassVar[int]
    RETURN_CONTENT_FIELD_NUMBER: _ClassVar[int]
    edit: Edit
    return_content: bool
    def __init__(self, edit: _Optional[_Union[Edit, _Mapping]] = ..., return_content: _Optional[bool] = ...) -> None: ...

class PreviewResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: Result
    def __init__(self, result: _Optional[_Union[Result, _Mapping]] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ("base", "certificate", "result")
    BASE_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    base: bytes
    certificate: Certificate
    result: bytes
    def __init__(self, base: _Optional[bytes] = ..., certificate: _Optional[_Union[Certificate, _Mapping]] = ..., result: _Optional[bytes] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("valid", "problem")
    VALID_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    problem: str
    def __init__(self, valid: _Optional[bool] = ..., problem: _Optional[str] = ...) -> None: ...

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("version", "model", "dtype", "context_length", "drafters", "defaults", "limits", "edits_files")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    DRAFTERS_FIELD_NUMBER: _ClassVar[int]
    DEFAULTS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    EDITS_FILES_FIELD_NUMBER: _ClassVar[int]
    version: str
    model: str
    dtype: str
    context_length: int
    drafters: _containers.RepeatedScalarFieldContainer[str]
    defaults: Settings
    limits: Limits
    edits_files: bool
    def __init__(self, version: _Optional[str] = ..., model: _Optional[str] = ..., dtype: _Optional[str] = ..., context_length: _Optional[int] = ..., drafters: _Optional[_Iterable[str]] = ..., defaults: _Optional[_Union[Settings, _Mapping]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., edits_files: _Optional[bool] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("document_bytes", "instruction_bytes", "answer_tokens", "seconds", "running", "waiting")
    DOCUMENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTION_BYTES_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    document_bytes: int
    instruction_bytes: int
    answer_tokens: int
    seconds: float
    running: int
    waiting: int
    def __init__(self, document_bytes: _Optional[int] = ..., instruction_bytes: _Optional[int] = ..., answer_tokens: _Optional[int] = ..., seconds: _Optional[float] = ..., running: _Optional[int] = ..., waiting: _Optional[int] = ...) -> None: ...

class Current(_message.Message):
    __slots__ = ("sha256", "content")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    content: bytes
    def __init__(self, sha256: _Optional[str] = ..., content: _Optional[bytes] = ...) -> None: ...

class Ambiguous(_message.Message):
    __slots__ = ("lines",)
    LINES_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, lines: _Optional[_Iterable[int]] = ...) -> None: ...

class Nearest(_message.Message):
    __slots__ = ("names",)
    NAMES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ...) -> None: ...
