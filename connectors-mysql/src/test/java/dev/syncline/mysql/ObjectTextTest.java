package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectTextTest {

  private static SchemaObject object(ObjectKind kind, String name, String statement) {
    return new SchemaObject(kind, "shop", name, "mysql", Map.of(), statement, List.of());
  }

  private static ObjectText text(ObjectKind kind, String name, String statement) {
    return new ObjectText(object(kind, name, statement));
  }

  @Test
  void aTriggerMayNameTheDatabaseOfItsTable() {
    ObjectText text =
        text(
            ObjectKind.TRIGGER,
            "tr",
            "CREATE DEFINER=`a`@`%` TRIGGER shop.tr BEFORE INSERT ON `shop`.`t` FOR EACH ROW SET"
                + " @a = 1");

    assertThat(text.sqlAnywhere(true))
        .isEqualTo(
            "CREATE DEFINER=`a`@`%` TRIGGER `shop`.`tr` BEFORE INSERT ON `shop`.`t` FOR EACH ROW"
                + " SET @a = 1");
  }

  @Test
  void neverReplacesWhatIsThere() {
    ObjectText text =
        text(
            ObjectKind.PROCEDURE,
            "p",
            "CREATE OR REPLACE DEFINER=`a`@`%` PROCEDURE IF NOT EXISTS `p`() SELECT 1");

    assertThat(text.sql(true)).isEqualTo("CREATE  DEFINER=`a`@`%` PROCEDURE  `p`() SELECT 1");
  }

  @Test
  void whatNamesNoAccountRunsWithThePrivilegesOfWhoeverUsesIt() {
    ObjectText view = text(ObjectKind.VIEW, "v", "CREATE ALGORITHM=UNDEFINED VIEW `v` AS select 1");
    ObjectText routine = text(ObjectKind.PROCEDURE, "p", "CREATE PROCEDURE `p`() SELECT 1");
    ObjectText explicit =
        text(
            ObjectKind.PROCEDURE,
            "p",
            "CREATE PROCEDURE `p`() COMMENT 'DEFINER' SQL SECURITY DEFINER SELECT 1");

    assertThat(view.definer()).isEmpty();
    assertThat(view.sql(false))
        .isEqualTo("CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW `v` AS select 1");
    assertThat(routine.sql(false))
        .isEqualTo("CREATE PROCEDURE `p`() SQL SECURITY INVOKER SELECT 1");
    assertThat(explicit.sql(false))
        .isEqualTo("CREATE PROCEDURE `p`() COMMENT 'DEFINER' SQL SECURITY INVOKER SELECT 1");
  }

  @Test
  void tellsWhichFunctionsServersTrust() {
    String head = "CREATE DEFINER=`a`@`%` FUNCTION `f`() RETURNS varchar(9) CHARSET utf8mb4\n    ";
    for (String harmless : List.of("DETERMINISTIC", "NO SQL", "READS SQL DATA")) {
      assertThat(text(ObjectKind.FUNCTION, "f", head + harmless + " RETURN 1").isHarmless())
          .as(harmless)
          .isTrue();
    }
    for (String other : List.of("", "NOT DETERMINISTIC", "MODIFIES SQL DATA", "COMMENT 'NO SQL'")) {
      assertThat(text(ObjectKind.FUNCTION, "f", head + other + " RETURN 1").isHarmless())
          .as(other)
          .isFalse();
    }
  }

  @Test
  void aViewCallsFunctionsThatItsStatementNames() {
    SchemaObject view =
        object(
            ObjectKind.VIEW,
            "v",
            "CREATE VIEW `shop`.`v` (`a`) AS select `shop`.`f`(`t`.`a`) AS `a` from (`shop`.`t`"
                + " join `other`.`u` on((`t`.`a` = `other`.`G`(1))))");

    assertThat(ObjectText.calls(view))
        .containsExactly(new TableId("shop", "f"), new TableId("other", "G"));
  }
}
