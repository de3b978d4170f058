-- Wrkr's tables for SQLite, version 1. {name} is the table's prefix and name.
-- Instants are microseconds since 1970; leased is 0 or 1.

CREATE TABLE IF NOT EXISTS {meta} (
  id integer PRIMARY KEY,
  schema_version integer NOT NULL,
  subscription_version integer NOT NULL
);

CREATE TABLE IF NOT EXISTS {queue} (
  queue_id integer PRIMARY KEY,
  name text NOT NULL UNIQUE,
  ordered integer NOT NULL
);

CREATE TABLE IF NOT EXISTS {subscription} (
  queue_id integer NOT NULL,
  pattern text NOT NULL,
  PRIMARY KEY (queue_id, pattern)
) WITHOUT ROWID;

-- One row an event, and the record that repeats are judged by: queue_ids lists the queues that got it,
-- live counts their deliveries that are there, dead, or ended within the dedupe window.
CREATE TABLE IF NOT EXISTS {event} (
  id text PRIMARY KEY,
  name text NOT NULL,
  tid text,
  published_at integer NOT NULL,
  headers text NOT NULL,
  content_type text NOT NULL,
  payload blob NOT NULL,
  queue_ids text NOT NULL,
  live integer NOT NULL
);
CREATE INDEX IF NOT EXISTS {-event_tid} ON {event} (tid, name) WHERE tid IS NOT NULL;

-- One thin row a delivery. due_at is its delay, its retry time and its lease's end.
-- tid and lane are filled on ordered queues only.
CREATE TABLE IF NOT EXISTS {delivery} (
  event_id text NOT NULL,
  queue_id integer NOT NULL,
  due_at integer NOT NULL,
  seq integer NOT NULL,
  first_due integer NOT NULL,
  attempt integer NOT NULL,
  token integer NOT NULL,
  leased integer NOT NULL,
  dedupe integer NOT NULL,
  tid text,
  lane text,
  history text,
  PRIMARY KEY (event_id, queue_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {-delivery_due} ON {delivery} (queue_id, due_at, seq);
CREATE UNIQUE INDEX IF NOT EXISTS {-delivery_lane} ON {delivery} (queue_id, lane)
  WHERE lane IS NOT NULL;
CREATE INDEX IF NOT EXISTS {-delivery_tid} ON {delivery} (queue_id, tid, first_due, seq)
  WHERE tid IS NOT NULL;

CREATE TABLE IF NOT EXISTS {dead} (
  event_id text NOT NULL,
  queue_id integer NOT NULL,
  seq integer NOT NULL,
  first_due integer NOT NULL,
  attempt integer NOT NULL,
  token integer NOT NULL,
  dedupe integer NOT NULL,
  tid text,
  reason text NOT NULL,
  died_at integer NOT NULL,
  PRIMARY KEY (event_id, queue_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {-dead_queue} ON {dead} (queue_id, died_at);
CREATE INDEX IF NOT EXISTS {-dead_tid} ON {dead} (queue_id, tid, first_due, seq)
  WHERE tid IS NOT NULL;

-- Finished deliveries that their queue archives.
CREATE TABLE IF NOT EXISTS {done} (
  event_id text NOT NULL,
  queue_id integer NOT NULL,
  seq integer NOT NULL,
  first_due integer NOT NULL,
  attempt integer NOT NULL,
  history text,
  moved integer NOT NULL,
  done_at integer NOT NULL,
  keep_until integer NOT NULL,
  PRIMARY KEY (event_id, queue_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {-done_keep} ON {done} (keep_until);
CREATE INDEX IF NOT EXISTS {-done_queue} ON {done} (queue_id, moved);

-- Deliveries that have ended, in the order in which their dedupe windows pass.
CREATE TABLE IF NOT EXISTS {ended} (
  until integer NOT NULL,
  event_id text NOT NULL,
  queue_id integer NOT NULL,
  PRIMARY KEY (until, event_id, queue_id)
) WITHOUT ROWID;
