package dev.syncline;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a pre-check found.
 *
 * @param findings the findings of source, sink and engine, in that order
 */
public record PrecheckReport(List<Finding> findings) implements Serializable {

  /** Copies the findings. */
  public PrecheckReport {
    findings = List.copyOf(findings);
  }

  /** Whether the job may start. */
  public boolean passed() {
    return stops().isEmpty();
  }

  /** The findings that keep the job from starting. */
  public List<Finding> stops() {
    return findings.stream().filter(f -> f.severity() != Finding.Severity.WARNING).toList();
  }

  String describeStops() {
    return stops().stream().map(Finding::toString).collect(Collectors.joining("\n"));
  }
}
