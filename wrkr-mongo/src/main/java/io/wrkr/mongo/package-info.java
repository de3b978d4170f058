/** The backend for MongoDB, on the plain synchronous driver. */
@NullMarked
package io.wrkr.mongo;

import org.jspecify.annotations.NullMarked;
