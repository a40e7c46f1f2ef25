package dev.syncline.mysql;

import static dev.syncline.testkit.server.MySqlRelease.Family.MYSQL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Accounts of each kind, with and without TLS, at the two places that log in: SQL and the log. */
class AuthenticationIT {

  private static final String PASSWORD = "secret-of-a-test";

  @ParameterizedTest
  @EachRelease
  void nativePasswords(MySqlRelease release) throws Exception {
    SourceFixture source = source(MySqlServer.shared(release));
    String identified =
        release.isFrom(MYSQL, 5, 7) ? "WITH mysql_native_password BY '%s'" : "BY '%s'";
    if (release.isFrom(MYSQL, 9, 0)) {
      assertThatThrownBy(() -> account(source, identified)).isInstanceOf(SQLException.class);
      return;
    }

    follow(source, account(source, identified), MySqlTls.disabled());
    follow(source, account(source, identified), MySqlTls.preferred());
  }

  @ParameterizedTest
  @EachRelease
  void cachedSha2Passwords(MySqlRelease release, @TempDir Path folder) throws Exception {
    SourceFixture source = source(MySqlServer.shared(release));
    String identified = "WITH caching_sha2_password BY '%s'";
    if (!release.isFrom(MYSQL, 8, 0)) {
      assertThatThrownBy(() -> account(source, identified)).isInstanceOf(SQLException.class);
      return;
    }

    // Each with an account of its own, since the server lets one in by less that it has seen.
    follow(source, account(source, identified), MySqlTls.disabled());
    follow(source, account(source, identified), MySqlTls.preferred());
    follow(source, account(source, identified), MySqlTls.required());
    follow(
        source,
        account(source, identified),
        MySqlTls.verifyCa().trusting(ca(source, folder), PASSWORD));
  }

  @ParameterizedTest
  @EachRelease
  void tlsIsHadOrRefused(MySqlRelease release, @TempDir Path folder) throws Exception {
    SourceFixture source = source(MySqlServer.shared(release));
    String account = account(source, "BY '%s'");
    if (!release.isFrom(MYSQL, 8, 0)) {
      for (MySqlTls tls : List.of(MySqlTls.required(), MySqlTls.verifyCa())) {
        checkMissing(source, account, tls);
      }
      return;
    }

    follow(source, account, MySqlTls.required());
    Path ca = ca(source, folder);
    follow(source, account, MySqlTls.verifyCa().trusting(ca, PASSWORD));
    // The certificate that such a server makes for itself names no host.
    checkRefused(source, account, MySqlTls.verifyIdentity().trusting(ca, PASSWORD), "localhost");
    // Nobody vouches for it.
    checkRefused(source, account, MySqlTls.verifyCa(), "localhost");
  }

  @ParameterizedTest
  @EachRelease
  void theNameInTheCertificateIsVerified(MySqlRelease release, @TempDir Path folder)
      throws Exception {
    Certified certified = Certified.localhost(folder, PASSWORD);
    MySqlServer.Builder builder =
        MySqlServer.builder(release)
            .option("ssl_cert", certified.certificate().toString())
            .option("ssl_key", certified.key().toString());
    if (release.family() == MySqlRelease.Family.MARIADB) {
      builder.option("ssl", "1");
    }
    try (MySqlServer server = builder.start()) {
      SourceFixture source = source(server);
      String account = account(source, "BY '%s'");
      MySqlTls tls = MySqlTls.verifyIdentity().trusting(certified.trustStore(), PASSWORD);
      if (!Feature.MODERN_TLS.isIn(release)) {
        checkMissing(source, account, tls);
        return;
      }

      follow(source, account, tls, "localhost");
      checkRefused(source, account, tls, "127.0.0.1");
      checkRefused(source, account, MySqlTls.verifyCa(), "localhost");
    }
  }

  /** Checks that a server without TLS, or with one that is too old, is not followed. */
  private static void checkMissing(SourceFixture source, String account, MySqlTls tls) {
    assertThatThrownBy(() -> follow(source, account, tls, "localhost"))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("SSL Connection required");
  }

  /** Checks that the certificate is the reason, at both places that log in. */
  private static void checkRefused(
      SourceFixture source, String account, MySqlTls tls, String host) {
    assertThatThrownBy(() -> follow(source, account, tls, host))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("Check the certificate of the server");
    MySqlPosition here;
    try (TableSourceSession session = source.open()) {
      here = (MySqlPosition) session.currentPositions().get(MySqlSession.STREAM);
    }
    MySqlEndpoint.Builder endpoint = MySqlEndpoint.builder();
    endpoint.host(host);
    endpoint.port(source.server().port());
    endpoint.username(account);
    endpoint.password(PASSWORD);
    endpoint.tls(tls);
    BinlogSettings settings =
        new BinlogSettings(
            endpoint.buildWithLogin(), 4711, Duration.ofSeconds(1), 1 << 20, Thread::new);
    assertThatThrownBy(() -> BinlogConnection.open(settings, here))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("Check the certificate of the server");
  }

  private static SourceFixture source(MySqlServer server) throws SQLException {
    SourceFixture source = new SourceFixture(server);
    source.execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n INT)");
    return source;
  }

  /** Makes an account that may do everything, and that no connection has used yet. */
  private static String account(SourceFixture source, String identified) throws SQLException {
    String name = "a" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    source.execute(
        "CREATE USER %s IDENTIFIED ".formatted(name) + identified.formatted(PASSWORD),
        "GRANT ALL ON *.* TO " + name);
    return name;
  }

  private static void follow(SourceFixture source, String account, MySqlTls tls) throws Exception {
    follow(source, account, tls, source.server().host());
  }

  /** Reads a change from the log, and takes the server over as a target. */
  private static void follow(SourceFixture source, String account, MySqlTls tls, String host)
      throws Exception {
    MySqlSource followed =
        MySqlSource.builder()
            .host(host)
            .port(source.server().port())
            .username(account)
            .password(PASSWORD)
            .tls(tls)
            .build();
    try (TableSourceSession session = followed.open(source.scope())) {
      session.define(List.of(source.definition("t")), session.memory());
      Position begin = session.currentPositions().get(MySqlSession.STREAM);
      source.execute("INSERT INTO t (n) VALUES (1)");
      Position end = session.currentPositions().get(MySqlSession.STREAM);
      try (StreamRecorder stream = new StreamRecorder(session, begin)) {
        stream.await(position -> position.compareTo(end) >= 0);
        assertThat(stream.inserted("t", end)).isNotEmpty();
      }
    }
    SinkFixture target = new SinkFixture(source.server());
    MySqlSink sink =
        MySqlSink.builder()
            .host(host)
            .port(source.server().port())
            .username(account)
            .password(PASSWORD)
            .tls(tls)
            .ledgerDatabase(target.ledger())
            .build();
    assertThat(sink.takeOver(target.run(), Map.of("s", "p")).epoch()).isEqualTo(1);
  }

  /** A trust store with the authority that the server made for itself. */
  private static Path ca(SourceFixture source, Path folder) throws Exception {
    String pem = source.ask("SELECT LOAD_FILE(CONCAT(@@datadir, @@ssl_ca))").get(0);
    Certificate ca =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    return Certified.trusting(ca, folder.resolve("ca.p12"), PASSWORD);
  }
}
