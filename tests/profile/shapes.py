"""The same small list in the shapes that people save it in."""

import csv
import io
import json

ENTRIES = (
    ("SNOWFLAKE_DEPLOYMENT", "xy12345.snowflakecomputing.com", 443),
    ("STAGE", "sfc-customer-stage.s3.us-west-2.amazonaws.com", 443),
    ("OCSP_CACHE", "ocsp.snowflakecomputing.com", 80),
    ("OCSP_RESPONDER", "o.ss2.us", 80),
    ("NOBODY_KNOWS", "db.example.com", 5432),
)
OBJECTS = [{"type": role, "host": host, "port": port} for role, host, port in ENTRIES]
FOUND = (
    "https://xy12345.snowflakecomputing.com:443",
    "https://sfc-customer-stage.s3.us-west-2.amazonaws.com:443",
    "http://ocsp.snowflakecomputing.com:80",
    "http://o.ss2.us:80",
    "tcp://db.example.com:5432",
)


def _separated(delimiter: str, *rows: tuple[object, ...], quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def _drawn() -> str:
    rule = "+----------------------+-----------------------------------------------+------+"
    rows = [f"| {role:<20} | {host:<45} | {port:<4} |" for role, host, port in (("TYPE", "HOST", "PORT"), *ENTRIES)]
    return "\n".join((rule, rows[0], rule.replace("+", "|"), *rows[1:], rule, ""))


SHAPES: dict[str, str] = {
    "a list": json.dumps(OBJECTS),
    "a list on many lines, with a mark at its beginning": "\ufeff" + json.dumps(OBJECTS, indent=4),
    "keys in capitals and in another order, ports as texts": json.dumps(
        [{"PORT": str(port), "Host": host.upper(), "TYPE": role} for role, host, port in ENTRIES]
    ),
    "a list in an object": json.dumps({"allowlist": OBJECTS}),
    "a text within JSON": json.dumps(json.dumps(OBJECTS)),
    "the row of an SQL client, its value a text": json.dumps([{"SYSTEM$ALLOWLIST()": json.dumps(OBJECTS)}]),
    "the rows of an SQL client, an entry each": json.dumps([{"VALUE": json.dumps(entry)} for entry in OBJECTS]),
    "the answer of an API": json.dumps({"data": {"rows": [[json.dumps(OBJECTS)]]}, "code": None}),
    "an entry a line": "\n".join(map(json.dumps, OBJECTS)) + "\n",
    "an entry a line, with commas": ",\n".join(map(json.dumps, OBJECTS)),
    "CSV": _separated(",", ("type", "host", "port"), *ENTRIES),
    "CSV, all in quotes": _separated(",", ("TYPE", "HOST", "PORT"), *ENTRIES, quoting=csv.QUOTE_ALL),
    "CSV with other columns": _separated(",", ("n", "Port", "note", "Host", "Type"), *((0, p, "", h, r) for r, h, p in ENTRIES)),
    "CSV of a spreadsheet": _separated(";", ("Type", "Host", "Port"), *ENTRIES),
    "CSV with the whole list in one cell": _separated(",", ("SYSTEM$ALLOWLIST()",), (json.dumps(OBJECTS),)),
    "CSV with a printed list in one cell": _separated(",", ("SYSTEM$ALLOWLIST()",), (json.dumps(OBJECTS, indent=2),)),
    "TSV": _separated("\t", ("type", "host", "port"), *ENTRIES),
    "CSV without a head": _separated(",", *ENTRIES),
    "CSV without a head, in another order": _separated(",", *((port, host, role) for role, host, port in ENTRIES)),
    "a table drawn by a shell": _drawn(),
    "hosts and ports alone": "\n".join(f"{host}:{port}" for _, host, port in ENTRIES),
}
