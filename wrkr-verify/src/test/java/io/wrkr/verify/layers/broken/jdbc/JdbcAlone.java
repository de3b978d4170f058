package io.wrkr.verify.layers.broken.jdbc;

import io.wrkr.verify.layers.broken.spi.SqliteHint;
import java.sql.Connection;

/** Keeps the rules: it knows only core and its driver. */
public final class JdbcAlone {

  SqliteHint hint;
  Connection[] own;
}
