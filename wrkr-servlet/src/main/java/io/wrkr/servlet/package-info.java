/** Web requests as units of work. */
@NullMarked
package io.wrkr.servlet;

import org.jspecify.annotations.NullMarked;
