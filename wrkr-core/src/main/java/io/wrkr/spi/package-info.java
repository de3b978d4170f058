/** What a backend implements: storage of deliveries, behind ten methods. */
@NullMarked
package io.wrkr.spi;

import org.jspecify.annotations.NullMarked;
