package io.wrkr.jdbc;

/** What every part of a backend is made of. */
record Parts(Dialect dialect, Sql sql, Store store, Catalog catalog) {}
