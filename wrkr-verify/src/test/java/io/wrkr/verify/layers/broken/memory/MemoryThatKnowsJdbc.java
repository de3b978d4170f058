package io.wrkr.verify.layers.broken.memory;

import io.wrkr.verify.layers.broken.jdbc.JdbcAlone;
import java.sql.Connection;

/** Breaks the rule that backends know neither each other nor others' drivers. */
public final class MemoryThatKnowsJdbc {

  JdbcAlone[] others;
  Connection driverOfAnother;
}
