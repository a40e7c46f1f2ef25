package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.mysql.SchemaStatement.Again;
import dev.syncline.mysql.SchemaStatement.Step;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SchemaStatementReaderTest {

  private static final SqlVersion MYSQL = new SqlVersion(false, 80_031);
  private static final SqlVersion MARIADB = new SqlVersion(true, 101_105);

  private static SchemaStatement read(String sql) {
    return read(sql, MYSQL);
  }

  private static SchemaStatement read(String sql, SqlVersion server) {
    return SchemaStatementReader.read(new StatementText(sql, SqlMode.DEFAULT, server), "d");
  }

  private static String targets(Step step) {
    return step.targets().stream()
        .map(t -> t.object().toString().replace("'", "") + " " + t.end())
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          CREATE TABLE t (a INT) | table d.t THERE | IF_UNCHANGED
          CREATE TABLE .t (a INT) | table d.t THERE | IF_UNCHANGED
          create table if not exists `e`.`t` like x | table e.t THERE | IF_UNCHANGED
          CREATE OR REPLACE TABLE t (a INT) | table d.t THERE | ALWAYS
          CREATE UNIQUE INDEX i ON e.t (a) | table e.t CHANGED | IF_UNCHANGED
          DROP INDEX i ON t | table d.t CHANGED | IF_UNCHANGED
          ALTER TABLE t ADD a INT, DROP b | table d.t CHANGED | IF_UNCHANGED
          ALTER TABLE t RENAME COLUMN a TO b | table d.t CHANGED | IF_UNCHANGED
          ALTER TABLE t ADD a INT, RENAME KEY i TO j | table d.t CHANGED | IF_UNCHANGED
          ALTER TABLE t ADD a INT, RENAME TO e.u | table d.t GONE, table e.u THERE | IF_UNCHANGED
          ALTER TABLE t RENAME u | table d.t GONE, table d.u THERE | IF_UNCHANGED
          ALTER TABLE t WAIT 5 RENAME AS u | table d.t GONE, table d.u THERE | IF_UNCHANGED
          ALTER TABLE t ADD a ENUM('x, RENAME TO y') | table d.t CHANGED | IF_UNCHANGED
          ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u |table d.t CHANGED, table d.u SAME| NEVER
          TRUNCATE t | table d.t SAME | ALWAYS
          DROP TABLE IF EXISTS t | table d.t GONE | ALWAYS
          DROP TABLE t | table d.t GONE | IF_UNCHANGED
          CREATE DATABASE IF NOT EXISTS x | database x THERE | ALWAYS
          DROP SCHEMA IF EXISTS x | database x GONE | ALWAYS
          ALTER DATABASE CHARACTER SET utf8mb4 | database d SAME | ALWAYS
          ALTER DATABASE x COLLATE utf8mb4_bin | database x SAME | ALWAYS
          CREATE VIEW v AS SELECT 1 | view d.v THERE | IF_UNCHANGED
          CREATE OR REPLACE VIEW v AS SELECT 1 | view d.v THERE | ALWAYS
          CREATE FUNCTION IF NOT EXISTS f() RETURNS INT RETURN 1 | function d.f THERE | ALWAYS
          DROP PROCEDURE p | procedure d.p GONE | IF_UNCHANGED
          ALTER EVENT e DISABLE | event d.e SAME | ALWAYS
          ALTER EVENT e RENAME TO f DO SET @a = 1 | event d.e GONE, event d.f THERE | IF_UNCHANGED
          /*!40000 ALTER TABLE t ADD a INT */ | table d.t CHANGED | IF_UNCHANGED
          """)
  void readsWhatAStatementDoes(String sql, String targets, Again again) {
    Step step = read(sql).whole();

    assertThat(targets(step)).isEqualTo(targets);
    assertThat(step.again()).isEqualTo(again);
    assertThat(step.sql()).isEqualTo(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIMIZE TABLE t",
        "CREATE USER u",
        "CREATE TABLE t AS SELECT 1",
        "ALTER TABLE t IMPORT TABLESPACE",
        "ALTER TABLE t CONVERT PARTITION p TO TABLE u",
        "RENAME USER a TO b",
        "DROP TABLE",
        "ALTER TABLE t COMMENT 'no end"
      })
  void refusesWhatItDoesNotUnderstand(String sql) {
    assertThatThrownBy(() -> read(sql))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("is not understood (");
  }

  /** What a server passes over is no word of the statement. */
  @Test
  void takesTheConditionalCommentsThatTheServerTakes() {
    SqlVersion old = new SqlVersion(false, 50_744);
    String later = "ALTER TABLE t ADD a INT /*!80000 , RENAME TO u */";
    String maria = "DROP TABLE /*M! IF EXISTS */ t /*M!100000 , u */";
    String replacing = "CREATE /*M!100108 OR REPLACE */ TABLE t (a INT)";

    assertThat(targets(read(later).whole())).isEqualTo("table d.t GONE, table d.u THERE");
    assertThat(targets(read(later, old).whole())).isEqualTo("table d.t CHANGED");
    assertThat(targets(read(maria).whole())).isEqualTo("table d.t GONE");
    assertThat(read(maria).whole().again()).isEqualTo(Again.IF_UNCHANGED);
    assertThat(targets(read(maria, MARIADB).whole())).isEqualTo("table d.t GONE, table d.u GONE");
    assertThat(read(maria, MARIADB).whole().again()).isEqualTo(Again.ALWAYS);
    assertThat(read(replacing).whole().again()).isEqualTo(Again.IF_UNCHANGED);
    assertThat(read(replacing, MARIADB).whole().again()).isEqualTo(Again.ALWAYS);
  }

  @Test
  void passesOverWhatStandsBeforeTheKindOfObject() {
    String view = "CREATE ALGORITHM=MERGE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW v AS SELECT 1";
    String trigger =
        "CREATE DEFINER=CURRENT_USER() TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1";

    assertThat(targets(read(view).whole())).isEqualTo("view d.v THERE");
    assertThat(targets(read(trigger).whole())).isEqualTo("trigger d.g THERE");
  }

  @Test
  void refusesANameWithoutDatabase() {
    assertThatThrownBy(
            () ->
                SchemaStatementReader.read(
                    new StatementText("DROP TABLE t", SqlMode.DEFAULT, MYSQL), ""))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("there is no default");
  }

  @Test
  void readsNamesInQuotes() {
    assertThat(targets(read("DROP TABLE `a``b`.`c.d`").whole())).isEqualTo("table a`b.c.d GONE");
    SchemaStatement ansi =
        SchemaStatementReader.read(
            new StatementText("DROP TABLE \"a\"", new SqlMode(true, true), MYSQL), "d");
    assertThat(targets(ansi.whole())).isEqualTo("table d.a GONE");
  }

  @Test
  void cutsListsIntoParts() {
    assertThat(read("DROP TABLE IF EXISTS a, `e`.b RESTRICT").parts())
        .extracting(Step::sql)
        .containsExactly("DROP TABLE IF EXISTS `d`.`a`", "DROP TABLE IF EXISTS `e`.`b`");
    assertThat(read("DROP VIEW a, b").parts())
        .extracting(Step::sql)
        .containsExactly("DROP VIEW `d`.`a`", "DROP VIEW `d`.`b`");
    assertThat(read("RENAME TABLE a TO b, b.c TO d.e").parts())
        .extracting(Step::sql)
        .containsExactly("RENAME TABLE `d`.`a` TO `d`.`b`", "RENAME TABLE `b`.`c` TO `d`.`e`");
  }

  @Test
  void knowsWhichNamesAreTakenInTheEnd() {
    assertThat(targets(read("RENAME TABLE a TO x, b TO a, x TO b").whole()))
        .isEqualTo("table d.a CHANGED, table d.x GONE, table d.b CHANGED");
    assertThat(targets(read("RENAME TABLE a TO old, b TO a").whole()))
        .isEqualTo("table d.a CHANGED, table d.old THERE, table d.b GONE");
  }

  @Test
  void leavesOutThatRowsFollow() {
    assertThat(read("CREATE TABLE t (`a` int) START TRANSACTION").whole().sql())
        .isEqualTo("CREATE TABLE t (`a` int)");
    assertThat(
            read("CREATE TABLE t (`a` int) START TRANSACTION COMMENT='START TRANSACTION'\nPARTITION"
                    + " BY HASH (`a`)")
                .whole()
                .sql())
        .isEqualTo("CREATE TABLE t (`a` int) COMMENT='START TRANSACTION'\nPARTITION BY HASH (`a`)");
  }

  /** A second time it does nothing, and neither where the target has what is wanted. */
  @Test
  void makesAndDropsDatabasesUnlessThatIsDone() {
    assertThat(read("CREATE DATABASE `x` CHARACTER SET latin1").whole().sql())
        .isEqualTo("CREATE DATABASE IF NOT EXISTS `x` CHARACTER SET latin1");
    assertThat(read("CREATE OR REPLACE DATABASE x").whole().sql())
        .isEqualTo("CREATE OR REPLACE DATABASE x");
    assertThat(read("DROP DATABASE x").whole().sql()).isEqualTo("DROP DATABASE IF EXISTS x");
  }

  @Test
  void seesWhatCannotBeToldLater() {
    SchemaStatement swap = read("RENAME TABLE a TO x, b TO a, x TO b");
    List<String> alike = List.of("innodb 1", ObjectStates.ABSENT, "innodb 1");
    List<String> different = List.of("innodb 1", ObjectStates.ABSENT, "innodb 2");

    assertThat(isAmbiguous(swap, alike)).isTrue();
    assertThat(isAmbiguous(swap, different)).isFalse();
  }

  private static boolean isAmbiguous(SchemaStatement statement, List<String> states) {
    return SchemaVerdict.isAmbiguous(
        statement.whole(), statement.parts(), new ObjectStates("8.0", states));
  }

  @Test
  void showsAStatementWithoutItsLiterals() {
    assertThat(ShownSql.of("CREATE  TABLE t (a INT DEFAULT 'secret') /* why */", SqlMode.DEFAULT))
        .isEqualTo("CREATE TABLE t (a INT DEFAULT '…')");
    assertThat(ShownSql.of("DROP TABLE " + "x, ".repeat(500) + "y", SqlMode.DEFAULT))
        .endsWith(" …")
        .hasSizeLessThan(500);
  }
}
