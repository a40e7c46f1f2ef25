package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The variables are those that servers have logged. */
class DdlSessionTest {

  private static DdlSession parse(String version, int error, String variables) {
    byte[] bytes = HexFormat.of().parseHex(variables);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[8]);
    body.writeBytes(new byte[] {2, (byte) error, (byte) (error >> 8), (byte) bytes.length, 0});
    body.writeBytes(bytes);
    body.writeBytes(new byte[] {'d', 'b', 0, 'S', 'Q', 'L'});
    return DdlSession.parse(new ByteCursor(body.toByteArray()), MySqlFacts.of(version, Map.of()));
  }

  @Test
  void readsWhatMySqlLogs() {
    DdlSession session =
        parse(
            "8.0.31",
            0,
            "0000000004010000000000000000060373746404ff0053002f00084d000c01705f6100"
                + "1000111600000000000000122d001300");

    assertThat(session)
        .isEqualTo(
            new DdlSession("db", 0, false, 0x2f, Optional.of(false), Map.of(45, 45), true, 0));
  }

  @Test
  void readsWhatMySql57Logs() {
    DdlSession session =
        parse("5.7.22", 1051, "0000000000012000a055000000000603737464042d002d002d000c01706100");

    assertThat(session.error()).isEqualTo(1051);
    assertThat(session.explicitTimestamps()).isEmpty();
    assertThat(session.serverCollation()).isEqualTo(45);
    assertThat(session.whole()).isTrue();
  }

  @Test
  void readsWhatMariaDbLogs() {
    DdlSession session =
        parse(
            "11.4.5-MariaDB",
            0,
            "000000000101000020540000000006037374648302080005002d002e0004ff00ff002d00"
                + "811500000000000000");

    assertThat(session.explicitTimestamps()).contains(true);
    assertThat(session.collations()).isEqualTo(Map.of(8, 5, 45, 46));
    assertThat(session.serverCollation()).isEqualTo(45);
    assertThat(session.whole()).isTrue();
  }

  @Test
  void saysWhenItDoesNotKnowAVariable() {
    assertThat(parse("8.0.31", 0, "000000000063").whole()).isFalse();
    assertThat(parse("8.0.31", 0, "000000000063").database()).isEqualTo("db");
  }
}
