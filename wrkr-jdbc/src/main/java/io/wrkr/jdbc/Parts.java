package io.wrkr.jdbc;

/** What every part of a backend is made of. */
record Parts(Dialect dialect, Sql sql, Store store, Catalog catalog, EventRows events) {
  Parts(Dialect dialect, Sql sql, Store store, Catalog catalog) {
    this(dialect, sql, store, catalog, new EventRows());
  }
}
