"""A file to edit, in the forms that editors like to change."""

SOURCE = "def fetch(page):\n    return page + 1\n\n\nprint(fetch('é😀'), fetch(1))\n"
RENAMED = SOURCE.replace("fetch", "load")

FORMS = {
    "plain": SOURCE.encode(),
    "crlf": SOURCE.replace("\n", "\r\n").encode(),
    "marked": b"\xef\xbb\xbf" + SOURCE.encode(),
    "form_feed": SOURCE.replace("\n\n\n", "\n\f\n\n").encode(),
    "not_ended": SOURCE.rstrip("\n").encode(),
}
