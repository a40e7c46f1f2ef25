package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JoinedPacketsTest {
  private static final int FULL = 0xFF_FFFF;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, FULL - 1, FULL, FULL + 1, 2 * FULL, 2 * FULL + 7})
  void leavesOutTheBordersInsideOfAMessage(int length) throws IOException {
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    byte[] small = {1, 2, 3};
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    send(sent, message);
    send(sent, small);
    JoinedPackets joined = new JoinedPackets(new ByteArrayInputStream(sent.toByteArray()));

    byte[] header = joined.readNBytes(4);
    byte[] received = joined.readNBytes(length);

    // The library takes this length for that of a message in several packets.
    assertThat(length(header)).isEqualTo(Math.min(length, FULL - 1)).isLessThan(FULL);
    assertThat(received).isEqualTo(message);
    assertThat(length(joined.readNBytes(4))).isEqualTo(small.length);
    assertThat(joined.readNBytes(small.length)).isEqualTo(small);
    assertThat(joined.read()).isEqualTo(-1);
  }

  /** Writes packets as a server does: one that is full goes on in the next, which may be empty. */
  private static void send(ByteArrayOutputStream out, byte[] message) {
    int sent = 0;
    int packet;
    int number = 0;
    do {
      packet = Math.min(FULL, message.length - sent);
      out.write(packet);
      out.write(packet >> 8);
      out.write(packet >> 16);
      out.write(number++);
      out.write(message, sent, packet);
      sent += packet;
    } while (packet == FULL);
  }

  private static int length(byte[] header) {
    return (header[0] & 0xFF) | (header[1] & 0xFF) << 8 | (header[2] & 0xFF) << 16;
  }
}
