package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.exceptions.CJCommunicationsException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.cert.CertificateException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlErrorsTest {
  @ParameterizedTest
  @ValueSource(
      ints = {1040, 1053, 1203, 1205, 1213, 1317, 1684, 1836, 1927, 2006, 2013, 3024, 4031})
  void whatMayPassIsTransient(int code) {
    SyncException translated = MySqlErrors.translate(error(code, "HY000", "text"), "write");

    assertThat(translated)
        .isInstanceOf(TransientException.class)
        .hasMessage("Cannot write: server error %d (HY000): text.%s", code, advice(code));
  }

  private static String advice(int code) {
    return code == 1836 ? " The server does not accept writes at present." : "";
  }

  @ParameterizedTest
  @ValueSource(ints = {1044, 1045, 1049, 1054, 1062, 1142, 1146, 1227, 1366, 1406, 9999})
  void whatStaysIsNotTransient(int code) {
    assertThat(MySqlErrors.translate(error(code, "HY000", "text"), "write"))
        .isExactlyInstanceOf(SyncException.class);
  }

  @Test
  void aReadOnlyServerMayBecomeWritable() {
    String text = "The MySQL server is running with the --%s option so it cannot execute this";

    assertThat(MySqlErrors.isTransient(error(1290, "HY000", text.formatted("read-only")))).isTrue();
    assertThat(MySqlErrors.isTransient(error(1290, "HY000", text.formatted("secure-file-priv"))))
        .isFalse();
  }

  /** As the driver reports it under {@code next} of a result that is still coming. */
  @Test
  void aConnectionThatIsLostBetweenTwoRowsIsTransient() {
    SQLException lost = new SQLException("Communications link failure");
    lost.initCause(new CJCommunicationsException("Communications link failure"));

    assertThat(MySqlErrors.isTransient(lost)).isTrue();
  }

  @Test
  void aLostConnectionIsTransientButABadCertificateIsNot() {
    SQLException lost = error(0, "08S01", "Communications link failure\n\nThe last packet ...");
    SQLException untrusted = error(0, "08S01", "Communications link failure");
    untrusted.initCause(new CertificateException("self-signed"));

    assertThat(MySqlErrors.translate(lost, "read"))
        .isInstanceOf(TransientException.class)
        .hasMessage("Cannot read: Communications link failure.");
    assertThat(MySqlErrors.translate(untrusted, "read"))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("setting 'tls'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1062 | Duplicate entry 'canary' for key 'users.mail' | for key 'users.mail'",
        "1062 | Duplicate entry 'it's a canary' for key 'PRIMARY' | for key 'PRIMARY'",
        "1062 | Duplicate entry 'a' for key 'canary' for key 'mail' | for key 'mail'",
        "1366 | Incorrect integer value: 'canary' for column 'age' at row 1 | column 'age' at row",
        "1292 | Incorrect datetime value: 'canary' for column 'd' at row 1 | column 'd' at row 1",
        "1292 | Truncated incorrect DOUBLE value: 'canary' | Truncated incorrect DOUBLE value",
        "1064 | You have an error near 'canary' at line 1 | at line 1",
        "1411 | Incorrect string value: 'canary' for function f | for function f",
        "3140 | Invalid JSON text: 'canary' | Invalid JSON text",
        "1526 | Table has no partition for value canary | no partition for value",
        "9999 | Something 'canary' else | Something"
      })
  void rowValuesAreNotRepeated(int code, String text, String kept) {
    SQLException failure = new BatchUpdateException(text, null, error(code, "23000", text));

    SyncException translated = MySqlErrors.translate(failure, "write table 'shop.users'");

    StringWriter trace = new StringWriter();
    translated.printStackTrace(new PrintWriter(trace, true));
    assertThat(trace.toString()).doesNotContain("canary").contains(kept);
    assertThat(translated.getCause()).isInstanceOf(SQLException.class);
    assertThat(((SQLException) translated.getCause()).getErrorCode()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "1062, 23000, true",
    "1406, 22001, true",
    "1452, 23000, true",
    "3819, HY000, true",
    "1146, 42S02, true",
    "1205, HY000, false",
    "1045, 28000, false",
    "1290, HY000, false"
  })
  void tellsRefusedRowsFromOtherFailures(int code, String state, boolean rejection) {
    assertThat(MySqlErrors.isRejection(error(code, state, "text"))).isEqualTo(rejection);
  }

  private static SQLException error(int code, String state, String text) {
    return new SQLException(text, state, code);
  }
}
