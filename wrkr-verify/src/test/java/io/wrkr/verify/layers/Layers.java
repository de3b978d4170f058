package io.wrkr.verify.layers;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which package may know which, below a root package.
 *
 * <p>The root is a parameter so that the rules can be tried on packages made to break them.
 */
record Layers(String root) {

  /**
   * Every backend's package, and the foreign packages it may use: its driver's, and of those that
   * the driver's own methods take or return. A new backend is added here.
   */
  static final Map<String, List<String>> BACKENDS =
      Map.of(
          "memory", List.of(),
          "jdbc", List.of("java.sql", "javax.sql"),
          "mongo", List.of("com.mongodb", "org.bson"),
          "rabbitmq", List.of("com.rabbitmq", "javax.net.ssl"),
          "mqtt", List.of("com.hivemq", "io.reactivex"));

  private static final List<String> FREE_TO_ALL =
      List.of("org.jspecify", "org.slf4j", "com.google.errorprone.annotations");

  private static final List<String> OUTER =
      List.of("tck", "quartz", "servlet", "cli", "verify", "bench", "test");

  private static final List<String> DATABASE_WORDS =
      List.of("sql", "jdbc", "mongo", "postgres", "mariadb", "rabbit", "amqp", "mqtt");

  ArchRule coreKnowsNobody() {
    return noClasses()
        .that()
        .resideInAnyPackage(root, root + ".spi")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(below(Stream.concat(BACKENDS.keySet().stream(), OUTER.stream())))
        .because("every arrow points to core, none away from it")
        .allowEmptyShould(true);
  }

  /** For a backend, and for the TCK. */
  ArchRule knowsCoreAlone(String module) {
    return noClasses()
        .that()
        .resideInAPackage(below(module))
        .should()
        .dependOnClassesThat(
            describe(
                "are of Wrkr, but neither core nor its own",
                type ->
                    isWithin(type, root) && !isCore(type) && !isWithin(type, root + "." + module)))
        .because("a backend is replaceable only if nobody else leans on it")
        .allowEmptyShould(true);
  }

  ArchRule backendUsesItsDriverAlone(String backend) {
    List<String> free =
        Stream.concat(FREE_TO_ALL.stream(), BACKENDS.getOrDefault(backend, List.of()).stream())
            .toList();
    return noClasses()
        .that()
        .resideInAPackage(below(backend))
        .should()
        .dependOnClassesThat(
            describe(
                "are neither of Wrkr, nor of Java's base, nor in " + free,
                type -> !isWithin(type, root) && !isOfBase(type) && !isWithinAny(type, free)))
        .because("every library a backend uses is forced on its users")
        .allowEmptyShould(true);
  }

  ArchRule spiNamesNoDatabase() {
    return classes()
        .that()
        .resideInAPackage(root + ".spi")
        .should(nameNoDatabase())
        .because("what only one database has is no part of what all backends promise")
        .allowEmptyShould(true);
  }

  private boolean isCore(JavaClass type) {
    return type.getPackageName().equals(root) || type.getPackageName().equals(root + ".spi");
  }

  private static boolean isWithin(JavaClass type, String parent) {
    return (type.getBaseComponentType().getPackageName() + ".").startsWith(parent + ".");
  }

  private static boolean isWithinAny(JavaClass type, List<String> parents) {
    return parents.stream().anyMatch(parent -> isWithin(type, parent));
  }

  private static boolean isOfBase(JavaClass type) {
    JavaClass base = type.getBaseComponentType();
    return base.isPrimitive() || (isWithin(base, "java") && !isWithin(base, "java.sql"));
  }

  private String below(String name) {
    return root + "." + name + "..";
  }

  private String[] below(Stream<String> names) {
    return names.map(this::below).toArray(String[]::new);
  }

  private static ArchCondition<JavaClass> nameNoDatabase() {
    return new ArchCondition<>("name no database") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        refuse(type.getSimpleName(), type.getFullName(), events, type);
        for (JavaMember member : type.getMembers()) {
          refuse(member.getName(), member.getFullName(), events, type);
        }
      }
    };
  }

  private static void refuse(
      String name, String description, ConditionEvents events, JavaClass type) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String word : DATABASE_WORDS) {
      if (lower.contains(word)) {
        events.add(SimpleConditionEvent.violated(type, description + " contains " + word));
      }
    }
  }
}
