package io.wrkr.test;

import io.wrkr.Wrkr;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link WrkrTest} stands for; may be registered by itself. Stateless. */
public final class WrkrExtension implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace OWN =
      ExtensionContext.Namespace.create(WrkrExtension.class);

  /** Creates one. */
  public WrkrExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return context.getTestMethod().isPresent() && (type == ManualWrkr.class || type == Wrkr.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ManualWrkr bus = bus(context);
    return parameter.getParameter().getType() == Wrkr.class ? bus.wrkr() : bus;
  }

  /** Returns the test's bus: the same for all of its parameters. */
  private static ManualWrkr bus(ExtensionContext context) {
    ExtensionContext.Store store = context.getStore(OWN);
    ManualWrkr known = store.get(context.getUniqueId(), ManualWrkr.class);
    if (known != null) {
      return known;
    }
    ManualWrkr bus = annotation(context).map(WrkrExtension::build).orElseGet(ManualWrkr::create);
    store.put(context.getUniqueId(), bus);
    return bus;
  }

  private static ManualWrkr build(WrkrTest options) {
    ManualWrkr.Builder builder =
        ManualWrkr.builder().zone(ZoneId.of(options.zone())).seed(options.seed());
    if (!options.start().isEmpty()) {
      builder.start(Instant.parse(options.start()));
    }
    return builder.build();
  }

  private static Optional<WrkrTest> annotation(ExtensionContext context) {
    Optional<WrkrTest> here =
        AnnotationSupport.findAnnotation(context.getElement(), WrkrTest.class);
    return here.isPresent() ? here : context.getParent().flatMap(WrkrExtension::annotation);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    ManualWrkr bus = context.getStore(OWN).remove(context.getUniqueId(), ManualWrkr.class);
    if (bus == null) {
      return;
    }
    if (context.getExecutionException().isPresent()) {
      System.err.println(
          "Timeline of the bus in " + context.getDisplayName() + ":\n" + bus.timeline());
    }
    bus.close();
  }
}
