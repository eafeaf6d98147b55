"""The words a request is understood by: verbs, kinds, types and fields. Its one rule: tables only, no decisions."""

from __future__ import annotations

from typing import Literal

from code_assistant.scaffold.naming import word_set

Kind = Literal["endpoint", "cli", "class", "model", "table", "component", "page", "stylesheet", "function"]
ValueType = Literal["text", "whole", "number", "flag", "texts", "numbers", "wholes"]

LISTS: dict[ValueType, ValueType] = {"texts": "text", "numbers": "number", "wholes": "whole"}
"""The types of many values, each with the type of one."""

KINDS: tuple[tuple[Kind, str], ...] = (
    ("cli", r"cli|command[- ]line|console (?:tool|app\w*|program)|terminal (?:tool|app\w*|program)"),
    (
        "endpoint",
        r"endpoints?|controllers?"
        r"|(?<!from the )(?<!from an )(?<!from a )(?:rest )?apis?|rest|routes?|webhooks?|micro-?services?"
        r"|web ?services?|crud|(?:web|http) servers?",
    ),
    ("stylesheet", r"css|layouts?|style ?sheets?|styles?|styling|theme"),
    (
        "component",
        r"components?|widgets?|buttons?|navbars?|navigation|modals?|dialogs?|(?<!credit )(?<!debit )cards?"
        r"|menus?|carousels?|sidebars?|spinners?|tooltips?|badges?",
    ),
    ("class", r"class(?:es)?"),
    ("function", r"functions?"),
    ("page", r"(?:web ?)?pages?|websites?|forms?|screens?|html|sites?|landing"),
    ("table", r"tables?|quer(?:y|ies)|migrations?|database schemas?|stored procedures?|sql|indexes|columns?"),
    (
        "model",
        r"data ?models?|models?|data ?class(?:es)?"
        r"|enums?|traits?|structs?|schemas?|entit(?:y|ies)|dtos?|interfaces?|records?",
    ),
    (
        "class",
        r"services?|repositor(?:y|ies)|singletons?|caches?|queues?|stacks?|clients?|managers?|objects?|limiters?"
        r"|trees?|tries?|heaps?|graphs?|linked lists?|deques?|buffers?|(?:thread|worker|connection|object) pools?"
        r"|parsers?|validators?|schedulers?|loggers?|calculators?|converters?",
    ),
)
"""Tried in this order; the first that occurs decides."""

KIND_WORDS = word_set(
    """
    rest restful api apis endpoint endpoints route routes http https webhook microservice crud web cli command
    line tool console terminal class classes function functions method methods module program script app
    application library package component components page webpage table tables query queries model models
    dataclass struct schema stylesheet css html sql database migration code snippet example feature project
    system implementation utility helper interface backend frontend server data website site landing python
    javascript typescript java go golang rust js ts node style styles styling controller
    controllers enum enums trait traits blueprint middleware bug bugs issue issues problem problems mistake typo
    """
)
"""Words that say what kind of thing is wanted, and so are no part of its name."""

FRAMEWORKS = word_set(
    """
    fastapi flask django pydantic sqlalchemy react reactjs vue vuejs angular svelte nextjs nestjs tailwind
    tailwindcss bootstrap express koa axum actix tokio springboot junit pytest vitest
    """
)
"""Names that are nothing but a library's, also where the request does not list it."""

COLLECTIONS = word_set("list array collection set series number")
"""Words for many of what follows them after "of"."""

VAGUE_NOUNS = frozenset({("service",), ("client",), ("manager",), ("object",)})
"""Names that say nothing without what they deal with."""

STOP_WORDS = word_set(
    """
    a an the some any new simple basic small minimal complete full good nice clean modern robust secure fast
    efficient reusable responsive accessible production ready typed async asynchronous generic custom proper
    working sample my our your their its this these those me us it i we you they one single all each every given
    provided please kindly just also very really well user-friendly thread-safe type-safe
    own is are be been was were has have had
    does do did can could should would will must shall may might need needs want wants like let help able lets
    allow allows
    """
)

BREAKS = word_set(
    """
    that which who with without using by from in into on onto via and or but where when while if whether so as
    given to of for at per against between through about over under after before until unless because than then
    return returns returning takes taking accepts accepting named called be is are
    """
)
"""A phrase ends before one of these."""

MAKERS = word_set(
    """
    create creates creating write writing build building implement implementing make making add adding develop
    developing
    fix fixes fixing repair debug refactor rewrite improve design designing provide give code generate define
    set up setup construct produce draft scaffold
    """
)
"""What one says to the one who writes the code; not what the code does."""

REPAIRS = word_set("fix fixes fixing repair debug refactor rewrite improve")
"""Makers of what is already there: what it is about stands behind "in"."""

VERBS = word_set(
    """
    accept activate add aggregate animate allocate analyse analyze append apply approve archive assign authenticate
    authorise authorize book build calculate call cancel capture change check classify clean close collect
    combine compare compile compress compute concatenate connect convert copy count create crawl cut deactivate
    decode decompress decrypt deduplicate delete deliver detect display divide download draw edit encode encrypt
    enrol estimate evaluate execute export extract fetch fill filter find flatten format generate get greet
    group handle hash import index insert install invite join list load locate log lookup map match measure
    merge migrate minify monitor move multiply normalise normalize notify open order parse pay play poll predict
    print process publish purchase query rank read receive record reduce refresh register reject remove rename
    render replace report request reserve reset resize resolve retrieve reverse rotate round run sanitise
    sanitize save scan schedule scrape search select send serve share show shuffle sign simulate sort split stop
    store stream strip submit subscribe subtract sum summarise summarize swap sync synchronise tokenise tokenize
    track train transfer transform translate traverse trim unsubscribe update upload validate verify view visit
    watch withdraw wrap write backup benchmark capitalise capitalize chunk clone debounce deserialise deserialize
    dequeue enqueue escape invert mask memoize paginate peek pop push restore retry shorten yield serialise serialize
    slugify
    throttle truncate unescape unzip zip
    """
)

NOUN_TO_VERB = {
    "authentication": "authenticate", "authorisation": "authorise", "authorization": "authorize",
    "registration": "register", "signup": "sign_up", "login": "log_in", "logout": "log_out",
    "validation": "validate", "verification": "verify", "creation": "create", "deletion": "delete",
    "removal": "remove", "calculation": "calculate", "conversion": "convert", "generation": "generate",
    "translation": "translate", "notification": "notify", "subscription": "subscribe", "search": "search",
    "upload": "upload", "download": "download", "lookup": "look_up", "retrieval": "retrieve",
    "reservation": "reserve", "booking": "book", "payment": "pay", "checkout": "check_out", "processing": "process",
    "parsing": "parse", "sorting": "sort", "management": "manage", "tracking": "track", "encryption": "encrypt",
    "decryption": "decrypt", "compression": "compress", "submission": "submit",
}  # fmt: skip

VERB_RETURNS: dict[ValueType, frozenset[str]] = {
    "flag": word_set("is are has validate verify check authenticate authorise authorize contains match detect"),
    "whole": frozenset(["count"]),
    "number": word_set("calculate compute sum average measure estimate multiply divide subtract evaluate"),
    "texts": word_set("list search filter split tokenise tokenize extract"),
}

ARITHMETIC = word_set("add sum subtract multiply divide clamp power pow abs min max mod modulo lerp average")
"""Functions that deal with numbers, whatever their arguments are called."""

KEEP_TYPE = word_set(
    "quicksort mergesort bubblesort heapsort flatten sort reverse shuffle merge deduplicate remove round"
    " rotate filter append"
)
"""Verbs whose answer is of the type of what they are given."""

TYPE_WORDS: dict[str, ValueType] = {
    "string": "text", "strings": "texts", "str": "text", "text": "text", "texts": "texts", "word": "text",
    "words": "texts", "integer": "whole", "integers": "wholes", "int": "whole", "whole": "whole",
    "number": "number", "numbers": "numbers", "float": "number", "floats": "numbers", "double": "number",
    "decimal": "number", "boolean": "flag", "bool": "flag", "flag": "flag", "list": "texts", "array": "texts",
    "collection": "texts", "uuid": "text", "date": "text", "n": "whole", "k": "whole", "x": "number", "y": "number",
    "true": "flag", "false": "flag",
}  # fmt: skip
"""What these words say about a value's type."""

FIELD_TYPES: dict[ValueType, frozenset[str]] = {
    "whole": word_set(
        "age capacity attempts retries count quantity size limit offset year index stock position score priority pages"
    ),
    "number": word_set(
        """
        price amount total rate weight height width length distance temperature latitude longitude percentage
        balance radius min max low high
        celsius fahrenheit kelvin kilometers miles meters feet inches pounds kilograms degrees seconds minutes hours
        salary discount cost tax average area speed duration
        """
    ),
    "flag": word_set("active enabled done completed visible available published verified"),
    "texts": word_set("tags names items words lines roles categories emails urls keys labels options"),
    "text": word_set(
        """
        name title email mail username password address phone description text message url link path file
        filename city country street status category colour color comment content body subject author token id
        uuid isbn sku code slug date timestamp currency language role type label query keyword due user customer
        product at on by
        """
    ),
}
"""What the last word of a field's name says about its type."""

COUNTS = FIELD_TYPES["whole"] | {"price", "amount", "weight", "height", "width", "length", "distance", "radius"}
"""Fields that cannot be negative."""

SECRETS = word_set("password passphrase pin token secret key")
"""Fields that must not show up in a log or be stored as they are."""

Fields = tuple[tuple[str, ValueType], ...]

SUBJECT_FIELDS: tuple[tuple[frozenset[str], Fields], ...] = (
    (word_set("authentication authenticate login signin"), (("username", "text"), ("password", "text"))),
    (
        word_set("registration register signup"),
        (("name", "text"), ("email", "text"), ("password", "text")),
    ),
    (word_set("order orders cart checkout purchase"), (("product_id", "text"), ("quantity", "whole"))),
    (word_set("product products item items"), (("name", "text"), ("price", "number"))),
    (word_set("payment payments pay transfer"), (("account_id", "text"), ("amount", "number"))),
    (word_set("user users customer customers account"), (("name", "text"), ("email", "text"))),
    (word_set("todo todos task tasks"), (("title", "text"), ("done", "flag"))),
    (word_set("contact message messages notification"), (("email", "text"), ("message", "text"))),
    (word_set("upload download file files csv json"), (("path", "text"),)),
    (word_set("search lookup find"), (("keyword", "text"), ("limit", "whole"))),
)
"""What one would begin with where the request names no field: the first row that shares a word."""

DEFAULT_RESULT: Fields = (("reference", "text"), ("message", "text"))
SUBJECT_RESULTS: tuple[tuple[frozenset[str], Fields], ...] = (
    (
        word_set("authentication authenticate login signin"),
        (("user_id", "text"), ("lifetime_seconds", "whole")),
    ),
)
