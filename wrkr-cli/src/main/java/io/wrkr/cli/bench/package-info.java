/** Measures a bus beside the raw limit of its store. */
@NullMarked
package io.wrkr.cli.bench;

import org.jspecify.annotations.NullMarked;
