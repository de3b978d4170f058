-- Wrkr's tables for PostgreSQL, version 1. {name} is the table's prefix and name.
-- Instants are microseconds since 1970; leased is 0 or 1.

CREATE TABLE IF NOT EXISTS {meta} (
  id integer PRIMARY KEY,
  schema_version integer NOT NULL,
  subscription_version bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS {queue} (
  queue_id integer PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  ordered integer NOT NULL
);

CREATE TABLE IF NOT EXISTS {subscription} (
  queue_id integer NOT NULL,
  pattern text COLLATE "C" NOT NULL,
  PRIMARY KEY (queue_id, pattern)
);

-- One row an event, and the record that repeats are judged by: queue_ids lists the queues that got it,
-- live counts their deliveries that are there, dead, or ended within the dedupe window.
CREATE TABLE IF NOT EXISTS {event} (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  tid text COLLATE "C",
  published_at bigint NOT NULL,
  headers text NOT NULL,
  content_type text NOT NULL,
  payload bytea NOT NULL,
  queue_ids text NOT NULL,
  live integer NOT NULL
);
CREATE INDEX IF NOT EXISTS {-event_tid} ON {event} (tid, name) WHERE tid IS NOT NULL;

-- One thin row a delivery. due_at is its delay, its retry time and its lease's end.
-- tid and lane are filled on ordered queues only.
CREATE TABLE IF NOT EXISTS {delivery} (
  event_id text COLLATE "C" NOT NULL,
  queue_id integer NOT NULL,
  due_at bigint NOT NULL,
  seq bigint NOT NULL,
  first_due bigint NOT NULL,
  attempt integer NOT NULL,
  token bigint NOT NULL,
  leased integer NOT NULL,
  dedupe bigint NOT NULL,
  tid text COLLATE "C",
  lane text COLLATE "C",
  history text,
  PRIMARY KEY (event_id, queue_id)
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0);
CREATE INDEX IF NOT EXISTS {-delivery_due} ON {delivery} (queue_id, due_at, seq);
CREATE UNIQUE INDEX IF NOT EXISTS {-delivery_lane} ON {delivery} (queue_id, lane)
  WHERE lane IS NOT NULL;
CREATE INDEX IF NOT EXISTS {-delivery_tid} ON {delivery} (queue_id, tid, first_due, seq)
  WHERE tid IS NOT NULL;

CREATE TABLE IF NOT EXISTS {dead} (
  event_id text COLLATE "C" NOT NULL,
  queue_id integer NOT NULL,
  seq bigint NOT NULL,
  first_due bigint NOT NULL,
  attempt integer NOT NULL,
  token bigint NOT NULL,
  dedupe bigint NOT NULL,
  tid text COLLATE "C",
  reason text NOT NULL,
  died_at bigint NOT NULL,
  PRIMARY KEY (event_id, queue_id)
);
CREATE INDEX IF NOT EXISTS {-dead_queue} ON {dead} (queue_id, died_at);
CREATE INDEX IF NOT EXISTS {-dead_tid} ON {dead} (queue_id, tid, first_due, seq)
  WHERE tid IS NOT NULL;

-- Finished deliveries that their queue archives.
CREATE TABLE IF NOT EXISTS {done} (
  event_id text COLLATE "C" NOT NULL,
  queue_id integer NOT NULL,
  seq bigint NOT NULL,
  first_due bigint NOT NULL,
  attempt integer NOT NULL,
  history text,
  moved integer NOT NULL,
  done_at bigint NOT NULL,
  keep_until bigint NOT NULL,
  PRIMARY KEY (event_id, queue_id)
);
CREATE INDEX IF NOT EXISTS {-done_keep} ON {done} (keep_until);
CREATE INDEX IF NOT EXISTS {-done_queue} ON {done} (queue_id, moved);

-- Deliveries that have ended, in the order in which their dedupe windows pass.
CREATE TABLE IF NOT EXISTS {ended} (
  until bigint NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  queue_id integer NOT NULL,
  PRIMARY KEY (until, event_id, queue_id)
);
