"""Files and folders that get another name or another place, with all that names them.

What is asked for is read (`move_request`), with all files that go along (`paths`); the rules of each language say what changes in the
files that name those that go (`python`, `javascript`, `c`, `go`), and see in the result that every import means what it did
(`plan`). What is named where nothing tells what it means, as in strings and settings, is left and listed (`mentions`).
"""
