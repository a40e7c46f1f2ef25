package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares our tables with the server's, code by code. */
class MySqlCharsetIT {

  private static final int CODES_PER_INSERT = 5000;

  private static Connection connection;

  static List<String> charsets() {
    return MySqlCharset.names().stream().filter(name -> !name.equals("utf8")).sorted().toList();
  }

  @BeforeAll
  static void storeCodes() throws Exception {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    String database = server.createDatabase("codes");
    connection = TestTables.strict(server, database);
    TestTables.execute(connection, "CREATE TABLE codes (code VARBINARY(4))");
    List<String> codes = codes();
    for (int from = 0; from < codes.size(); from += CODES_PER_INSERT) {
      StringJoiner rows = new StringJoiner("'),(X'", "(X'", "')");
      codes.subList(from, Math.min(codes.size(), from + CODES_PER_INSERT)).forEach(rows::add);
      TestTables.execute(connection, "INSERT INTO codes VALUES " + rows);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  /**
   * All codes of one byte and above 7FFF of two bytes, three bytes in two planes, and some of four
   * bytes.
   */
  private static List<String> codes() {
    List<String> codes = new ArrayList<>();
    for (int code = 0; code < 0x100; code++) {
      codes.add("%02X".formatted(code));
    }
    for (int code = 0x8000; code < 0x10000; code++) {
      codes.add("%04X".formatted(code));
    }
    for (int high = 0xA1; high <= 0xFE; high++) {
      for (int low = 0xA1; low <= 0xFE; low++) {
        codes.add("8F%02X%02X".formatted(high, low));
      }
    }
    for (int character = 0x800; character < 0x10000; character += 7) {
      codes.add(
          "%02X%02X%02X"
              .formatted(
                  0xE0 | (character >> 12),
                  0x80 | ((character >> 6) & 0x3F),
                  0x80 | (character & 0x3F)));
      codes.add("0000%04X".formatted(character));
    }
    for (int code = 0; code < 50_400; code += 3) {
      codes.add(
          "%02X%02X%02X%02X"
              .formatted(
                  0x81 + code / 12_600,
                  0x30 + code / 1260 % 10,
                  0x81 + code / 10 % 126,
                  0x30 + code % 10));
    }
    for (String other :
        List.of(
            "F0908080",
            "F48FBFBF",
            "F4908080",
            "0010FFFF",
            "00110000",
            "D83DDE00",
            "3DD800DE",
            "90308130",
            "E3329A35",
            "E3329A36")) {
      codes.add(other);
    }
    return codes;
  }

  @ParameterizedTest
  @MethodSource("charsets")
  void decodesEveryCodeAsTheServerDoes(String name) throws Exception {
    MySqlCharset charset = MySqlCharset.named(name).orElseThrow();
    List<String> differences = new ArrayList<>();
    int characters = 0;
    try (Statement statement = connection.createStatement();
        ResultSet results =
            statement.executeQuery(
                ("SELECT code, CAST(CONVERT(CONVERT(code USING %s) USING utf32) AS BINARY)"
                        + " FROM codes WHERE LENGTH(code) <= %d")
                    .formatted(name, charset.maxBytesPerCharacter()))) {
      while (results.next()) {
        byte[] code = results.getBytes(1);
        if (!isCharacter(charset, code)) {
          continue;
        }
        Optional<String> expected = serverText(name, code, results.getBytes(2));
        Optional<String> decoded = decode(charset, code);
        characters += decoded.isPresent() ? 1 : 0;
        if (!decoded.equals(expected)) {
          differences.add(HexFormat.of().formatHex(code) + ": " + decoded + ", not " + expected);
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(characters).isGreaterThanOrEqualTo(128);
  }

  /** The server fills up what is too short, and in eucjpms drops the beginning of a character. */
  private static boolean isCharacter(MySqlCharset charset, byte[] code) {
    return switch (charset.toString()) {
      case "utf32" -> code.length == 4;
      case "ucs2", "utf16", "utf16le" -> code.length % 2 == 0;
      case "eucjpms" -> code.length == 2 || code[0] >= 0 || code[0] == (byte) 0x8F;
      default -> true;
    };
  }

  /** The server puts a question mark or nothing where it knows no character. */
  private static Optional<String> serverText(String charset, byte[] code, byte[] utf32) {
    if (utf32 == null || utf32.length == 0) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    ByteCursor characters = new ByteCursor(utf32);
    while (characters.remaining() > 0) {
      text.appendCodePoint((int) characters.bigEndian(4));
    }
    long questionMarks = text.chars().filter(c -> c == '?').count();
    for (byte b : code) {
      questionMarks -= b == '?' ? 1 : 0;
    }
    boolean hasReplacement = charset.startsWith("u") && !charset.equals("ujis");
    boolean isUnknown =
        !hasReplacement && !charset.equals("gb18030") && text.indexOf("\uFFFD") >= 0;
    return questionMarks > 0 || isUnknown ? Optional.empty() : Optional.of(text.toString());
  }

  private static Optional<String> decode(MySqlCharset charset, byte[] code) {
    try {
      return Optional.of(charset.decode(code, 0, code.length));
    } catch (MalformedValueException e) {
      return Optional.empty();
    }
  }
}
