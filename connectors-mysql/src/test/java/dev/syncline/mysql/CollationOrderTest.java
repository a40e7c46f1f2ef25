package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollationOrderTest {

  private static final SqlVersion NEW = new SqlVersion(false, 80_031);
  private static final SqlVersion OLD = new SqlVersion(false, 50_722);
  private static final SqlVersion NEW_MARIADB = new SqlVersion(true, 101_105);

  private static void check(SqlVersion source, String sql, SqlVersion target) {
    Map<String, String> settings = Map.of(StatementSettings.SERVER, source.printed());
    CollationOrder.check(new SchemaChange.Statement("mysql", sql, "d", settings), target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (a CHAR(3)) COLLATE latin1_bin CHARACTER SET latin1",
        "CREATE TABLE t (a CHAR(3)) COLLATE=latin1_bin, ENGINE=InnoDB, DEFAULT CHARSET=latin1",
        "ALTER TABLE t COLLATE latin1_bin, ADD b INT, CHARACTER SET latin1",
      })
  void refusesACharacterSetBehindACollationWhereItMeansSomethingElse(String sql) {
    assertThatThrownBy(() -> check(OLD, sql, NEW)).isInstanceOf(UnsupportedChangeException.class);
    assertThatThrownBy(() -> check(NEW, sql, OLD))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining(sql.substring(0, 14));

    assertThatCode(() -> check(NEW, sql, NEW_MARIADB)).doesNotThrowAnyException();
    assertThatCode(() -> check(OLD, sql, OLD)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (a CHAR(3)) CHARACTER SET latin1 COLLATE latin1_bin",
        "CREATE TABLE t (a CHAR(3)) COLLATE latin1_bin",
        "CREATE TABLE t (a CHAR(3) COLLATE latin1_bin) CHARACTER SET latin1",
        "CREATE TABLE t (a CHAR(3)) COLLATE latin1_bin CHARSET latin1 COLLATE latin1_german1_ci",
        "ALTER TABLE t MODIFY a CHAR(3) COLLATE latin1_bin, CHARACTER SET latin1",
      })
  void takesWhatMeansTheSameEverywhere(String sql) {
    assertThatCode(() -> check(OLD, sql, NEW)).doesNotThrowAnyException();
  }

  /** A target of which nobody knows may be of either kind. */
  @ParameterizedTest
  @CsvSource({"false, 80020", "true, 100600"})
  void refusesItWhereItIsNotKnown(boolean mariaDb, int version) {
    SqlVersion target = new SqlVersion(mariaDb, version);
    String sql = "CREATE TABLE t (a CHAR(3)) COLLATE latin1_bin CHARACTER SET latin1";

    assertThatThrownBy(() -> check(NEW, sql, target))
        .isInstanceOf(UnsupportedChangeException.class);
  }
}
