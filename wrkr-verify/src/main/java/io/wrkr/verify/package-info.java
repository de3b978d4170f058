/** Simulation, history checks and fault injection for all backends. */
@NullMarked
package io.wrkr.verify;

import org.jspecify.annotations.NullMarked;
