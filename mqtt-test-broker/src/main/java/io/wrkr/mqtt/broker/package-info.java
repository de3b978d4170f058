/** An MQTT broker for tests on machines that have none. */
@org.jspecify.annotations.NullMarked
package io.wrkr.mqtt.broker;
