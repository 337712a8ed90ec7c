"""The packages of the editor of papers, and what of them is loaded by which name.

They are served as they are published, module by module, so that nothing is built and each is kept for as
long as its version is the one. Their names of one another are told to the browser by an import map. A
version that another package brings stands here too: what is served is what was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.web.modules.package import Package

MODULE = "dist/index.js"
YJS = Package("yjs", "13.6.33", ("dist/yjs.mjs",))
LIB0 = Package("lib0", "0.2.120", ("*.js", "prng/*.js", "trait/*.js"))
PROTOCOLS = Package("y-protocols", "1.0.7", ("auth.js", "awareness.js", "sync.js"))
SOCKET = Package("y-websocket", "3.1.0", ("src/y-websocket.js",))
KEPT_HERE = Package("y-indexeddb", "9.0.12", ("src/y-indexeddb.js",))
BINDING = Package("y-codemirror.next", "0.3.6", ("src/*.js",))
STATE = Package("@codemirror/state", "6.7.6", (MODULE,))
VIEW = Package("@codemirror/view", "6.43.15", (MODULE,))
LANGUAGE = Package("@codemirror/language", "6.13.1", (MODULE,))
COMMANDS = Package("@codemirror/commands", "6.11.1", (MODULE,))
COMPLETION = Package("@codemirror/autocomplete", "6.20.4", (MODULE,))
STREAMS = Package("@codemirror/streamparser", "6.0.0", (MODULE,))
TREES = Package("@lezer/common", "1.5.5", (MODULE,))
HIGHLIGHT = Package("@lezer/highlight", "1.2.5", (MODULE,))
MARKDOWN = Package("@lezer/markdown", "1.8.1", (MODULE,))
CLUSTERS = Package("@marijn/find-cluster-break", "1.0.4", ("src/index.js",))
STYLES = Package("style-mod", "4.1.5", ("src/style-mod.js",))
KEY_NAMES = Package("w3c-keyname", "2.2.8", ("index.js",))
CRELT = Package("crelt", "1.0.7", ("index.js",))
KATEX = Package("katex", "0.19.1", ("dist/katex.mjs", "dist/katex.min.css", "dist/fonts/*.woff2"))
EDITOR = (
    YJS, LIB0, PROTOCOLS, SOCKET, KEPT_HERE, BINDING, STATE, VIEW, LANGUAGE, COMMANDS, COMPLETION, STREAMS,
    TREES, HIGHLIGHT, MARKDOWN, CLUSTERS, STYLES, KEY_NAMES, CRELT, KATEX,
)  # fmt: skip
_OF_LIB0 = (
    "array binary broadcastchannel buffer decoding dom encoding environment error function indexeddb iterator"
    " logging map math object observable pair promise random set string time url webcrypto"
)
_OF_PROTOCOLS = ("auth", "awareness", "sync")
_ONE_FILE = (
    YJS, SOCKET, KEPT_HERE, STATE, VIEW, LANGUAGE, COMMANDS, COMPLETION, STREAMS, TREES, HIGHLIGHT, MARKDOWN,
    CLUSTERS, STYLES, KEY_NAMES, CRELT,
)  # fmt: skip
NAMES: Mapping[str, tuple[Package, str]] = {
    **{package.name: (package, package.files[0]) for package in _ONE_FILE},
    **{f"lib0/{name}": (LIB0, f"{name}.js") for name in _OF_LIB0.split()},
    **{f"y-protocols/{name}": (PROTOCOLS, f"{name}.js") for name in _OF_PROTOCOLS},
    BINDING.name: (BINDING, "src/index.js"),
    KATEX.name: (KATEX, "dist/katex.mjs"),
}
"""By the name that a module asks for: the package, and its file."""
LATER = frozenset({KATEX.name})
"""What is loaded when a text has something for it, and not before."""

WITHIN: tuple[tuple[Package, str], ...] = (
    *(
        (LIB0, f"{name}.js")
        for name in ("conditions", "eventloop", "json", "logging.common", "metric")
    ),
    *((LIB0, f"{name}.js") for name in ("number", "prng", "schema", "storage", "symbol")),
    *(
        (LIB0, f"{name}.js")
        for name in ("prng/Xoroshiro128plus", "prng/Xorshift32", "trait/equality")
    ),
    *(
        (BINDING, f"src/y-{name}.js")
        for name in ("range", "remote-selections", "sync", "undomanager")
    ),
)
"""What files of a package ask of one another, by relative addresses."""
