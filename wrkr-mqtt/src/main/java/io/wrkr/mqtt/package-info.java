/** MQTT 5 as the wire beside a store. */
@NullMarked
package io.wrkr.mqtt;

import org.jspecify.annotations.NullMarked;
