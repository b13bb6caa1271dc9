"""The tools: their arguments, what agents are told of them, and what each asks of the editor."""

from collections.abc import Callable
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver import Context, ListRoots, Resolve
from mcp.types import CallToolResult, ListRootsResult, ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field

from specedit.service.mcp.answers import EditAnswer, UndoAnswer
from specedit.service.mcp.session import Session

# Of what `specedit operations` lists, for a description that is read with every prompt.
REFACTORINGS = (
    "add the parameter limit=10 to load",
    "remove the unused parameter flags from load",
    "swap the parameters a and b of load",
    "make timeout keyword-only in fetch",
    "make fetch async",
    "add the return type bytes to fetch",
    "decorate load with functools.cache",
    "move fetch above main",
    "move the function parse to utils/text.py",
    "delete the function old_load",
    "move the method area to a top-level function",
    "extract lines 10-20 into a function named parse_header",
    "inline the function area",
    "negate the condition on line 12",
    "wrap lines 3-5 in `if debug`",
    "sort the imports",
    "remove unused imports",
    "use f-strings",
    "use double quotes",
    'replace every "colour" with "color"',
)


def _client_roots(context: Context) -> ListRootsResult | ListRoots:
    """What the client says its roots are; asked for only if it knows any."""
    capabilities = context.client_capabilities
    knows = capabilities is not None and capabilities.roots is not None
    return ListRoots() if knows else ListRootsResult(roots=[])


_Roots = Annotated[ListRootsResult, Resolve(_client_roots)]
_Edit = Annotated[CallToolResult, EditAnswer]
_Undone = Annotated[CallToolResult, UndoAnswer]
_File = Annotated[str, Field(description="The file, from a workspace root or absolute")]
_DryRun = Annotated[bool, Field(description="Show the diff only; nothing is written")]
_Base = Annotated[
    str | None,
    Field(description="sha256 of the file as you read it: if it has changed since, it is refused"),
]


class Replacement(BaseModel):
    """One text for another."""

    model_config = ConfigDict(extra="forbid")

    old: str = Field(description="Text of the file; must be in one place, unless replace_all")
    new: str = Field(description="What it becomes; empty deletes it")
    replace_all: bool = False


class Tools:
    """The functions behind the tools."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def edit_file(
        self,
        path: _File,
        instruction: Annotated[str, Field(description="What the edit does, in one sentence")],
        code_edit: Annotated[
            str,
            Field(
                description="The changed code, with `... existing code ...` in a comment for each stretch that stays"
            ),
        ],
        context: Context,
        roots: _Roots,
        base_sha256: _Base = None,
        dry_run: _DryRun = False,
    ) -> _Edit:
        """Change a file by showing only the lines that change, with one or two unchanged lines around each of them.

        Write `# ... existing code ...` (in the file's own comments) for everything left out: it stays as it is. To delete lines,
        show those right above and below them without the marker in between, and name in `instruction` what goes.
        """
        return await self._session.edit(
            context,
            roots,
            dry_run,
            lambda edits, call: edits.edit_file(
                call, path, base_sha256, instruction=instruction, snippet=code_edit
            ),
        )

    async def replace_in_file(
        self,
        path: _File,
        edits: Annotated[list[Replacement], Field(min_length=1)],
        context: Context,
        roots: _Roots,
        base_sha256: _Base = None,
        dry_run: _DryRun = False,
    ) -> _Edit:
        """Replace texts in a file, all of them or none, each in what the ones before have made.

        A text that differs from the file only in blank space, quotes' shape or a line that has drifted is placed where it is
        near and the only such place. Otherwise you are shown what the file really says there.
        """
        return await self._session.edit(
            context,
            roots,
            dry_run,
            lambda editor, call: editor.replace(
                call, path, base_sha256, [(e.old, e.new, e.replace_all) for e in edits]
            ),
        )

    async def apply_patch(
        self,
        patch: Annotated[str, Field(description="The patch, with the files' names")],
        context: Context,
        roots: _Roots,
        dry_run: _DryRun = False,
    ) -> _Edit:
        """Apply a patch to all files that it names, or to none; it may create, delete and move files too.

        Any of: a unified diff (line numbers may be wrong or missing), `*** Begin Patch` (V4A), <<<<<<< SEARCH blocks under a
        file name, or JSON with path, old_string and new_string.
        """
        return await self._session.edit(
            context, roots, dry_run, lambda edits, call: edits.patch(call, patch)
        )

    async def rename_symbol(
        self,
        new_name: str,
        context: Context,
        roots: _Roots,
        name: Annotated[
            str | None,
            Field(
                description="The present name, as `fetch` or `Client.close`; or give path and line"
            ),
        ] = None,
        path: Annotated[
            str | None,
            Field(description="The file that declares it; needed if several do"),
        ] = None,
        line: Annotated[
            int | None, Field(description="The line of its declaration in that file, from 1", ge=1)
        ] = None,
        dry_run: _DryRun = False,
    ) -> _Edit:
        """Rename a function, class, method, variable or parameter, and every use of it in the workspace.

        Follows scopes, imports and evident types, never text alone. What cannot be told is left and listed in `remarks`. In
        languages whose modules are not followed, the one file is edited.
        """
        return await self._session.edit(
            context,
            roots,
            dry_run,
            lambda edits, call: edits.rename(call, path, name, new_name, line),
        )

    async def move_file(
        self,
        path: Annotated[
            str, Field(description="The file or folder, from a workspace root or absolute")
        ],
        new_path: Annotated[
            str, Field(description="Where it goes, with its name, from the same root")
        ],
        context: Context,
        roots: _Roots,
        dry_run: _DryRun = False,
    ) -> _Edit:
        """Rename or move a file or folder, and change every import of it, in all files of the workspace or in none.

        Python, JavaScript and TypeScript. What only names it, as strings and settings do, is left and listed in `remarks`: look
        at those.
        """
        return await self._session.edit(
            context, roots, dry_run, lambda edits, call: edits.move(call, path, new_path)
        )

    async def refactor(
        self,
        path: _File,
        instruction: Annotated[str, Field(description="One of the forms that the tool lists")],
        context: Context,
        roots: _Roots,
        base_sha256: _Base = None,
        dry_run: _DryRun = False,
    ) -> _Edit:
        """Carry out an instruction by syntax, without writing any code."""
        return await self._session.edit(
            context,
            roots,
            dry_run,
            lambda edits, call: edits.refactor(call, path, base_sha256, instruction),
        )

    async def undo(
        self,
        context: Context,
        roots: _Roots,
        edit_id: Annotated[
            str | None,
            Field(
                description="Which edit; by default the last of this session, where no other client is served"
            ),
        ] = None,
    ) -> _Undone:
        """Put back every file that an edit has changed, unless one of them has been changed since."""
        return await self._session.undo(context, roots, edit_id)


def add_tools(server: MCPServer, session: Session) -> None:
    """Add the tools to a server."""
    tools = Tools(session)
    forms = "".join(f"\n- {form}" for form in REFACTORINGS)
    _add(server, tools.edit_file, "Edit a file by its changed lines")
    _add(server, tools.replace_in_file, "Replace texts in a file")
    _add(server, tools.apply_patch, "Apply a patch")
    _add(server, tools.rename_symbol, "Rename a symbol everywhere")
    _add(server, tools.move_file, "Move a file with its importers")
    _add(server, tools.refactor, "Refactor by an instruction", f" As, with your own names:{forms}")
    _add(server, tools.undo, "Undo an edit")


def _add(server: MCPServer, tool: Callable[..., object], title: str, more: str = "") -> None:
    # Each changes files, in a way that undo takes back; again, it is refused or does something else; none looks beyond the roots.
    annotations = ToolAnnotations(
        title=title,
        read_only_hint=False,
        destructive_hint=True,
        idempotent_hint=False,
        open_world_hint=False,
    )
    description = " ".join((tool.__doc__ or "").split()) + more
    server.add_tool(tool, title=title, description=description, annotations=annotations)
