package dev.syncline;

import dev.syncline.change.Change;
import java.util.Objects;
import java.util.Optional;

/**
 * A change that cannot go on to the sink.
 *
 * @param job the name of the job
 * @param change the change as it came to the first transform
 * @param place where it stands in a stream; empty for a row of the snapshot
 * @param cause why it cannot go on
 */
public record DeadLetter(String job, Change change, Optional<Place> place, Throwable cause) {

  /** Checks that nothing is missing. */
  public DeadLetter {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(change, "change");
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(cause, "cause");
  }

  /**
   * Where a change stands.
   *
   * @param stream the stream
   * @param after a position in front of the change's transaction, behind all earlier ones
   * @param transaction the transaction in the words of the source
   */
  public record Place(String stream, String after, String transaction) {

    /** Checks that nothing is missing. */
    public Place {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(after, "after");
      Objects.requireNonNull(transaction, "transaction");
    }
  }

  /** Without the values of the change. */
  @Override
  public String toString() {
    return "DeadLetter[%s, %s, %s]"
        .formatted(job, change.getClass().getSimpleName(), place.map(Place::toString).orElse("-"));
  }
}
