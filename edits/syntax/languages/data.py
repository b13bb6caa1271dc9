"""Languages of data, markup and builds, known for placing and checking alone: a row each.

Few of them define what has a name; what they say is in lines, and lines are placed as they are.
"""

from functools import partial

from specedit.edits.syntax import nesting
from specedit.edits.syntax.language import NOT_FOLLOWED, Language, words

_placed = partial(Language, has_operations=False, closer="")
_markup = partial(_placed, line_comment="<!--", comment_end="-->")
_page = partial(_markup, embeds_code=True)
_config = partial(_placed, line_comment="#")

LANGUAGES = (
    _config(name="cmake", grammar="cmake", suffixes=(".cmake",), filenames=("CMakeLists.txt",)),
    _placed(
        name="css",
        encoding_in="css",
        grammar="css",
        suffixes=(".css",),
        line_comment="/*",
        comment_end="*/",
        closer="}",
    ),
    _config(
        name="dockerfile",
        grammar="dockerfile",
        suffixes=(".dockerfile",),
        filenames=("Dockerfile", "Dockerfile.*", "Containerfile", "Containerfile.*"),
    ),
    _config(
        name="graphql",
        grammar="graphql",
        suffixes=(".graphql", ".gql"),
        closer="}",
    ),
    _config(name="hcl", grammar="hcl", suffixes=(".hcl", ".tf", ".tfvars"), closer="}"),
    _page(name="html", grammar="html", suffixes=(".html", ".htm", ".xhtml"), encoding_in="html"),
    _placed(
        name="json",
        standard_parser="json",
        grammar="json",
        suffixes=(".json", ".jsonc", ".webmanifest", ".ipynb", ".geojson"),
        filenames=(".babelrc", ".eslintrc", "composer.lock", "Pipfile.lock"),
        line_comment="",
        closer="}",
    ),
    _config(
        name="make",
        grammar="make",
        suffixes=(".mk", ".mak", ".make"),
        filenames=("Makefile", "makefile", "GNUmakefile", "Makefile.*"),
    ),
    _markup(
        name="markdown",
        grammar="markdown",
        suffixes=(".md", ".markdown", ".mdown"),
        is_too_deep=nesting.has_deep_margin,
    ),
    _config(name="nix", fixed_files=NOT_FOLLOWED, grammar="nix", suffixes=(".nix",), closer="}"),
    _placed(
        name="proto",
        fixed_files=NOT_FOLLOWED,
        grammar="proto",
        suffixes=(".proto",),
        definition_query="""
        (message (message_name (identifier) @name)) @class
        (enum (enum_name (identifier) @name)) @class
        (service (service_name (identifier) @name)) @class
        (rpc (rpc_name (identifier) @name)) @function""",
        line_comment="//",
        closer="}",
    ),
    _placed(
        name="scss",
        fixed_files=NOT_FOLLOWED,
        encoding_in="css",
        grammar="scss",
        suffixes=(".scss",),
        definition_query="""
        (mixin_statement name: (_) @name) @function
        (function_statement name: (_) @name) @function""",
        is_checked=False,  # half of what is written in it is beyond its grammar
        comments=words("comment js_comment"),
        line_comment="//",
        closer="}",
    ),
    _placed(
        name="sql",
        grammar="sql",
        suffixes=(".sql", ".ddl", ".psql"),
        definition_query="""
        (create_function (object_reference name: (_) @name)) @function
        (create_table (object_reference name: (_) @name)) @class
        (create_view (object_reference name: (_) @name)) @class""",
        is_checked=False,  # of its many dialects the grammar knows few
        comments=words("comment marginalia"),
        line_comment="--",
        wrappers=words("statement"),
    ),
    _page(name="svelte", fixed_files=NOT_FOLLOWED, grammar="svelte", suffixes=(".svelte",)),
    _config(
        name="toml",
        standard_parser="tomllib",
        grammar="toml",
        suffixes=(".toml",),
        definition_query="""
        (table [(bare_key) (dotted_key) (quoted_key)] @name) @class
        (document (pair (bare_key) @name) @constant)
        (table (pair (bare_key) @name) @constant)""",
        filenames=("Cargo.lock", "poetry.lock", "uv.lock", "Pipfile"),
    ),
    _page(name="vue", fixed_files=NOT_FOLLOWED, grammar="vue", suffixes=(".vue",)),
    _markup(
        name="xml",
        encoding_in="xml",
        grammar="xml",
        suffixes=(".xml", ".svg", ".xsd", ".xsl", ".xslt", ".plist", ".csproj", ".props", ".xaml"),
        comments=words("Comment"),
    ),
    _config(
        name="yaml",
        grammar="yaml",
        suffixes=(".yml", ".yaml"),
        is_too_deep=nesting.has_deep_margin,
        definition_query="""
        (document (block_node (block_mapping (block_mapping_pair
            key: (flow_node (plain_scalar (string_scalar) @name))) @constant)))""",
        filenames=(".clang-format", ".clang-tidy", "CITATION.cff"),
    ),
)
