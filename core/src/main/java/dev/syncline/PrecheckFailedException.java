package dev.syncline;

/** The pre-check found something that must be mended or acknowledged before the job can start. */
public final class PrecheckFailedException extends SyncException {

  private static final long serialVersionUID = 1;

  private final PrecheckReport report;

  /** A failed pre-check; the message lists what stops the job. */
  public PrecheckFailedException(String job, PrecheckReport report) {
    super("Job '" + job + "' cannot start:\n" + report.describeStops());
    this.report = report;
  }

  /** All findings, also those that do not stop the job. */
  public PrecheckReport report() {
    return report;
  }
}
