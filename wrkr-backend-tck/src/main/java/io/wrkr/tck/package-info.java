/** The contract of a backend as tests: extend them to prove your own backend. */
@NullMarked
package io.wrkr.tck;

import org.jspecify.annotations.NullMarked;
