package dev.syncline;

/**
 * A transaction whose first parts were handed on will never have an end, because the source has
 * rolled it back. A target that keeps what is written until a commit has nothing of it then: the
 * engine begins anew at the last checkpoint, and a source that throws this leaves the transaction
 * out from then on. Any other target may have some of its rows, so the job stops: load its tables
 * anew.
 */
public final class TransactionCutException extends SyncException {

  private static final long serialVersionUID = 1;

  /** A transaction that was cut. */
  public TransactionCutException(String message) {
    super(message);
  }
}
