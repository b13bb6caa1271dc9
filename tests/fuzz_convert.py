"""`make fuzz`: what atheris finds in the converters and the address, by coverage. Not part of `make test`."""

import contextlib
import sys

import atheris

with atheris.instrument_imports():
    from google.protobuf.message import DecodeError

    from specedit.editor.config import Config
    from specedit.edits.certificate import Certificate
    from specedit.edits.document import Document, decode_document
    from specedit.engine.errors import SpeceditError
    from specedit.service import convert, settings
    from specedit.service.address import address
    from specedit.v1 import edit_pb2 as pb

DOCUMENT = decode_document(b"a = 1\nb = 2\n")


def once(data: bytes) -> None:
    """Take the bytes for messages and documents; nothing but our own errors may come out."""
    with contextlib.suppress(SpeceditError):
        made: Document = decode_document(data)
        assert made.bom + made.text.encode(made.encoding) == data
    with contextlib.suppress(SpeceditError, UnicodeDecodeError):
        address(data.decode())
    with contextlib.suppress(DecodeError, SpeceditError):
        edit = pb.Edit.FromString(data)
        convert.edit_request(edit, DOCUMENT)
        settings.config_with(edit.settings, Config())
    with contextlib.suppress(DecodeError):
        certificate: Certificate = convert.certificate_of(pb.Certificate.FromString(data))
        certificate.problem(DOCUMENT.data)
    with contextlib.suppress(DecodeError, SpeceditError, StopIteration):
        convert.event_of(pb.ApplyResponse.FromString(data), DOCUMENT)


if __name__ == "__main__":
    atheris.Setup(sys.argv, once)
    atheris.Fuzz()
