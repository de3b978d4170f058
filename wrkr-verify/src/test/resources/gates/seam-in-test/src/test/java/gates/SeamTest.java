package gates;

/** Touches the clock, threads and ids of the system. */
final class SeamTest {

  private SeamTest() {}

  static long call0() {
    return System.currentTimeMillis();
  }

  static long call1() {
    return System.nanoTime();
  }

  static Object call2() {
    return java.time.Instant.now();
  }

  static Object call3() {
    return java.time.LocalDate.now(java.time.ZoneOffset.UTC);
  }

  static Object call4() {
    return java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC);
  }

  static Object call5() {
    return new java.util.Date();
  }

  static Object call6() {
    return java.time.Clock.systemUTC();
  }

  static Object call7() {
    return java.time.Clock.system(java.time.ZoneOffset.UTC);
  }

  static Object call8() {
    return java.time.InstantSource.system();
  }

  static Object call9() {
    return new Thread(() -> {});
  }

  static Object call10() {
    return java.util.UUID.randomUUID();
  }

  static Object call11() {
    return new java.util.Random();
  }

  static void call12() throws Exception {
    Thread.sleep(1);
  }

  static void call13() throws Exception {
    java.util.concurrent.TimeUnit.DAYS.sleep(1);
  }

  static void call14() throws Exception {
    new Exception().printStackTrace();
  }

  static void call15() throws Exception {
    System.exit(1);
  }

  static void call16() throws Exception {
    Runtime.getRuntime().halt(1);
  }
}
