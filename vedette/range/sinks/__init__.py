"""The interpreters behind the practice site's dangerous sinks: each a small language, run wholly inside this process.

What lives here: a file tree, a shell, template dialects, PHP-like and Python-like evaluators, LDAP filters, XPath,
XML with entities, and readers of serialised objects. What does not: pages, data and flaws of the shop. Only the
practice site uses this package; it imports the standard library alone. No sink starts a process, opens a real file or
a socket, and none knows any attack: each reads its language by the grammar in its own docstring.

- `files.VirtualFiles()`: `.read(path, cwd)`, `.add(path, text)`, `.write(path, text, cwd)`, `.listdir(path, cwd)`
- `shell.Shell(files, clock).run(command) -> Result(stdout, stderr, code)`
- `ldap.search(filter_text, entries, lenient=False) -> list`, raises `LdapError`
- `xpath.parse_document(xml) -> Node`, `xpath.select(expression, document)`, raises `XPathError`
- `template.render(template, context)`, `.render_dollar(...)`, `.render_erb(...) -> str`, raise `TemplateError`
- `code.evaluate_php(code, env, clock=None, functions=None) -> str` is what the code printed; assigned variables stay
  in `env`; raises `ParseError` and `PhpError`
- `code.evaluate_python(expr, env, clock) -> object` raises what Python raises
- `xml.parse(text, files, entities) -> Element` (tag, attributes, text, children), raises `XmlError`
- `serialised.php_unserialize(text)`, `.pickle_object(data)`, `.java_object(data)` raise `SerialisedError`
"""
