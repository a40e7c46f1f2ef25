package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MySqlSinkTest {

  @Test
  void printsItsAddressAndNoSecret() {
    MySqlSink sink =
        MySqlSink.builder().host("db2").port(3307).username("sync").password("s3cret").build();

    assertThat(sink).hasToString("MySqlSink[db2:3307]");
  }

  @Test
  void refusesBadSettingsAtTheCall() {
    assertThatThrownBy(() -> MySqlSink.builder().ledgerDatabase(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'ledgerDatabase'");
    assertThatThrownBy(() -> MySqlSink.builder().ledgerDatabase("x".repeat(65)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MySqlSink.builder().maxStatementRows(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1 to 10000");
    assertThatThrownBy(() -> MySqlSink.builder().maxStatementBytes(1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MySqlSink.builder().host("a").host("b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'host' is given twice");
    assertThatThrownBy(() -> MySqlSink.builder().build()).isInstanceOf(IllegalStateException.class);
  }
}
