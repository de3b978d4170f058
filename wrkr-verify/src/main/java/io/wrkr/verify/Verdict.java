package io.wrkr.verify;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a history proves.
 *
 * @param answer whether it is valid
 * @param findings the violations
 * @param doubts why a history without violations still proves nothing
 * @param report the findings with all records of their deliveries, for people
 */
record Verdict(Answer answer, List<Finding> findings, List<String> doubts, String report) {
  enum Answer {
    VALID,
    INVALID,
    UNKNOWN
  }

  Verdict {
    findings = List.copyOf(findings);
    doubts = List.copyOf(doubts);
  }

  boolean isValid() {
    return answer == Answer.VALID;
  }

  /** Returns the invariants that were violated. */
  Set<Invariant> violated() {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    findings.forEach(finding -> violated.add(finding.invariant()));
    return violated;
  }

  @Override
  public String toString() {
    return answer + " " + doubts + "\n" + report;
  }
}
