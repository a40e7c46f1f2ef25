package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.syncline.setting.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlSourceTest {
  @Test
  void saysWhereItIsAndKeepsSecrets() {
    MySqlSource source = complete().port(3307).build();

    assertThat(source).hasToString("MySqlSource[db1:3307]");
    assertThat(new Secret("canary")).hasToString("***");
  }

  @Test
  void takesAddressesOfBothKinds() {
    assertThat(with("10.0.0.7")).hasToString("MySqlSource[10.0.0.7:3306]");
    assertThat(with("::1")).hasToString("MySqlSource[[::1]:3306]");
    assertThat(with("[fe80::1]")).hasToString("MySqlSource[[fe80::1]:3306]");
  }

  private static MySqlSource with(String host) {
    return MySqlSource.builder().host(host).username("u").password("p").build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "db1:3306", "db1/shop", "db1?a=b", "a,b", "user@db1", "(db1)"})
  void refusesWhatIsNoHost(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MySqlSource.builder().host(host))
        .withMessageContaining("'host'");
  }

  @Test
  void refusesValuesOutOfRangeAtTheCall() {
    MySqlSource.Builder builder = MySqlSource.builder();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.port(0))
        .withMessage("The setting 'port' must be from 1 to 65535, but is 0.");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.port(65_536));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.serverId(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.serverId(1L << 32));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeat(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeat(Duration.ofHours(2)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.lockTimeout(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.connectTimeout(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.socketTimeout(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.bufferBytes(1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.watermarkTable("shop", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.username(""));
  }

  @Test
  void refusesToBeToldTwice() {
    MySqlSource.Builder builder =
        complete()
            .port(1)
            .tls(MySqlTls.required())
            .serverId(5)
            .watermarkTable("a", "b")
            .heartbeat(Duration.ofSeconds(1))
            .lockTimeout(Duration.ofSeconds(1))
            .bufferBytes(1 << 20)
            .dataSource(new MysqlDataSource());

    assertThatIllegalStateException()
        .isThrownBy(() -> builder.host("db2"))
        .withMessage("The setting 'host' is given twice.");
    assertThatIllegalStateException().isThrownBy(() -> builder.port(1));
    assertThatIllegalStateException().isThrownBy(() -> builder.username("u"));
    assertThatIllegalStateException().isThrownBy(() -> builder.password("p"));
    assertThatIllegalStateException().isThrownBy(() -> builder.tls(MySqlTls.required()));
    assertThatIllegalStateException().isThrownBy(() -> builder.serverId(5));
    assertThatIllegalStateException().isThrownBy(() -> builder.watermarkTable("a", "b"));
    assertThatIllegalStateException().isThrownBy(() -> builder.heartbeat(Duration.ofSeconds(1)));
    assertThatIllegalStateException().isThrownBy(() -> builder.lockTimeout(Duration.ofSeconds(1)));
    assertThatIllegalStateException().isThrownBy(() -> builder.bufferBytes(1 << 20));
    assertThatIllegalStateException().isThrownBy(() -> builder.dataSource(new MysqlDataSource()));
  }

  @Test
  void needsHostAndCredentialsEvenWithADataSource() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MySqlSource.builder().dataSource(new MysqlDataSource()).build())
        .withMessage("The setting 'host' is missing.");
    assertThatIllegalStateException()
        .isThrownBy(() -> MySqlSource.builder().host("db1").password("p").build())
        .withMessage("The setting 'username' is missing.");
    assertThatIllegalStateException()
        .isThrownBy(() -> MySqlSource.builder().host("db1").username("u").build())
        .withMessage("The setting 'password' is missing.");
  }

  @Test
  void aTrustStoreNeedsAModeThatChecksCertificates() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MySqlTls.required().trusting(Path.of("store"), "p"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MySqlTls.verifyCa().trusting(Path.of("no such store"), "p"))
        .withMessage("There is no trust store 'no such store'.");
  }

  @Test
  void parsesThePositionsThatItPrints() {
    MySqlSource source = complete().build();
    String text = "binlog.000042:1947 server=4a6f2c0e-0000-0000-0000-000000000001";

    assertThat(source.parsePosition(text)).hasToString(text);
    assertThatIllegalArgumentException().isThrownBy(() -> source.parsePosition("latest"));
  }

  private static MySqlSource.Builder complete() {
    return MySqlSource.builder().host("db1").username("sync").password("canary");
  }
}
