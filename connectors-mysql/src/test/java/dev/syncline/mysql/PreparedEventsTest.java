package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Parts of the log in events that were made by hand. */
final class PreparedEventsTest {
  private static final int XA_PREPARE = 38;
  private static final int PAYLOAD = 40;
  private static final String XID = "X'31',X'',1";
  private static final byte[] PREPARE = hex("00 01000000 01000000 00000000 31");
  private static final byte[] PREPARE_OTHER = hex("00 01000000 01000000 00000000 32");
  private static final BinlogPoint COMMIT = new BinlogPoint("bin.000002", 900);

  private final EventBytes log = new EventBytes(4);

  private static PreparedEvents begun(PreparedEvents events) {
    assertThat(events.accept(EventBytes.rotate("bin.000001", 4))).isEmpty();
    return events;
  }

  private static PreparedEvents at(long begin) {
    return begun(PreparedEvents.at(new BinlogPoint("bin.000001", begin), XID, COMMIT));
  }

  private static PreparedEvents look() {
    return begun(PreparedEvents.lookIn(new BinlogPoint("bin.000001", 4), XID, COMMIT));
  }

  /** A group that prepares a transaction; says where it begins. */
  private BinlogPoint prepare(PreparedEvents events, byte[] end) {
    BinlogPoint begin = new BinlogPoint("bin.000001", log.offset());
    assertThat(events.accept(log.mariaDbGtid(1, 0, 0))).isEmpty();
    assertThat(events.accept(log.query("", "XA START " + XID))).isEmpty();
    assertThat(events.accept(log.event(XA_PREPARE, end))).isEmpty();
    return begin;
  }

  private void decide(PreparedEvents events, String verb) {
    assertThat(events.accept(log.mariaDbGtid(1, 0, 0))).isEmpty();
    assertThat(events.accept(log.query("", verb + " " + XID))).isEmpty();
  }

  private void tooLarge(PreparedEvents events) {
    assertThat(events.accept(log.mariaDbGtid(1, 0, 0))).isEmpty();
    RawEvent payload = log.event(PAYLOAD, new byte[100]);
    byte[] head = Arrays.copyOf(payload.bytes(), RawEvent.HEAD_BYTES);
    assertThat(events.accept(new RawEvent(head, head.length))).isEmpty();
  }

  @Test
  void unpacksACompressedTransactionEventByEvent() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    // Not compressed, by the field's number, length and value; then the end of the fields.
    body.writeBytes(hex("02 03 FCFF00 00"));
    body.writeBytes(EventBytes.bytes(30, 0, 0, new byte[5_000]));
    body.writeBytes(EventBytes.bytes(31, 0, 0, new byte[5_000]));
    body.writeBytes(new byte[] {1, 2, 3});
    PreparedEvents events = at(4);
    events.accept(log.mariaDbGtid(1, 0, 0));

    assertThat(events.accept(log.event(PAYLOAD, body.toByteArray())))
        .map(RawEvent::type)
        .contains(EventType.WRITE_ROWS);
    assertThat(events.isInside()).isTrue();
    assertThat(events.next()).map(RawEvent::type).contains(EventType.UPDATE_ROWS);
    // What is behind was not unpacked before.
    assertThatThrownBy(events::next)
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("no proper header")
        .hasMessageContaining(XID)
        .hasMessageContaining("'bin.000001:" + log.offset() + "'");
  }

  @Test
  void aMalformedLogIsNamedWithThePlaceAndTheTransaction() {
    PreparedEvents events = look();
    events.accept(log.mariaDbGtid(1, 0, 0));
    RawEvent tooShort = log.event(XA_PREPARE, hex("00 01"));

    assertThatThrownBy(() -> events.accept(tooShort))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining(XID)
        .hasMessageContaining("'bin.000001:" + log.offset() + "'");
  }

  @Test
  void endsWithThePrepareInsideOfACompressedTransaction() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(hex("02 03 FCFF00 00"));
    body.writeBytes(EventBytes.bytes(30, 0, 0, new byte[50]));
    body.writeBytes(EventBytes.bytes(XA_PREPARE, 0, 0, PREPARE));
    PreparedEvents events = at(4);
    events.accept(log.mariaDbGtid(1, 0, 0));
    assertThat(events.accept(log.event(PAYLOAD, body.toByteArray()))).isPresent();

    assertThat(events.next()).map(RawEvent::type).contains(EventType.XA_PREPARE);

    assertThat(events.isInside()).isFalse();
    assertThat(events.accept(log.query("", "BEGIN"))).isEmpty();
  }

  @Test
  void whatIsTooLargeInTheTransactionComesOut() {
    PreparedEvents events = at(4);
    events.accept(log.mariaDbGtid(1, 0, 0));
    RawEvent payload = log.event(PAYLOAD, new byte[100]);
    byte[] head = Arrays.copyOf(payload.bytes(), RawEvent.HEAD_BYTES);

    assertThat(events.accept(new RawEvent(head, head.length)))
        .satisfies(event -> assertThat(event).map(RawEvent::isCut).contains(true));
  }

  @Test
  void refusesAPlaceWhereItWasNotPrepared() {
    PreparedEvents events = at(4);
    events.accept(log.mariaDbGtid(1, 0, 0));
    events.accept(log.query("", "CREATE DATABASE x"));

    assertThatThrownBy(() -> events.accept(log.mariaDbGtid(2, 0, 0)))
        .hasMessageContaining("'bin.000001:4'");
  }

  @Test
  void findsThePrepareBesideTransactionsThatAreTooLarge() {
    PreparedEvents events = look();
    tooLarge(events);
    BinlogPoint begin = prepare(events, PREPARE);
    tooLarge(events);
    prepare(events, PREPARE_OTHER);

    events.accept(log.realRotate("bin.000002"));

    assertThat(events.isAtEnd()).isTrue();
    assertThat(events.prepared()).contains(begin);
    assertThat(events.isDecided()).isFalse();
  }

  @Test
  void namesWhatWasTooLargeToBeLookedInto() {
    PreparedEvents events = look();
    tooLarge(events);

    assertThat(events.prepared()).isEmpty();
    assertThat(events.unread().orElseThrow())
        .contains("'bin.000001:" + log.offset() + "'")
        .contains("too large");
  }

  @Test
  void whatWasDecidedWasAnotherTransactionOfTheSameId() {
    for (String verb : new String[] {"XA COMMIT", "XA ROLLBACK"}) {
      PreparedEvents events = look();
      tooLarge(events);
      prepare(events, PREPARE);
      decide(events, verb);

      assertThat(events.prepared()).isEmpty();
      assertThat(events.unread()).isEmpty();
      assertThat(events.isDecided()).isTrue();
      BinlogPoint again = prepare(events, PREPARE);
      assertThat(events.prepared()).isEqualTo(Optional.of(again));
    }
  }

  @Test
  void endsBeforeTheCommitItself() {
    EventBytes same = new EventBytes(4);
    same.mariaDbGtid(1, 0, 0);
    same.query("", "XA START " + XID);
    same.event(XA_PREPARE, PREPARE);
    BinlogPoint commit = new BinlogPoint("bin.000001", same.offset());
    PreparedEvents events =
        begun(PreparedEvents.lookIn(new BinlogPoint("bin.000001", 4), XID, commit));
    BinlogPoint begin = prepare(events, PREPARE);
    assertThat(events.isAtEnd()).isTrue();

    decide(events, "XA COMMIT");

    assertThat(events.prepared()).contains(begin);
    assertThat(events.isDecided()).isFalse();
  }
}
