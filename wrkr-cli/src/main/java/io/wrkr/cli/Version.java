package io.wrkr.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest tells. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "wrkr "
          + Optional.ofNullable(version).orElse("(not packaged)")
          + " on Java "
          + Runtime.version().feature()
    };
  }
}
