package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class QueryEventTest {
  private static final int ANSI_QUOTES = 4;
  private static final int NO_BACKSLASH_ESCAPES = 1 << 20;

  @Test
  void readsDatabaseTextAndMode() {
    QueryEvent query =
        QueryEvent.parse(
            event("schöne_db", 45, ANSI_QUOTES, "DROP TABLE \"ü\"", StandardCharsets.UTF_8));

    assertThat(query.database()).isEqualTo("schöne_db");
    assertThat(query.sql()).isEqualTo("DROP TABLE \"ü\"");
    assertThat(query.mode()).isEqualTo(new SqlTokens.SqlMode(true, true));
    assertThat(query.effect().objects()).containsExactly(new StatementEffect.ObjectName("", "ü"));
  }

  @Test
  void readsTheModeForBackslashes() {
    QueryEvent query =
        QueryEvent.parse(event("", 8, NO_BACKSLASH_ESCAPES, "FLUSH LOGS", StandardCharsets.UTF_8));

    assertThat(query.mode()).isEqualTo(new SqlTokens.SqlMode(false, false));
  }

  @Test
  void readsTextInTheClientsCharacterSet() {
    assertThat(
            QueryEvent.parse(event("d", 8, 0, "DROP TABLE ü€", Charset.forName("windows-1252")))
                .sql())
        .isEqualTo("DROP TABLE ü€");
    assertThat(QueryEvent.parse(event("d", 28, 0, "DROP TABLE 表", Charset.forName("GBK"))).sql())
        .isEqualTo("DROP TABLE 表");
  }

  @Test
  void readsBackslashesThatAreHalfOfACharacter() {
    QueryEvent query =
        QueryEvent.parse(event("d", 13, 0, "DROP TABLE 表", Charset.forName("Shift_JIS")));

    assertThat(query.sql()).isEqualTo("DROP TABLE 表");
    assertThat(query.isExact()).isTrue();
  }

  @Test
  void textInAnotherCharacterSetMayConcernAnything() {
    QueryEvent query = QueryEvent.parse(event("d", 32, 0, "DROP TABLE ü", StandardCharsets.UTF_8));

    assertThat(query.readable()).isFalse();
    assertThat(query.effect().kind()).isEqualTo(StatementEffect.Kind.UNKNOWN);
    assertThat(
            QueryEvent.parse(event("d", 32, 0, "DROP TABLE a", StandardCharsets.UTF_8)).readable())
        .isTrue();
  }

  @Test
  void bytesThatAreNoCharactersLeaveTheRestReadable() {
    QueryEvent query =
        QueryEvent.parse(event("d", 45, 0, "DROP TABLE a /* ü */", StandardCharsets.ISO_8859_1));

    assertThat(query.readable()).isTrue();
    assertThat(query.isExact()).isFalse();
    assertThat(query.effect().objects()).containsExactly(new StatementEffect.ObjectName("", "a"));
  }

  @Test
  void refusesAnEventThatEndsTooEarly() {
    RawEvent whole = event("db", 45, 0, "", StandardCharsets.UTF_8);

    assertThatThrownBy(() -> QueryEvent.parse(new RawEvent(whole.bytes(), whole.end() - 3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static RawEvent event(
      String database, int collation, long mode, String sql, Charset charset) {
    byte[] name = database.getBytes(StandardCharsets.UTF_8);
    byte[] text = sql.getBytes(charset);
    ByteBuffer variables = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    variables.put((byte) 0).putInt(0);
    variables.put((byte) 1).putLong(mode);
    variables.put((byte) 6).put((byte) 3).put("std".getBytes(StandardCharsets.US_ASCII));
    variables.put((byte) 4).putShort((short) collation).putInt(0);
    variables.put((byte) 5).put((byte) 3).put("UTC".getBytes(StandardCharsets.US_ASCII));
    variables.put((byte) 99).put((byte) 1);
    ByteBuffer body =
        ByteBuffer.allocate(13 + variables.position() + name.length + 1 + text.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(0).put((byte) name.length).putShort((short) 0);
    body.putShort((short) variables.position()).put(variables.array(), 0, variables.position());
    body.put(name).put((byte) 0).put(text);
    return EventBytes.raw(2, 0, 500, body.array());
  }
}
