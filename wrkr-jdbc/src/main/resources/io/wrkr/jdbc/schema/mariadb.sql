-- Wrkr's tables for MariaDB and MySQL, version 1. {name} is the table's prefix and name.
-- Instants are microseconds since 1970; leased is 0 or 1.

CREATE TABLE IF NOT EXISTS {meta} (
  id integer PRIMARY KEY,
  schema_version integer NOT NULL,
  subscription_version bigint NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS {queue} (
  queue_id integer PRIMARY KEY,
  name varbinary(255) NOT NULL UNIQUE,
  ordered integer NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS {subscription} (
  queue_id integer NOT NULL,
  pattern varbinary(255) NOT NULL,
  PRIMARY KEY (queue_id, pattern)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One row an event, and the record that repeats are judged by: queue_ids lists the queues that got it,
-- live counts their deliveries that are there, dead, or ended within the dedupe window.
CREATE TABLE IF NOT EXISTS {event} (
  id varbinary(255) PRIMARY KEY,
  name varbinary(255) NOT NULL,
  tid varbinary(255),
  published_at bigint NOT NULL,
  headers longtext NOT NULL,
  content_type varbinary(255) NOT NULL,
  payload longblob NOT NULL,
  queue_ids longtext NOT NULL,
  live integer NOT NULL,
  KEY {-event_tid} (tid, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One thin row a delivery. due_at is its delay, its retry time and its lease's end.
-- tid and lane are filled on ordered queues only.
CREATE TABLE IF NOT EXISTS {delivery} (
  event_id varbinary(255) NOT NULL,
  queue_id integer NOT NULL,
  due_at bigint NOT NULL,
  seq bigint NOT NULL,
  first_due bigint NOT NULL,
  attempt integer NOT NULL,
  token bigint NOT NULL,
  leased integer NOT NULL,
  dedupe bigint NOT NULL,
  tid varbinary(255),
  lane varbinary(255),
  history longtext,
  PRIMARY KEY (event_id, queue_id),
  KEY {-delivery_due} (queue_id, due_at, seq),
  UNIQUE KEY {-delivery_lane} (queue_id, lane),
  KEY {-delivery_tid} (queue_id, tid, first_due, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS {dead} (
  event_id varbinary(255) NOT NULL,
  queue_id integer NOT NULL,
  seq bigint NOT NULL,
  first_due bigint NOT NULL,
  attempt integer NOT NULL,
  token bigint NOT NULL,
  dedupe bigint NOT NULL,
  tid varbinary(255),
  reason longtext NOT NULL,
  died_at bigint NOT NULL,
  PRIMARY KEY (event_id, queue_id),
  KEY {-dead_queue} (queue_id, died_at),
  KEY {-dead_tid} (queue_id, tid, first_due, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Finished deliveries that their queue archives.
CREATE TABLE IF NOT EXISTS {done} (
  event_id varbinary(255) NOT NULL,
  queue_id integer NOT NULL,
  seq bigint NOT NULL,
  first_due bigint NOT NULL,
  attempt integer NOT NULL,
  history longtext,
  moved integer NOT NULL,
  done_at bigint NOT NULL,
  keep_until bigint NOT NULL,
  PRIMARY KEY (event_id, queue_id),
  KEY {-done_keep} (keep_until),
  KEY {-done_queue} (queue_id, moved)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Deliveries that have ended, in the order in which their dedupe windows pass.
CREATE TABLE IF NOT EXISTS {ended} (
  until bigint NOT NULL,
  event_id varbinary(255) NOT NULL,
  queue_id integer NOT NULL,
  PRIMARY KEY (until, event_id, queue_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
