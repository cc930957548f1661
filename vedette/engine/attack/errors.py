"""Error messages that give away what a value reached: databases, directories, parsers, templates, shells, files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from vedette.contract.exchange import Exchange
from vedette.engine.attack.compare import Model, decoded, strip
from vedette.engine.parse.patterns import PatternSet

MAX_TEXT = 400_000
"""Characters of a body that are searched."""

SIGNATURES: dict[str, dict[str, str]] = {
    "sql": {
        "mysql": r"(?i)you have an error in your sql syntax|(?:mysqli?|mariadb)[\w:]*(?:error|exception)"
        r"|Unknown column '[^']+' in"
        r"|com\.mysql\.|check the manual that (?:corresponds|fits) (?:to )?your (?:mysql|mariadb)"
        r"|SQLSTATE\[\w+\].{0,60}1064"
        r"|(?:mysqli?_(?:query|fetch_\w+|num_rows)|mysql_\w+)\(\)",
        "postgresql": r"(?i)PostgreSQL.{0,40}ERROR|PG::\w*Error|pg_(?:query|exec|prepare)\(\)"
        r"|psycopg2?\.\w*(?:errors?|\w+Error)"
        r"|org\.postgresql\.util\.PSQLException|unterminated quoted string at or near"
        r"|ERROR:\s+(?:syntax error at or near|column \S+ does not exist)",
        "sqlite": r"(?i)SQLite/JDBCDriver|SQLite\.Exception|System\.Data\.SQLite|sqlite3?\.\w*Error"
        r"|SQLITE_ERROR|SQLiteException"
        r"|near \"[^\"]{0,80}\": syntax error|unrecognized token: \"|no such column: "
        r"|sqlite3?::SQLException|SQLite3::query",
        "mssql": r"(?i)Unclosed quotation mark (?:after|before) the character string"
        r"|Microsoft (?:SQL Server|OLE DB Provider for SQL)"
        r"|System\.Data\.SqlClient\.SqlException|SqlException \(0x|Incorrect syntax near"
        r"|\[SQL Server\]|com\.microsoft\.sqlserver|(?:mssql|sqlsrv)_\w+\(\)",
        "oracle": r"\bORA-\d{5}\b|(?i:oracle\.jdbc|quoted string not properly terminated"
        r"|SQL command not properly ended|oci_(?:parse|execute)\(\))",
        "db2": r"(?i)DB2 SQL error|com\.ibm\.db2\.|SQLCODE=-\d+|\[IBM\]\[CLI Driver\]",
        "access": r"(?i)Microsoft Access (?:Driver|Database Engine)|JET Database Engine"
        r"|Syntax error \(missing operator\) in query expression",
        "hsqldb": r"(?i)org\.hsqldb\.|Unexpected end of command in statement"
        r"|unexpected token: \S+ (?:in statement|required)|org\.h2\.jdbc",
        "sybase": r"(?i)Sybase message|com\.sybase\.jdbc|SybSQLException",
        "firebird": r"(?i)Dynamic SQL Error|org\.firebirdsql\.",
        "unknown": r"(?i)\b(?:SQL (?:syntax )?error|SQLSTATE\[\w{5}\]|java\.sql\.SQL\w*Exception"
        r"|sqlalchemy\.exc\.\w+|Zend_Db_\w*Exception"
        r"|PDOException|ActiveRecord::StatementInvalid|QueryException|Sequelize\w*Error|syntax error in query)",
    },
    "ldap": {
        "ldap": r"(?i)javax\.naming\.(?:directory\.)?\w*(?:Exception|Filter)|com\.sun\.jndi\.ldap"
        r"|supplied argument is not a valid ldap"
        r"|ldap_(?:search|list|read|bind)\(\)|LDAPException|ldap\.(?:FILTER_ERROR|LDAPError)"
        r"|Bad search filter|Invalid (?:LDAP )?(?:search )?filter"
        r"|(?:malformed|unbalanced|invalid) (?:ldap )?(?:search )?filter|Net::LDAP"
        r"|ldap3\.core\.exceptions|Unbalanced parenthesis in filter",
    },
    "xpath": {
        "xpath": r"(?i)XPath(?:Exception|EvalError|SyntaxError|Expression)|DOMXPath"
        r"|SimpleXMLElement::xpath|xmlXPath\w+|MS\.Internal\.Xml|System\.Xml\.XPath"
        r"|Invalid (?:XPath )?(?:expression|predicate)|invalid xpath|org\.apache\.xpath"
        r"|javax\.xml\.xpath|Expression must evaluate to a node-set",
    },
    "xml": {
        "xml": r"(?i)SAXParseException|simplexml_load_\w+\(\)|DOMDocument::load\w*\(\)|XMLSyntaxError"
        r"|xml\.parsers\.expat|XML (?:Parsing|parser) error"
        r"|ParseError: (?:not well-formed|mismatched tag|undefined entity)|org\.xml\.sax"
        r"|Start tag expected|Opening and ending tag mismatch|XmlException|REXML::ParseException"
        r"|Nokogiri::XML::SyntaxError",
    },
    "template": {
        "jinja": r"jinja2\.exceptions\.\w+|TemplateSyntaxError",
        "twig": r"Twig(?:\\|_)Error\w*",
        "freemarker": r"(?i)freemarker\.(?:core|template)\.\w+|FreeMarker template error",
        "velocity": r"org\.apache\.velocity\.",
        "smarty": r"Smarty(?:Compiler)?Exception|Smarty: Syntax error",
        "erb": r"\(erb\):\d+|ActionView::Template::Error",
        "mako": r"mako\.exceptions\.",
        "tornado": r"tornado\.template\.ParseError",
        "expression": r"(?i)SpelEvaluationException|SpelParseException|org\.springframework\.expression"
        r"|javax\.el\.\w+Exception|ognl\.\w*Exception|org\.mvel2",
        "thymeleaf": r"org\.thymeleaf\.exceptions",
        "handlebars": r"Parse error on line \d+:|handlebars\W.{0,60}exception\.js",
        "pug": r"Pug:\d+|pug_(?:html|debug_line)",
        "unknown": r"(?i)template (?:syntax )?error|unexpected (?:end of template|char .{1,4} at \d+)",
    },
    "code": {
        "php": r"(?i)(?:<b>)?(?:Parse|Fatal|Warning|Notice|Deprecated"
        r"|Uncaught \w*)(?: error)?(?:</b>)?:\s.{1,300}? (?:in (?:<b>)?[/\w:\\.-]+(?:</b>)? on"
        r" line|eval\(\)'d code)",
        "python": r"Traceback \(most recent call last\)|File \"[^\"<>]+\", line \d+, in "
        r"|SyntaxError: (?:invalid syntax|unterminated|unexpected EOF|EOL while)"
        r"|NameError: name '\w+' is not defined",
        "java": r"(?:java|javax|org|com)\.[\w.]+(?:Exception|Error)\b(?::|\s+at )|\bat [\w.$]+\([\w$]+\.java:\d+\)",
        "dotnet": r"\[\w*Exception(?: \(0x[0-9a-f]+\))?[:\]]|System\.[\w.]+Exception:"
        r"|\bat [\w.`<>]+\(.{0,200}\) in .{1,200}:line \d+|Server Error in '/",
        "ruby": r"[\w/.-]+\.rb:\d+:in [`']|(?:NoMethodError|NameError|SyntaxError"
        r"|ActionController::\w+) (?:in|\()|\(eval\):\d+",
        "node": r"(?:SyntaxError|ReferenceError|TypeError|RangeError):"
        r" .{1,200}\s+(?:<br>\s*(?:&nbsp;)*\s*)?at .{1,120}(?:\.js:\d+|node:internal|<anonymous>)",
        "perl": r"syntax error at \S+ line \d+, near|Can't locate \S+ in @INC",
        "go": r"goroutine \d+ \[running\]|runtime error: (?:index out of range|invalid memory address)",
        "expression": r"(?i)(?:syntax|parse|evaluation) error (?:in|at|near) (?:expression|line \d|position \d"
        r"|column \d|eval)|eval(?:uation)? error:|invalid expression",
    },
    "command": {
        "shell": r"(?i)\b(?:ba|da|z|k|c)?sh: (?:line )?\d*:? ?.{0,120}(?:not found|syntax error"
        r"|unexpected (?:EOF|token|end)|unterminated|No such file)"
        r"|Syntax error: (?:Unterminated quoted string|\"[^\"]+\" unexpected|EOF in)"
        r"|unexpected EOF while looking for matching"
        r"|command not found|/bin/(?:ba|da)?sh:",
        "windows": r"is not recognized as an internal or external command"
        r"|The syntax of the command is incorrect|The system cannot find the (?:file"
        r"|path) specified",
    },
    "file": {
        "php": r"(?i)(?:include|require|fopen|file_get_contents|readfile|file|include_once"
        r"|require_once)\([^)<]{0,200}\)(?:</?[^>]*>|[\s:\]\[a-z])*failed to open stream"
        r"|open_basedir restriction",
        "python": r"(?:FileNotFoundError|IsADirectoryError|NotADirectoryError|PermissionError"
        r"|IOError): \[Errno \d+\]",
        "java": r"java\.(?:io\.FileNotFoundException|nio\.file\.\w+Exception)",
        "dotnet": r"System\.IO\.(?:FileNotFound|DirectoryNotFound|IO)Exception"
        r"|Could not find (?:a part of the path|file) '",
        "node": r"ENOENT: no such file or directory|EISDIR: illegal operation",
        "unknown": r"(?i)(?:no such file or directory|is a directory|file name too long"
        r"|failed to open (?:file|stream))",
    },
}
"""Family to pattern name to RE2 expression. The names of the family `sql` are those of database systems."""

FAMILIES = tuple(SIGNATURES)

_SET = PatternSet({f"{family}/{name}": text for family, group in SIGNATURES.items() for name, text in group.items()})


def errors_in(text: str) -> dict[str, tuple[str, str]]:
    """Family to (pattern name, matched text) of the first signature of each family that occurs in the text."""
    found: dict[str, tuple[str, str]] = {}
    for key in _SET.hits(text):
        family, _, name = key.partition("/")
        if family not in found:
            found[family] = (name, _SET.find(key, text))
    return found


def new_errors(exchange: Exchange, model: Model, sent: str) -> dict[str, tuple[str, str]]:
    """Like `errors_in` for an answer without what was sent, less all that the normal answers show too."""
    if exchange.response is None:
        return {}
    raw = exchange.response.text[:MAX_TEXT]
    plain = strip(raw, sent)
    normal = _normal(model)
    if plain in normal.texts:
        return {}
    text = _with_decoded(raw, plain, sent)
    found: dict[str, tuple[str, str]] = {}
    for key in _SET.hits(text):
        family, _, name = key.partition("/")
        if key not in normal.keys and family not in found:
            found[family] = (name, _SET.find(key, text))
    return found


@dataclass(frozen=True, slots=True)
class _Normal:
    """What the normal answers of an endpoint say: their texts, and the signatures in them."""

    texts: frozenset[str]
    keys: frozenset[str]


@lru_cache(maxsize=64)
def _normal(model: Model) -> _Normal:
    texts = frozenset(text[:MAX_TEXT] for text in model.texts)
    keys = frozenset(key for text in texts for key in _SET.hits(_with_decoded(text, text, "")))
    return _Normal(texts, keys)


def _with_decoded(raw: str, plain: str, sent: str) -> str:
    """Body as it came and decoded: an error page may escape the quotes that a signature contains."""
    return f"{plain}\n{strip(decoded(raw), sent)}" if "&" in raw else plain
