/** The backend that keeps deliveries in a relational database, through JDBC. */
@NullMarked
package io.wrkr.jdbc;

import org.jspecify.annotations.NullMarked;
