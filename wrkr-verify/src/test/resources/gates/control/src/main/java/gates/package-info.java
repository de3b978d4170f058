/** What every gate lets pass. */
@NullMarked
package gates;

import org.jspecify.annotations.NullMarked;
