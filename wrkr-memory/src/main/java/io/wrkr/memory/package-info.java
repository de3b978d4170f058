/** The reference backend, which keeps everything in the memory of one process. */
@NullMarked
package io.wrkr.memory;

import org.jspecify.annotations.NullMarked;
