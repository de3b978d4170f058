/** Publish events and handle the deliveries they lead to: the API of Wrkr. */
@NullMarked
package io.wrkr;

import org.jspecify.annotations.NullMarked;
