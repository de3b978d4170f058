/** A bus for tests: its clock is virtual, its roles run on the test's thread. */
@NullMarked
package io.wrkr.test;

import org.jspecify.annotations.NullMarked;
