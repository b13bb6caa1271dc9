"""Functions, classes and other definitions that go to another file, with what they need there and all that imports them.

What is asked is read, and the files are looked for, in `move`; the rules of each language (`Language.definition_moves`, the
protocol is in `request`) say what becomes of each file: `python` with the modules whose names begin so, and `script` for
JavaScript and TypeScript. What would mean something else there, or would make modules import each other in a circle, is refused.
"""
