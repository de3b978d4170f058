package io.wrkr;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/** The default name of an instance. */
final class InstanceName {
  private InstanceName() {}

  static String make() {
    String random = Integer.toHexString(ThreadLocalRandom.current().nextInt(0x10000, 0x100000));
    return host() + "-" + ProcessHandle.current().pid() + "-" + random;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
