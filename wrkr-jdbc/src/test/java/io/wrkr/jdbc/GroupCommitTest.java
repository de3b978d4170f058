package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Subscription;
import io.wrkr.spi.SystemSeam;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes of many threads share commits, not fates. */
class GroupCommitTest {
  private static final String REFUSED = "three is refused";

  @TempDir Path directory;

  @Test
  void a_failing_work_fails_alone() throws Exception {
    try (GroupCommit store = store()) {
      store.write(session -> session.update("CREATE TABLE numbers (n integer PRIMARY KEY)"));
      CountDownLatch leading = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      List<Callable<Integer>> works = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        works.add(() -> store.write(session -> insert(session, number)));
      }

      List<Future<Integer>> results =
          atOnce(
              () ->
                  store.write(
                      session -> {
                        leading.countDown();
                        return await(go) ? 1 : 0;
                      }),
              leading,
              works,
              go);

      assertThatThrownBy(results.get(3)::get).hasMessageContaining(REFUSED);
      for (int i = 0; i < 8; i++) {
        assertThat(i == 3 || results.get(i).get() == 1).isTrue();
      }
      List<Integer> stored =
          store.read(session -> session.query("SELECT n FROM numbers", row -> row.getInt(1)));
      assertThat(stored).containsExactlyInAnyOrder(0, 1, 2, 4, 5, 6, 7);
    }
  }

  @Test
  @SystemSeam
  void what_comes_while_a_group_runs_shares_its_commit() throws Exception {
    try (GroupCommit store = store()) {
      store.write(session -> session.update("CREATE TABLE numbers (n integer PRIMARY KEY)"));
      CountDownLatch leading = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      List<Integer> runs = new CopyOnWriteArrayList<>();
      ExecutorService threads = Executors.newFixedThreadPool(1);
      Future<Integer> first =
          threads.submit(
              () ->
                  store.write(
                      session -> {
                        runs.add(0);
                        leading.countDown();
                        return await(go) ? insert(session, 0) : 0;
                      }));
      assertThat(await(leading)).isTrue();
      Thread late =
          new Thread(
              () -> assertThatThrownBy(() -> store.write(s -> insert(s, 3))).hasMessage(REFUSED));
      late.start();
      while (late.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }

      go.countDown();

      assertThat(first.get(20, TimeUnit.SECONDS)).isOne();
      assertThat(runs).as("once with the one that is refused, once alone").hasSize(2);
      late.join();
      threads.shutdown();
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int insert(Session session, int number) throws SQLException {
    if (number == 3) {
      throw new IllegalArgumentException(REFUSED);
    }
    return session.update("INSERT INTO numbers VALUES (?)", number);
  }

  /** Runs the works while the first one leads, so that they form one group. */
  @SystemSeam
  private static List<Future<Integer>> atOnce(
      Callable<Integer> first,
      CountDownLatch leading,
      List<Callable<Integer>> works,
      CountDownLatch go)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(works.size() + 1);
    threads.submit(first);
    assertThat(await(leading)).isTrue();
    List<Future<Integer>> results = new ArrayList<>();
    for (Callable<Integer> work : works) {
      results.add(threads.submit(work));
    }
    go.countDown();
    threads.shutdown();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    return results;
  }

  private GroupCommit store() {
    String url = "jdbc:sqlite:" + directory.resolve("group.db");
    SqliteFile file = new SqliteFile(() -> DriverManager.getConnection(url), true);
    return new GroupCommit(file, new Failures(new Sqlite(), "test"), () -> {});
  }

  @Test
  void an_interrupted_caller_gets_its_result_and_keeps_its_flag() {
    try (JdbcBackend backend = JdbcBackend.sqlite(directory.resolve("wrkr.db"))) {
      backend.subscribe(new Subscription("q", "#"), false);

      Thread.currentThread().interrupt();
      backend.publish(Events.of("1"));
      List<String> claimed = Events.claim(backend, "q");

      assertThat(Thread.interrupted()).as("the flag").isTrue();
      assertThat(claimed).containsExactly("1");
    }
  }

  @Test
  void a_repeat_beside_new_events_makes_only_the_new_ones() {
    try (JdbcBackend backend = JdbcBackend.sqlite(directory.resolve("wrkr.db"))) {
      backend.subscribe(new Subscription("q", "#"), false);
      backend.publish(Events.of("5"));

      backend.publish(Events.of("1", "2", "3", "4", "5", "6", "7"));

      assertThat(Events.claim(backend, "q")).containsExactly("5", "1", "2", "3", "4", "6", "7");
    }
  }

  @Test
  void several_instances_create_one_file_at_once() throws Exception {
    Path file = directory.resolve("new.db");
    List<Callable<Integer>> opening = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      opening.add(
          () -> {
            try (JdbcBackend backend = JdbcBackend.sqlite(file)) {
              return backend.subscriptions().size();
            }
          });
    }
    CountDownLatch start = new CountDownLatch(1);

    List<Future<Integer>> results =
        atOnce(
            () -> {
              start.countDown();
              return 0;
            },
            start,
            opening,
            new CountDownLatch(1));

    for (Future<Integer> result : results) {
      assertThat(result.get()).isZero();
    }
  }
}
