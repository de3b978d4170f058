package io.wrkr.verify.layers.broken.spi;

/** Breaks the rule that the SPI names no database: by its own name and by its members'. */
public final class SqliteHint {

  static final String SOME_MQTT_TOPIC = "";

  Object mongoSession;

  void openJdbcUrl() {}
}
