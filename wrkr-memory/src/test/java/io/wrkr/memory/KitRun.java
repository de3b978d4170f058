package io.wrkr.memory;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** One run of some of the kit's tests on {@link SabotagedTck}. */
final class KitRun implements TestExecutionListener {
  private final CancellationToken end = CancellationToken.create();
  private final List<String> failed = new ArrayList<>();
  private final List<String> succeeded = new ArrayList<>();

  private KitRun() {}

  /** Runs the tests of the backend by itself whose rules are wanted, until one fails. */
  static KitRun untilFirstFailure(Predicate<List<String>> wanted) {
    KitRun run = new KitRun();
    LauncherDiscoveryRequest tests =
        request(method -> !ofWholeBus(method) && wanted.test(rules(method)));
    LauncherFactory.create()
        .execute(
            LauncherExecutionRequestBuilder.request(tests)
                .cancellationToken(run.end)
                .listeners(run)
                .build());
    return run;
  }

  private static LauncherDiscoveryRequest request(Predicate<MethodSource> wanted) {
    PostDiscoveryFilter filter =
        descriptor -> FilterResult.includedIf(isContainerOr(wanted, descriptor));
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(selectClass(SabotagedTck.class))
        .filters(filter)
        .configurationParameter(BackendTck.REPORT, "false")
        .configurationParameter(BackendTck.BOUND, "3")
        .build();
  }

  private static boolean isContainerOr(Predicate<MethodSource> wanted, TestDescriptor descriptor) {
    return descriptor
        .getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> wanted.test((MethodSource) source))
        .orElse(!descriptor.isTest());
  }

  private static boolean ofWholeBus(MethodSource method) {
    return method.getJavaMethod().getDeclaringClass().getSimpleName().startsWith("Bus");
  }

  private static List<String> rules(MethodSource method) {
    return AnnotationSupport.findRepeatableAnnotations(method.getJavaMethod(), Rule.class).stream()
        .map(Rule::value)
        .toList();
  }

  /** Returns the rules of every test of the kit, by test. */
  static Map<String, List<String>> rulesOfAllTests() {
    Map<String, List<String>> result = new TreeMap<>();
    TestPlan plan = LauncherFactory.create().discover(request(method -> true));
    for (TestIdentifier root : plan.getRoots()) {
      for (TestIdentifier each : plan.getDescendants(root)) {
        if (each.isTest() && each.getSource().orElse(null) instanceof MethodSource method) {
          result.put(method.getMethodName(), rules(method));
        }
      }
    }
    return result;
  }

  /** Returns the numbers of the contract's rules. */
  static List<String> contract() {
    try (InputStream in = BackendTck.class.getResourceAsStream("rules.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.substring(0, line.indexOf(' ')))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (!test.isTest()) {
      return;
    }
    if (result.getStatus() == Status.FAILED) {
      failed.add(test.getDisplayName() + ": " + result.getThrowable().orElse(null));
      end.cancel();
    } else if (result.getStatus() == Status.SUCCESSFUL) {
      succeeded.add(test.getDisplayName());
    }
  }

  List<String> failed() {
    return failed;
  }

  List<String> succeeded() {
    return succeeded;
  }
}
