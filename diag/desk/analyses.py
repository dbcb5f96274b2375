"""What `diag trends` counts, as expressions (ibis) over an export: the same numbers on DuckDB, on Spark, or in a warehouse.

Each takes the tables of an export and returns a table. Weeks begin on Monday, in UTC.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from diag.desk.export import EXPORT_TABLES
from diag.desk.index import DeskError

WEEKS_BEFORE_DAYS, WEEK_DAYS = 84, 7
Tables = Mapping[str, Any]
DUCKDB, SPARK = "duckdb", "spark"


def weekly(tables: Tables) -> Any:
    """Return, of each week and cause, organisations, cases and bundles."""
    bundle = tables["bundle"].filter(~tables["bundle"].demo)
    ticket = bundle.select("digest", ticket=_or_null(bundle["case"]))
    cause = tables["cause"]
    rows = cause.select("digest", "cause", organisation=_or_null(cause.org), week=_week(cause.began)).join(ticket, "digest")
    return rows.group_by("week", "cause").agg(
        organisations=rows.organisation.nunique(), cases=rows.ticket.nunique(), bundles=rows.digest.nunique()
    )


def before(tables: Tables) -> Any:
    """Return, of each week and cause, the organisations of the twelve weeks before, week by week, added up."""
    import ibis

    counted = weekly(tables)
    earlier = counted.select(cause="cause", then="week", count="organisations")
    gap = counted.week.epoch_seconds() - earlier.then.epoch_seconds()
    near = gap.between(WEEK_DAYS * 86_400, WEEKS_BEFORE_DAYS * 86_400)
    joined = counted.left_join(earlier, [counted.cause == earlier.cause, near])
    rows = joined.select(week=counted.week, cause=counted.cause, count=ibis.coalesce(earlier["count"], 0))
    return rows.group_by("week", "cause").agg(organisations=rows["count"].sum())


def seen(tables: Tables) -> Any:
    """Return, of each cluster, when it was first and last seen, and in how many bundles."""
    bundle = tables["bundle"].filter(~tables["bundle"].demo).select("digest")
    rows = tables["cause"].select("digest", "fp", "began").join(bundle, "digest")
    return rows.group_by("fp").agg(first=rows.began.min(), last=rows.began.max(), bundles=rows.digest.nunique())


def worth(tables: Tables) -> Any:
    """Return, of each cause and owner, the cases that were opened and solved, and the days between, added up."""
    bundle = tables["bundle"].filter(~tables["bundle"].demo)
    moments = bundle.select("digest", "case", opened=bundle.labels.get("opened", ""), solved=bundle.labels.get("solved", ""))
    moments = moments.filter((moments.opened != "") & (moments.solved != "") & (moments["case"] != ""))
    rows = tables["cause"].filter(tables["cause"].status == "problem").select("digest", "cause", "owner").join(moments, "digest")
    days = (rows.solved.cast("timestamp").epoch_seconds() - rows.opened.cast("timestamp").epoch_seconds()) / 86_400.0
    each = rows.select("cause", "owner", "case", days=days).group_by("cause", "owner", "case")
    cases = each.agg(days=rows.select("cause", "owner", "case", days=days).days.max())
    return cases.group_by("cause", "owner").agg(cases=cases["case"].nunique(), days=cases.days.sum())


ANALYSES: Mapping[str, Callable[[Tables], Any]] = {"weekly": weekly, "before": before, "seen": seen, "worth": worth}


def _or_null(column: Any) -> Any:
    """A column in which an empty text counts as nobody's."""
    return column.nullif("")


def _week(moment: Any) -> Any:
    return moment.truncate("W")


def open_tables(folder: Path, engine: str) -> tuple[Any, Tables]:
    """Return a connection to an engine, `duckdb` or the address of a Spark master, and the tables of an export there.

    Raises DeskError where the extra, or the engine, is missing.
    """
    missing = [table for table in EXPORT_TABLES if not (folder / table).is_dir()]
    if missing:
        raise DeskError("{folder} is no export of diag: it has no table {missing}.", folder=folder, missing=missing[0])
    try:
        import ibis
    except ImportError:
        raise DeskError("Analyses need an extra package: pip install 'diag[analytics]'.") from None
    if engine == DUCKDB:
        connection = ibis.duckdb.connect()
        connection.raw_sql("SET TimeZone = 'UTC'")
        return connection, {
            table: connection.read_parquet(str(folder / table / "**" / "*.parquet"), table_name=table, hive_partitioning=True)
            for table in EXPORT_TABLES
        }
    if not engine.startswith((SPARK, "local")):
        raise DeskError(
            "No engine is called {engine}: duckdb, or the address of a Spark master, such as spark://host:7077.", engine=engine
        )
    connection = _spark(engine)
    return connection, {table: connection.read_parquet(str(folder / table), table_name=table) for table in EXPORT_TABLES}


def _spark(master: str) -> Any:
    try:
        import ibis
        from pyspark.sql import SparkSession
    except ImportError:
        raise DeskError("Spark needs an extra package, and Java: pip install 'ibis-framework[pyspark]'.") from None
    session = (
        SparkSession.builder.master(master)
        .appName("diag")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
    )
    if master.startswith("local"):
        session = session.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    return ibis.pyspark.connect(session.getOrCreate())


def run(connection: Any, tables: Tables, analysis: str) -> list[dict[str, Any]]:
    """Return the rows of an analysis, in the order of all columns. Raises DeskError for one that is none."""
    if analysis not in ANALYSES:
        raise DeskError("No analysis is called {analysis}: there are {names}.", analysis=analysis, names=", ".join(ANALYSES))
    rows: list[dict[str, Any]] = connection.to_pyarrow(ANALYSES[analysis](tables)).to_pylist()
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])
