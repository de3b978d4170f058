/** Small programs to read and to run: each shows one thing that Wrkr does. */
@NullMarked
package io.wrkr.examples;

import org.jspecify.annotations.NullMarked;
