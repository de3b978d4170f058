package io.wrkr.verify;

import java.util.Locale;

/** Totals of rounds. */
final class Tally {
  long events;
  long deliveries;
  int kills;
  int points;
  int serverKills;
  int pauses;
  int terminations;
  int networkFaults;
  int stepDowns;
  int lost;
  int violations;
  int rounds;
  int unproven;

  void add(Tally other) {
    events += other.events;
    deliveries += other.deliveries;
    kills += other.kills;
    points += other.points;
    serverKills += other.serverKills;
    pauses += other.pauses;
    terminations += other.terminations;
    networkFaults += other.networkFaults;
    stepDowns += other.stepDowns;
    lost += other.lost;
    violations += other.violations;
    rounds += other.rounds;
    unproven += other.unproven;
  }

  /** Tells whether something ran, all of it was proven, and nothing was violated. */
  boolean isGood() {
    return rounds > 0 && violations == 0 && unproven == 0;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d rounds, %d events, %d acked deliveries, %d worker kills (%d at named points),"
            + " %d server kills, %d other faults (%d pauses, %d terminations, %d of the network,"
            + " %d step-downs), %d lost, %d violations%s",
        rounds,
        events,
        deliveries,
        kills,
        points,
        serverKills,
        pauses + terminations + networkFaults + stepDowns,
        pauses,
        terminations,
        networkFaults,
        stepDowns,
        lost,
        violations,
        unproven == 0 ? "" : ", " + unproven + " rounds unproven");
  }
}
