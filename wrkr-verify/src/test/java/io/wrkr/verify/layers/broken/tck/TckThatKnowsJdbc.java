package io.wrkr.verify.layers.broken.tck;

import io.wrkr.verify.layers.broken.jdbc.JdbcAlone;

/** Breaks the rule that the TCK knows no backend. */
public final class TckThatKnowsJdbc {

  JdbcAlone backend;
}
