package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.syncline.SyncException;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventFramesTest {
  private static final int DESCRIPTION = 15;
  private static final int XID = 16;
  private static final int PAYLOAD = 40;
  private static final int IN_USE = 1;

  private final EventFrames frames = new EventFrames(new EventQueue(1 << 20), 1 << 20, 2 << 20);

  @Test
  void cutsOffAndVerifiesChecksumsFromTheDescriptionOn() {
    RawEvent description = frames.frame(description("8.0.31", 1));
    byte[] xid = EventBytes.checksummed(XID, 0, 100, new byte[8]);

    assertThat(description.type()).isEqualTo(EventType.FORMAT_DESCRIPTION);
    assertThat(frames.frame(xid.clone()).body().remaining()).isEqualTo(8);
    for (int i = 0; i < xid.length; i++) {
      byte[] damaged = xid.clone();
      damaged[i] ^= 4;
      assertThatThrownBy(() -> frames.frame(damaged))
          .as("byte %d", i)
          .isExactlyInstanceOf(SyncException.class)
          .hasMessageContaining("checksum");
    }
  }

  @Test
  void keepsOnlyTheHeadOfAnEventThatIsTooLarge() throws Exception {
    byte[] large = EventBytes.bytes(30, 0, 100, new byte[2 << 20]);
    byte[] next = EventBytes.bytes(XID, 0, 200, new byte[8]);
    byte[] both = Arrays.copyOf(large, large.length + next.length);
    System.arraycopy(next, 0, both, large.length, next.length);
    ByteArrayInputStream stream = new ByteArrayInputStream(both);

    RawEvent head = EventFrames.raw(frames.nextEvent(stream));

    assertThat(head.isCut()).isTrue();
    assertThat(head.bytes()).hasSize(RawEvent.HEAD_BYTES);
    assertThat(head.length()).isEqualTo(large.length);
    assertThat(EventFrames.raw(frames.nextEvent(stream)).type()).isEqualTo(EventType.XID);
  }

  @Test
  void takesACompressedTransactionThatIsLargerThanAnEventMayBe() throws Exception {
    byte[] packed = EventBytes.bytes(PAYLOAD, 0, 100, new byte[(1 << 20) + 1]);

    RawEvent whole = EventFrames.raw(frames.nextEvent(new ByteArrayInputStream(packed)));

    assertThat(whole.isCut()).isFalse();
    assertThat(whole.bytes()).hasSize(packed.length);
  }

  @Test
  void takesADescriptionWhoseFileIsStillWrittenTo() {
    byte[] open = description("8.0.31", 1);
    open[17] |= IN_USE;

    assertThat(frames.frame(open).type()).isEqualTo(EventType.FORMAT_DESCRIPTION);
  }

  @Test
  void readsLogsWithoutChecksums() {
    frames.frame(description("10.11.5-MariaDB", 0));

    assertThat(frames.frame(EventBytes.bytes(XID, 0, 100, new byte[8])).body().remaining())
        .isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.5.34-log", "5.1.73", "5.6.0-m4"})
  void oldServersHaveNoRoomForChecksums(String version) {
    byte[] body = Arrays.copyOf(versionBody(version), 80);
    body[79] = 1;

    RawEvent description = frames.frame(EventBytes.bytes(DESCRIPTION, 0, 100, body));

    assertThat(description.body().remaining()).isEqualTo(80);
    assertThat(frames.frame(EventBytes.bytes(XID, 0, 100, new byte[8])).body().remaining())
        .isEqualTo(8);
  }

  @Test
  void cutsAStreamIntoEvents() throws Exception {
    byte[] one = EventBytes.bytes(XID, 0, 100, new byte[8]);
    byte[] two = Arrays.copyOf(one, one.length * 2 - 1);
    System.arraycopy(one, 0, two, one.length, one.length - 1);
    ByteArrayInputStream stream = new ByteArrayInputStream(two);

    assertThat(EventFrames.raw(frames.nextEvent(stream)).type()).isEqualTo(EventType.XID);
    assertThatThrownBy(() -> frames.nextEvent(stream)).isInstanceOf(EOFException.class);
  }

  @Test
  void refusesAHeaderThatCannotBe() {
    byte[] broken = EventBytes.bytes(XID, 0, 100, new byte[8]);
    broken[9] = 3;

    assertThatThrownBy(() -> frames.nextEvent(new ByteArrayInputStream(broken)))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("3 bytes");
  }

  private static byte[] description(String version, int algorithm) {
    byte[] body = Arrays.copyOf(versionBody(version), 80);
    body[79] = (byte) algorithm;
    return EventBytes.checksummed(DESCRIPTION, 0, 100, body);
  }

  private static byte[] versionBody(String version) {
    byte[] body = new byte[52];
    byte[] text = version.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, body, 2, text.length);
    return body;
  }
}
