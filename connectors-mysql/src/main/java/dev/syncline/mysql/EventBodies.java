package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.UnsupportedChangeException;

/** Makes sure that the body of an event can be read: it is whole, and not compressed. */
final class EventBodies {

  private EventBodies() {}

  /**
   * Checks that the client has read all of an event that cannot do without its body.
   *
   * @param where the place of the event, for messages
   * @throws UnsupportedChangeException if it has not
   */
  static void checkWhole(RawEvent event, String where) {
    if (event.isCut() && !event.type().isKnownByItsHead()) {
      throw tooLarge(event, "", where, LargestRow.adviceForEvent(event));
    }
  }

  /**
   * Checks that an event whose type is not known may be passed over.
   *
   * @param where the place of the event, for messages
   * @throws UnsupportedChangeException if it may hold changes
   */
  static void checkHarmless(RawEvent event, String where) {
    if (event.type() == EventType.INCIDENT) {
      throw new UnsupportedChangeException(
          "The server reports at %s that changes are missing in its binlog (an incident event)."
                  .formatted(where)
              + " Start the job anew with a snapshot.");
    }
    if (!event.isIgnorable()) {
      throw new UnsupportedChangeException(
          ("The binlog has an event of type %d (%s) at %s, which is not understood. It may hold"
                  + " changes of selected tables.")
              .formatted(event.typeCode(), event.type(), where));
    }
  }

  /**
   * The event as it was before MariaDB compressed it.
   *
   * @param of what is in it, for messages
   * @param where the place of the event, for messages
   * @throws UnsupportedChangeException if there is no memory for it
   */
  static RawEvent plain(RawEvent event, String of, String where) {
    if (event.isCut()) {
      throw tooLarge(event, of, where, LargestRow.adviceForEvent(event));
    }
    if (!event.type().isCompressed()) {
      return event;
    }
    try {
      CompressedEvent compressed = CompressedEvent.of(event);
      if (compressed.plainBytes() > LargestRow.bytesOfEvent()) {
        String advice = LargestRow.adviceForEvent(event.type(), compressed.plainBytes());
        throw tooLarge(event, of, where, advice);
      }
      return compressed.plain();
    } catch (MalformedValueException e) {
      throw new SyncException(
          ("Cannot unpack the %s%s at %s: %s. Check the server's binlog with mysqlbinlog, or set"
                  + " log_bin_compress=OFF.")
              .formatted(event, of, where, e.getMessage()),
          e);
    }
  }

  private static UnsupportedChangeException tooLarge(
      RawEvent event, String of, String where, String advice) {
    return new UnsupportedChangeException(
        "Cannot read the %s%s at %s: it is too large for the memory. %s"
            .formatted(event, of, where, advice));
  }
}
