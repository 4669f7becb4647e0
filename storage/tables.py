"""Every table, as SQLAlchemy sees it. Alembic's migrations must add up to exactly this (tested)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
)
from typing_extensions import override

if TYPE_CHECKING:
    from sqlalchemy import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# In the `info` of a table: it holds what is personal, or what a person looks for. What is deleted from it is
# erased, and a copy of the archive never takes it away: see `of_readers`.
READERS = {"of readers": True}


def of_readers() -> list[Table]:
    """The tables that hold what is readers' own, parents first."""
    return [table for table in metadata.sorted_tables if READERS.items() <= table.info.items()]


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps no zone, so it is stored without one and given back with UTC."""

    impl = DateTime
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a zone: {value}")
        return value.astimezone(UTC).replace(tzinfo=None)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


# The registry as it stood at the last run, so that search and web can name bodies without reading it.
sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("body_id", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("url", String, nullable=False),
    Column("region", String, nullable=False, default=""),
    Column("codes", JSON, nullable=False),
    Column("note", String, nullable=False),
    Column("every", Integer, nullable=False, default=0),  # days until something new is due; 0: unknown
    Column("off", Boolean, nullable=False, server_default="0"),  # the settings leave it out
)

# The bodies of the registry, those of the past too: whoever asks for a body finds what it took over.
bodies = Table(
    "bodies",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("region", String, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("planned_end", Date),
    Column("cluster", String, nullable=False),
    Column("former", JSON, nullable=False, server_default="[]"),
    Column("short", JSON, nullable=False, server_default="[]"),
    Column("note", String, nullable=False, server_default=""),
)

successions = Table(
    "successions",
    metadata,
    Column("predecessor", String, primary_key=True),
    Column("successor", String, primary_key=True),
)

# Whose papers belong to the area of an integrated care board, as the registry had it at the last run.
areas = Table(
    "areas",
    metadata,
    Column("area", String, primary_key=True),  # the board's id
    Column("body_id", String, primary_key=True),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("today", Date, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("shard", String, nullable=False, server_default=""),  # such as 2/4; "" where all was to be read
)

# Which crawl reads a source or asks a host, where several fill one archive: storage.engines.postgres.leases.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),  # "source ID" or "host NAME"
    Column("holder", String, nullable=False),  # "" where nobody has it
    Column("until", Instant, nullable=False),  # it runs out then, if it is not renewed
    Column("free_at", Instant, nullable=False),  # nobody can take it before: the pause between two requests
)

# One row a source and run: its state, in words a person can act on.
source_runs = Table(
    "source_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("meetings", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("left", JSON, nullable=False, server_default="[]"),  # in sight and not taken: pipeline.health.left
    UniqueConstraint("run_id", "source_id"),
    Index("ix_source_runs_source_id_id", "source_id", "id"),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("body_name", String, nullable=False),
    Column("title", String, nullable=False),
    Column("starts_on", Date, index=True),
    Column("starts_at", Time),
    Column("status", String, nullable=False),
    Column("place", String, nullable=False),
    Column("url", String, nullable=False),
    Column("listing", String, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_run", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),  # counts changes, for calendars
    UniqueConstraint("source_id", "key"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("meeting_id", ForeignKey("meetings.id"), index=True),
    Column("title", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("url", String, nullable=False),
    Column("published_on", Date),
    Column("closes_on", Date, index=True),
    Column("listing", String, nullable=False),
    Column("printed", String, nullable=False, server_default=""),  # the size that the listing gives
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),  # why it is unavailable
    Column("first_seen", Instant, nullable=False),
    Column("last_run", Integer, nullable=False),
    Column("sha256", String(64), index=True),  # of the current revision; null until we hold one
    UniqueConstraint("source_id", "key"),
)

# Every change of a document's bytes, oldest first; the last is the one `documents.sha256` names.
revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("sha256", ForeignKey("files.sha256"), nullable=False, index=True),
    Column("fetched_at", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("urls", JSON, nullable=False),
    Column("etag", String, nullable=False),
    Column("last_modified", String, nullable=False),
    Column("provenance", String, nullable=False),
    Column("capture", JSON(none_as_null=True)),  # the answer the bytes came with; null: not kept
    sqlite_autoincrement=True,  # the number of a revision that is withheld is given to no other
)

# Revisions of papers that are kept back from readers: no other statement sees them.
withheld_revisions = Table(
    "withheld_revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("sha256", ForeignKey("files.sha256"), nullable=False, index=True),
    Column("fetched_at", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("urls", JSON, nullable=False),
    Column("etag", String, nullable=False),
    Column("last_modified", String, nullable=False),
    Column("provenance", String, nullable=False),
    Column("capture", JSON(none_as_null=True)),  # the answer the bytes came with; null: not kept
)

# What a person did to papers, oldest first.
paper_actions = Table(
    "paper_actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("action", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", Instant, nullable=False),
)

# A file by its content, and what reading it gave. `extractor` is empty until it was tried.
files = Table(
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", String, nullable=False),
    Column("extractor", String, nullable=False),
    Column("version", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", String, nullable=False),  # of the failure; empty where the text was read
    Column("detail", String, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("extracted_at", Instant),
    Column("metadata", JSON, nullable=False),
    Column("rules", String, nullable=False),  # hash of the watch list it was last flagged with
    Column("flagged", Integer, index=True),  # counts files as they were first flagged; null until then
    # Runs that ended while it was read, since it was last read to its end.
    Column("ended_runs", Integer, nullable=False, server_default="0"),
    # Of each page in order, the hash that the log's root over them is made of; empty: no pages, or not read.
    Column("page_hashes", LargeBinary, nullable=False, default=b"", server_default=""),
    # What its pages are under in the full-text index: see index_placement. Empty: they are not there.
    Column("labels", JSON, nullable=False, default=list),
    Index("ix_files_version", "extractor", "version"),
    Index("ix_files_rules", "rules"),
)

# Files that a run has begun to read and not kept yet.
in_hand = Table("in_hand", metadata, Column("sha256", ForeignKey("files.sha256"), primary_key=True))

# Text by page. `id` is the row of the full-text index, which keeps no copy of the text: higher is newer.
pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sha256", ForeignKey("files.sha256"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("method", String, nullable=False, index=True),
    Column("extractor", String, nullable=False),
    Column("label", String, nullable=False),
    Column("item", String, nullable=False),
    Column("body_start", Integer, nullable=False),
    Column("body_end", Integer, nullable=False),
    Column("concepts", String, nullable=False, default=""),  # ids of what is said on it, one blank between
    Column("fingerprint", String, index=True),  # of its words: pages with the same say the same
    Column("text", LargeBinary, nullable=False),  # UTF-8, zlib; last, so that the others are read without it
    UniqueConstraint("sha256", "number"),
)

# Parts of pages that are no plain text: read by OCR, not read, hidden. Most pages have none.
parts = Table(
    "parts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("files.sha256"), nullable=False),
    Column("page", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("share", Float, nullable=False),  # of the page's area
    Column("box", JSON),  # left, top, right, bottom as shares of the page; null: not known
    Column("text", Text, nullable=False),  # hidden words
    Column("why", String, nullable=False),
    Index("ix_parts_sha256_page", "sha256", "page"),
    Index("ix_parts_state_sha256", "state", "sha256", "page"),
)

# Every word that ever stood in the index, for what begins or ends so, or is spelt alike.
words = Table("words", metadata, Column("word", String, primary_key=True), sqlite_with_rowid=False)

hits = Table(
    "hits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("files.sha256"), nullable=False),
    Column("page", Integer, nullable=False),
    Column("concept_id", String, nullable=False),
    Column("wording", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("snippet", Text, nullable=False),
    Column("mark_start", Integer, nullable=False),
    Column("mark_end", Integer, nullable=False),
    Column("passage", String, nullable=False, index=True),
    Column("rules", String, nullable=False),
    # News in revisions kept after this one: 0, or the newest there was when a changed concept found it.
    Column("after_revision", Integer, nullable=False),
    # Further mentions of the concept in this file that are counted and not kept.
    Column("more", Integer, nullable=False, server_default="0"),
    UniqueConstraint("sha256", "page", "concept_id", "start", "end"),
    Index("ix_hits_concept_id_sha256", "concept_id", "sha256"),
    sqlite_autoincrement=True,
)

# News that a changed concept no longer finds: changed back, it is news still.
dropped_hits = Table(
    "dropped_hits",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("concept_id", String, primary_key=True),
    Column("passage", String, primary_key=True),
)

# Readers' own queries, each once. `engine` is the matcher that looked through the archive; "" until one has.
rules = Table(
    "rules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", String, nullable=False, unique=True),
    Column("topic", String, nullable=False, unique=True),  # means a concept's id in the ledger
    Column("engine", String, nullable=False),
    sqlite_autoincrement=True,
    info=READERS,
)

# As `hits`, but apart from them: what readers look for is nobody else's business.
rule_hits = Table(
    "rule_hits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule_id", ForeignKey("rules.id", ondelete="CASCADE"), nullable=False),
    Column("sha256", ForeignKey("files.sha256"), nullable=False, index=True),
    Column("page", Integer, nullable=False),
    Column("concept_id", String, nullable=False),  # the rule's topic
    Column("wording", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("snippet", Text, nullable=False),
    Column("mark_start", Integer, nullable=False),
    Column("mark_end", Integer, nullable=False),
    Column("passage", String, nullable=False, index=True),
    Column("after_revision", Integer, nullable=False),
    Column("more", Integer, nullable=False, server_default="0"),
    UniqueConstraint("rule_id", "sha256", "page"),
    Index("ix_rule_hits_concept_id_sha256", "concept_id", "sha256"),
    sqlite_autoincrement=True,
    info=READERS,
)

# The first mention of each concept by each body, and anywhere (body_id "").
first_mentions = Table(
    "first_mentions",
    metadata,
    Column("concept_id", String, primary_key=True),
    Column("body_id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("passage", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("before", Date),  # the first that was known before this older one was found
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("cadence", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("quiet", Boolean, nullable=False),  # wants to hear that there was nothing
    Column("confirmed_at", Instant),
    Column("token", String, nullable=False, unique=True),
    Column("stop_token", String, nullable=False, unique=True),
    Column("stopped", String, nullable=False),  # why nothing goes to them any more; "" while it does
    Column("stopped_at", Instant),
    Column("last_digest_on", Date),
    sqlite_autoincrement=True,
    info=READERS,
)

# What a reader follows, and from where on: files flagged and revisions kept after these numbers are news.
# One that was changed stays, closed, until what it had found is told.
watch_lists = Table(
    "watch_lists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("concepts", JSON, nullable=False),
    Column("rule_id", ForeignKey("rules.id")),
    Column("bodies", JSON, nullable=False),
    Column("parts", JSON, nullable=False, server_default="[]"),  # less than a body: pipeline.where
    Column("kinds", JSON, nullable=False),
    Column("note", String, nullable=False),
    Column("paused", Boolean, nullable=False, server_default="0"),  # closed, and shown to its reader
    Column("area", String, nullable=False, server_default=""),  # of which it asks who left its subject out
    Column("token", String, nullable=False),
    Column("since_flagged", Integer, nullable=False),
    Column("since_revision", Integer, nullable=False),
    Column("until_flagged", Integer),
    Column("until_revision", Integer),
    sqlite_autoincrement=True,
    info=READERS,
)

# Pages that a reader has saved: they go with the reader. `key` opens one to its reader, `share` to others.
collections = Table(
    "collections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("note", String, nullable=False),
    Column("sharing", String, nullable=False, index=True),  # pipeline.evidence.collection.Sharing
    Column("share", String, unique=True),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
    info=READERS,
)

collected_pages = Table(
    "collected_pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the bytes that it was saved from
    Column("page", Integer, nullable=False),  # 0: the whole paper
    Column("note", String, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("collection_id", "document_id", "sha256", "page"),
    info=READERS,
)

# Who asked to be told and has not yet said so by e-mail. Forgotten after seven days.
sign_ups = Table(
    "sign_ups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("address", String, nullable=False, index=True),
    Column("watch", JSON, nullable=False),
    Column("cadence", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    sqlite_autoincrement=True,
    info=READERS,
)

# What a reader has been told: a passage of a paper, once, whatever is crawled, read or flagged again.
ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("concept_id", String, nullable=False),
    Column("passage", String, nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("message_id", ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
    UniqueConstraint("subscriber_id", "concept_id", "passage", "document_id"),
    info=READERS,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", String, nullable=False, unique=True),
    # None where the message is no digest: a question to confirm, a notice to the operator.
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), index=True),
    Column("kind", String, nullable=False),  # digest, confirmation, notice
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", String, nullable=False, index=True),  # queued, sending, sent, refused
    Column("since", Date),  # the first day that a digest speaks of
    Column("until", Date),  # the last one
    Column("cadence", String),  # of its reader when it was written: what it is called
    Column("began_at", Instant),  # the instant from which a digest tells
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("answer", String, nullable=False),  # the last word of the other side
    Column("uncertain", Boolean, nullable=False),  # the other side may have it: it keeps its Message-ID
    Column("held", Integer, nullable=False, server_default="0"),  # how often its content was refused
    Column("sent_at", Instant),
    # What a digest tells other than mentions, as storage.subscribers.digest_lists has it; null: no digest, or
    # one that was written before this was kept.
    Column("lists", JSON(none_as_null=True)),
    info=READERS,
)

# Addresses that their server did not know when it was last asked, and since when: said again on another day,
# nothing more goes there.
unknown_addresses = Table(
    "unknown_addresses",
    metadata,
    Column("address", String, primary_key=True),
    Column("since", Date, nullable=False),
    Column("answer", String, nullable=False),
    info=READERS,
)

# Messages that came back by mail, with proof that they were ours to this address.
bounces = Table(
    "bounces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String, nullable=False, unique=True),  # of the mail that said so
    Column("address", String, nullable=False, index=True),
    Column("message_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False),  # hard, soft, content: pipeline.bounces
    Column("said", String, nullable=False),
    Column("sent_at", Instant, nullable=False),  # when the message had been sent
    Column("heard_at", Instant, nullable=False),
    info=READERS,
)

# What the operator was last told of each source and of the queue.
notices = Table(
    "notices",
    metadata,
    Column("subject", String, primary_key=True),
    Column("state", String, nullable=False),
)

# What happened to papers and meetings, each in the transaction that wrote it: pipeline.changes.
changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False),
    Column("document_id", ForeignKey("documents.id"), index=True),
    Column("meeting_id", ForeignKey("meetings.id"), index=True),
    Column("was", String, nullable=False),
    Column("now", String, nullable=False),
)

# The archive's own log: only ever added to, each entry in the transaction of what it speaks of.
log_entries = Table(
    "log_entries",
    metadata,
    Column("id", Integer, primary_key=True),  # from 1
    Column("subject", String, nullable=False),
    Column("content", LargeBinary, nullable=False),  # the bytes that are hashed
    Index("ix_log_entries_subject_id", "subject", "id"),
)

# The hash of every full subtree of the log, leaves too, by its place: pipeline.archive_log.merkle.
log_nodes = Table(
    "log_nodes",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

log_roots = Table(
    "log_roots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Column("key", LargeBinary, nullable=False),  # the public key
    Column("note", Text, nullable=False),  # the signed checkpoint
    Column("stamp", LargeBinary),  # an authority's answer (RFC 3161), where it was asked
)

# Who said of what was found in a paper that it is not about its topic: `reader` is a keyed hash of an
# address.
wrong_hits = Table(
    "wrong_hits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("concept_id", String, nullable=False),
    Column("wording", String, nullable=False),
    Column("reader", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("snippet", Text, nullable=False),
    Column("hits", Integer, nullable=False),  # of the wording in the paper, when it was said
    Column("said_at", Instant, nullable=False),
    UniqueConstraint("sha256", "concept_id", "wording", "reader"),
    info=READERS,
)

# When something was last done for the archive, and a number that belongs to it.
marks = Table(
    "marks",
    metadata,
    Column("name", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("value", Integer, nullable=False),
)

# The full-text index is the engine's own; SQLAlchemy and Alembic must leave its tables alone.
PAGE_INDEX = "page_index"
PAGE_INDEX_WORDS = "page_index_words"  # the index's own vocabulary: one row a word
