"""See it for yourself: a check's command with this run's values in it, quoted for its shell; nothing where a value is missing.

What fills a gap was seen in a stranger's bytes, so it is one word of the shell whatever it holds, and never an option.
"""

import ipaddress
import re

from diag.model.check import AnyCheck
from diag.model.diagnosis import Cause
from diag.model.expression import expression
from diag.model.how_to import Shell, ShellLine
from diag.model.quoting import word_of_powershell, word_of_sh
from diag.model.text import clean
from diag.model.verdict import Fact

_GAP = expression(r"\{([a-z][a-z0-9_]*)\}")
_WORD = expression(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")
"""A word of a line, whatever is quoted in it."""
_ENDPOINT = expression(r"([a-z0-9+.-]+)://(\[[^\]]+\]|[^/:\s]+):(\d{1,5})\Z")
_WEB = {"http": "http", "https": "https"}
_LONGEST = 255
"""Characters of a value: those of a name in DNS (RFC 1035, section 2.3.4)."""


def see_it(cause: Cause, check: AnyCheck | None, shell: Shell = Shell.SH, *, stand_ins: bool) -> ShellLine | None:
    """Return the first command of the check for this shell whose gaps can all be filled; None: there is none.

    `stand_ins`: the facts may hold stand-ins of the redaction, so only what the endpoint itself is counts as known.
    """
    endpoint, facts = _of_endpoint(cause), _of_facts(cause)
    known = facts.items() if not stand_ins else [(name, value) for name, value in facts.items() if value in endpoint.values()]
    values = {**dict(known), **endpoint}
    for command in check.see if check else ():
        if command.shell is shell and not any(fact in cause.facts for fact in command.unless):
            line = filled(command, values)
            if line:
                return ShellLine(line, command.shows, shell)
    return None


def filled(command: ShellLine, values: dict[str, str]) -> str:
    """Return the line with these values; empty where one is missing, or is nothing that a command may be given."""
    quote = word_of_sh if command.shell is Shell.SH else word_of_powershell
    words = []
    for word in command.line.split(" "):
        gaps = _GAP.findall(word)
        if not gaps:
            words.append(word)
            continue
        if any(not _is_fit(values.get(gap, "")) for gap in gaps):
            return ""
        opening, word, ending = _bare(word)
        raw = _GAP.sub(lambda gap, word=word: _in_place(values[gap[1]], word, gap), word)  # type: ignore[misc]
        if raw.startswith("@") and _port_of(raw):
            return ""
        words.append(f"{opening}{quote(raw)}{ending}")
    return " ".join(words)


def continued(line: str, width: int) -> tuple[str, ...]:
    """Return the line in pieces of `width` columns that a POSIX shell reads as one: cut between words, with a backslash."""
    pieces = [""]
    for word in _WORD.findall(line):
        if pieces[-1] and len(pieces[-1]) + 1 + len(word) > width - 2:
            pieces.append(word)
        else:
            pieces[-1] = f"{pieces[-1]} {word}".lstrip()
    return (*(f"{piece} \\" for piece in pieces[:-1]), pieces[-1])


def blank(command: ShellLine) -> str:
    """Return the line as an article shows it: each gap in capitals."""
    return _GAP.sub(lambda gap: gap[1].removeprefix("to_").upper(), command.line)


def _bare(word: str) -> tuple[str, str, str]:
    """A word without what belongs to the shell: `(` before it, `;` or `)` behind."""
    found = re.fullmatch(r"(\(?)(.*?)([;)]*)", word)
    return (found[1], found[2], found[3]) if found else ("", word, "")


def _of_facts(cause: Cause) -> dict[str, str]:
    return {name: text for name, fact in cause.facts.items() if (text := _first(fact))}


def _of_endpoint(cause: Cause) -> dict[str, str]:
    found = _ENDPOINT.match(cause.endpoints[0]) if cause.endpoints else None
    if found is None:
        return {}
    scheme, host, port = found.groups()
    place = {"to_host": host.strip("[]"), "to_port": port, "to_authority": f"{host}:{port}"}
    origin = f"{_WEB.get(scheme)}://{host}:{port}"
    return {**place, "to_origin": origin, "to_url": f"{origin}/"} if scheme in _WEB else place


def _first(fact: Fact) -> str:
    value = fact[0] if isinstance(fact, tuple) and fact else fact
    return "" if isinstance(value, bool | tuple) else str(value)


def _is_fit(value: str) -> bool:
    """Whether a command may be given this: short, printable, and no option."""
    return 0 < len(value) <= _LONGEST and value == clean(value, _LONGEST) and value.isprintable() and value[0] not in "-+@"


def _in_place(value: str, word: str, gap: re.Match[str]) -> str:
    """An IPv6 address in brackets where a port or a URL is around it (RFC 3986, section 3.2.2); a resolver without its port."""
    if word.startswith("@"):
        return value.removesuffix(":53").strip("[]") if not _is_six(value) else value
    around = word[: gap.start()].endswith("://") or word[gap.end() :].startswith(":")
    return f"[{value}]" if around and _is_six(value) else value


def _is_six(value: str) -> bool:
    try:
        return ipaddress.ip_address(value).version == 6
    except ValueError:
        return False


def _port_of(server: str) -> str:
    """The port behind a resolver's address, which dig takes elsewhere; empty: none."""
    return "" if _is_six(server[1:]) else server[1:].partition(":")[2]
