/** RabbitMQ as the wire beside a store. */
@NullMarked
package io.wrkr.rabbitmq;

import org.jspecify.annotations.NullMarked;
