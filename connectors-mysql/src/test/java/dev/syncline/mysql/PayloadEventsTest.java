package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class PayloadEventsTest {
  private static final int PAYLOAD = 40;
  private static final int ROWS = 30;
  private static final int XID = 16;

  @Test
  void keepsOnlyTheHeadOfAnEventThatIsTooLarge() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    // Not compressed, by the field's number, length and value; then the end of the fields.
    body.writeBytes(new byte[] {2, 3, (byte) 0xFC, (byte) 0xFF, 0, 0});
    body.writeBytes(EventBytes.bytes(ROWS, 0, 0, new byte[5_000]));
    body.writeBytes(EventBytes.bytes(XID, 0, 0, new byte[8]));
    RawEvent payload = EventBytes.raw(PAYLOAD, 0, 100, body.toByteArray());

    try (PayloadEvents events = PayloadEvents.of(payload, 1_000)) {
      RawEvent rows = events.next().orElseThrow();
      assertThat(rows.isCut()).isTrue();
      assertThat(rows.length()).isGreaterThan(5_000);
      assertThat(events.next().orElseThrow().type()).isEqualTo(EventType.XID);
      assertThat(events.next()).isEmpty();
    }
  }
}
