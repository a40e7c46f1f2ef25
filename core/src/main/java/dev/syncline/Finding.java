package dev.syncline;

import java.io.Serializable;
import java.util.Objects;

/**
 * One thing that a pre-check found.
 *
 * @param code a stable name of the kind of finding in capital letters, for example {@code
 *     BINLOG_OFF}; {@link SyncJobBuilder#acknowledge} takes it
 * @param severity what the finding means for the start of the job
 * @param object what it is about, for example {@code source} or a table's name
 * @param message what was found and what was expected
 * @param fix what to do, with the statement to run where there is one
 */
public record Finding(String code, Severity severity, String object, String message, String fix)
    implements Serializable {

  /** What a finding means for the start of a job. */
  public enum Severity {
    /** The job cannot start until it is mended. */
    ERROR,
    /** The job does not start unless the code is acknowledged; then it is a warning. */
    RISK,
    /** The job starts. */
    WARNING
  }

  /** Checks that nothing is missing. */
  public Finding {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(fix, "fix");
  }

  /** One line for people. */
  @Override
  public String toString() {
    return "%s %s on '%s': %s %s".formatted(severity, code, object, message, fix);
  }
}
