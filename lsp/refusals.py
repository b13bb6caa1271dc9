"""Errors as the protocol has them, with our own words for the user."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from specedit.engine.errors import InvalidRequest, SpeceditError, StaleBase


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors as the protocol's."""
    try:
        yield
    except InvalidRequest as error:
        raise JsonRpcInvalidParams(str(error)) from error
    except StaleBase as error:
        raise JsonRpcException(str(error), types.LSPErrorCodes.ContentModified) from error
    except SpeceditError as error:
        raise JsonRpcException(str(error), types.LSPErrorCodes.RequestFailed) from error


def is_unexpected_error(record: logging.LogRecord) -> bool:
    """Return whether a record of pygls' is one that its reader does not know: what was refused is told to the client."""
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcException))
