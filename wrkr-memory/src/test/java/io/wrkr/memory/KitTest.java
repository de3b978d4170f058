package io.wrkr.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.tck.ForwardingBackend;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit proves itself: it fails every saboteur by its rule, and a healthy backend by none. */
class KitTest {
  static List<Saboteur> saboteurs() {
    return Stream.of(
            SettleSaboteurs.all(),
            ClaimSaboteurs.all(),
            PublishSaboteurs.all(),
            AdminSaboteurs.all(),
            LifeSaboteurs.all())
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("saboteurs")
  void the_kit_fails_a_saboteur_by_its_rule(Saboteur saboteur) {
    SabotagedTck.breaking = saboteur.breaking();

    KitRun run = KitRun.untilFirstFailure(rules -> rules.contains(saboteur.rule()));

    assertThat(run.failed()).as("tests of %s that failed", saboteur.rule()).isNotEmpty();
  }

  @Test
  void the_kit_fails_no_healthy_backend() {
    SabotagedTck.breaking = ForwardingBackend::new;
    List<String> rules = saboteurs().stream().map(Saboteur::rule).distinct().toList();

    KitRun run = KitRun.untilFirstFailure(each -> each.stream().anyMatch(rules::contains));

    assertThat(run.failed()).isEmpty();
    assertThat(run.succeeded()).hasSizeGreaterThan(100);
  }

  @Test
  void the_kit_asserts_the_refusal_of_every_ability_that_is_missing() {
    SabotagedTck.breaking = Incapable::new;

    KitRun run = KitRun.untilFirstFailure(rules -> true);

    assertThat(run.failed()).isEmpty();
    assertThat(run.succeeded()).hasSizeGreaterThan(150);
  }

  /** Declares nothing, though it could do all. */
  private static final class Incapable extends ForwardingBackend {
    Incapable(Backend target) {
      super(target);
    }

    @Override
    public Capabilities capabilities() {
      Capabilities able = super.capabilities();
      for (Capability each : Capability.values()) {
        able = able.without(each);
      }
      return able;
    }
  }

  @Test
  void every_test_of_the_kit_names_rules_of_the_contract() {
    SabotagedTck.breaking = UnaryOperator.identity();

    assertThat(KitRun.rulesOfAllTests())
        .isNotEmpty()
        .allSatisfy((test, rules) -> assertThat(rules).as(test).isNotEmpty())
        .allSatisfy((test, rules) -> assertThat(KitRun.contract()).containsAll(rules));
  }
}
