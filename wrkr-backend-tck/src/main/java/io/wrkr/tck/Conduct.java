package io.wrkr.tck;

import io.wrkr.spi.Capability;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs each test of the kit: opens a store, asserts refusals instead of skipping, keeps count. */
final class Conduct
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor, TestWatcher {
  private static final Namespace NAMESPACE = Namespace.create(Conduct.class);
  private static final String REFUSED = "refused";

  @Override
  public void beforeEach(ExtensionContext context) {
    Await.bound(context.getConfigurationParameter(BackendTck.BOUND));
    Scenario scenario = scenario(context);
    scenario.begin(tck(context).newStore());
    report(context).capabilities(scenario.backend.capabilities());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    scenario(context).end();
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    if (missing(context).isEmpty()) {
      invocation.proceed();
    } else {
      invocation.skip();
    }
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Optional<Capability> missing = missing(context);
    if (missing.isEmpty()) {
      invocation.proceed();
    } else {
      invocation.skip();
      context.getStore(NAMESPACE).put(REFUSED, true);
      Refusals.assertRefused(missing.get(), scenario(context));
    }
  }

  /** Returns the first ability that the test needs and the backend does not have. */
  private static Optional<Capability> missing(ExtensionContext context) {
    Method test = context.getRequiredTestMethod();
    return Stream.of(test, test.getDeclaringClass())
        .map(each -> AnnotationSupport.findAnnotation(each, Needs.class))
        .flatMap(Optional::stream)
        .flatMap(needs -> Stream.of(needs.value()))
        .filter(each -> !scenario(context).backend.capabilities().has(each))
        .findFirst();
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    boolean refused = context.getStore(NAMESPACE).get(REFUSED) != null;
    count(context, refused ? Report.Result.REFUSED : Report.Result.PASSED);
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    count(context, Report.Result.FAILED);
  }

  private static void count(ExtensionContext context, Report.Result result) {
    List<Rule> rules =
        AnnotationSupport.findRepeatableAnnotations(context.getRequiredTestMethod(), Rule.class);
    rules.forEach(rule -> report(context).count(rule.value(), result));
  }

  private static BackendTck tck(ExtensionContext context) {
    return context.getRequiredTestInstances().findInstance(BackendTck.class).orElseThrow();
  }

  private static Scenario scenario(ExtensionContext context) {
    return context.getRequiredTestInstances().findInstance(Scenario.class).orElseThrow();
  }

  private static Report report(ExtensionContext context) {
    String name = tck(context).backendName();
    boolean wanted =
        context.getConfigurationParameter(BackendTck.REPORT).map(Boolean::valueOf).orElse(true);
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent("report " + name, key -> new Report(name, wanted), Report.class);
  }
}
