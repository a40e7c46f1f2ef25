package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantsTest {

  @Test
  void aPrivilegeOnADatabaseIsGivenThereOrEverywhere() {
    Grants grants =
        new Grants(
            List.of(
                "GRANT SELECT, CREATE ROUTINE ON *.* TO `u`@`%` WITH GRANT OPTION",
                "GRANT EVENT ON `shop`.* TO `u`@`%`",
                "GRANT ALL PRIVILEGES ON `own`.* TO `u`@`%`",
                "GRANT TRIGGER ON `shop`.`t` TO `u`@`%`"));

    assertThat(grants.mayHave("CREATE ROUTINE", "any")).isTrue();
    assertThat(grants.mayHave("CREATE ROUTINE")).isTrue();
    assertThat(grants.mayHave("EVENT", "shop")).isTrue();
    assertThat(grants.mayHave("EVENT", "own")).isTrue();
    assertThat(grants.mayHave("EVENT", "other")).isFalse();
    assertThat(grants.mayHave("EVENT")).isFalse();
    assertThat(grants.mayHave("TRIGGER", "shop")).isFalse();
    assertThat(grants.mayHave("TRIGGER", new TableId("shop", "t"))).isTrue();
    assertThat(grants.mayHave("TRIGGER", new TableId("own", "t"))).isTrue();
    assertThat(grants.mayHave("TRIGGER", new TableId("shop", "u"))).isFalse();
    assertThat(grants.mayHave("EVENT", new TableId("other", "t"))).isFalse();
    assertThat(grants.mayHave("CREATE", "shop")).isFalse();
  }

  @Test
  void namesOfDatabasesMayBePatterns() {
    Grants grants =
        new Grants(
            List.of(
                "GRANT CREATE ROUTINE ON `tenant\\_%`.* TO `u`@`%`",
                "GRANT EVENT ON `a_c`.* TO `u`@`%`"));

    assertThat(grants.mayHave("CREATE ROUTINE", "tenant_7")).isTrue();
    assertThat(grants.mayHave("CREATE ROUTINE", "tenants")).isFalse();
    assertThat(grants.mayHave("EVENT", "abc")).isTrue();
    assertThat(grants.mayHave("EVENT", "abbc")).isFalse();
  }

  @Test
  void aRoleMayGiveAnything() {
    Grants grants = new Grants(List.of("GRANT USAGE ON *.* TO `u`@`%`", "GRANT `r` TO `u`@`%`"));

    assertThat(grants.mayHave("EVENT", "shop")).isTrue();
    assertThat(new Grants(List.of("GRANT USAGE ON *.* TO `u`@`%`")).mayHave("EVENT", "a"))
        .isFalse();
  }
}
