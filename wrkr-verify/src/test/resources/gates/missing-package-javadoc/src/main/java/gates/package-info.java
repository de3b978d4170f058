@NullMarked
package gates;

import org.jspecify.annotations.NullMarked;
