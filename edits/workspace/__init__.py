"""Edits of one symbol over the files of a workspace.

Files are listed (`listing`), searched for a name and parsed once (`workspace`); `python` and `javascript` say which file
an import means; `exports` follows a name of a module through imports; `program` puts modules together into one text, in
which members and parameters are resolved as in a single file; `rename` makes the edit.
"""
