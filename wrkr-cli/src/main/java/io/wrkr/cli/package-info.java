/** The command line of Wrkr. */
@NullMarked
package io.wrkr.cli;

import org.jspecify.annotations.NullMarked;
