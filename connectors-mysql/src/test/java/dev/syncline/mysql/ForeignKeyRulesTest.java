package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.ForeignKey.Rule;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForeignKeyRulesTest {
  @Test
  void areReadFromTheStatementThatMakesTheTable() {
    Map<String, ForeignKeyRules> rules =
        ForeignKeyRules.in(
            """
            CREATE TABLE `c` (
              `at` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
              `ON DELETE CASCADE` int(11) DEFAULT NULL COMMENT 'ON DELETE CASCADE',
              KEY `k` (`at`),
              CONSTRAINT `plain` FOREIGN KEY (`a`, `b`) REFERENCES `o`.`far` (`x`, `y`),
              CONSTRAINT `both` FOREIGN KEY (`a`) REFERENCES `p` (`Id`)\
             ON DELETE SET NULL ON UPDATE CASCADE,
              CONSTRAINT `none` FOREIGN KEY (`a`) REFERENCES `p` (`Id`) ON DELETE NO ACTION,
              CONSTRAINT `c,h` CHECK (`a` in (1,2)),
              CONSTRAINT `last` FOREIGN KEY (`a`) REFERENCES `p` (`Id`) ON UPDATE SET DEFAULT
            ) ENGINE=InnoDB COMMENT='ON DELETE CASCADE'
            """);

    assertThat(rules)
        .containsOnly(
            Map.entry("plain", new ForeignKeyRules(Rule.RESTRICT, Rule.RESTRICT)),
            Map.entry("both", new ForeignKeyRules(Rule.SET_NULL, Rule.CASCADE)),
            Map.entry("none", new ForeignKeyRules(Rule.RESTRICT, Rule.RESTRICT)),
            Map.entry("last", new ForeignKeyRules(Rule.RESTRICT, Rule.SET_DEFAULT)));
  }
}
