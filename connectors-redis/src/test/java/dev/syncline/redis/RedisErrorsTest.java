package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is worth trying again, and what is not. */
class RedisErrorsTest {

  private static final RedisAddress SERVER = new RedisAddress("cache1", 6379);

  private static IOException handshake(String message, Exception cause) {
    SSLHandshakeException failure = new SSLHandshakeException(message);
    failure.initCause(cause);
    return failure;
  }

  @Test
  void certificatesThatAreNotTrustedStopTheJob() {
    for (IOException failure :
        List.of(
            handshake("PKIX path building failed", new CertificateException("no path")),
            handshake("no names", new CertificateException("No name matching cache1 found")),
            handshake("no path", new CertPathBuilderException("no path")),
            handshake("revoked", new CertPathValidatorException("revoked")),
            new SSLException(
                "empty", new RuntimeException(new InvalidAlgorithmParameterException("empty"))),
            new SSLException("Received fatal alert: certificate_required"),
            new SSLHandshakeException("Received fatal alert: bad_certificate"),
            new SSLHandshakeException("Received fatal alert: unknown_ca"))) {
      assertThat(RedisErrors.lost(SERVER, failure))
          .isInstanceOf(ConnectionRefusedException.class)
          .hasMessageContaining("'cache1:6379'")
          .hasMessageContaining(failure.getMessage());
    }
  }

  @Test
  void connectionsThatEndAreTriedAgain() {
    for (IOException failure :
        List.of(
            handshake("Remote host terminated the handshake", new EOFException("end")),
            new SSLException("Connection reset", new SocketException("Connection reset")),
            new SSLException("Tag mismatch", new AEADBadTagException("Tag mismatch")),
            new SSLException("bad record MAC", new BadPaddingException("bad record MAC")),
            new EOFException("end"))) {
      assertThat(RedisErrors.lost(SERVER, failure)).isInstanceOf(TransientException.class);
    }
  }

  /** A server without room says so whatever it is asked first, and hangs up. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERR max number of clients reached",
        "ERR max number of clients + cluster connections reached"
      })
  void serversWithoutRoomForAConnectionAreTriedAgain(String answer) {
    RedisReplyException full = new RedisReplyException(answer);

    assertThat(RedisErrors.loginRefused(SERVER, full))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("'cache1:6379'")
        .hasMessageContaining(answer);
    assertThat(RedisErrors.refused(SERVER, "the command INFO", full))
        .isInstanceOf(TransientException.class);
  }

  @Test
  void aStoreThatCannotBeReadIsNamed(@TempDir Path folder) throws IOException {
    Path store = Files.writeString(folder.resolve("store.p12"), "none");
    RedisLogin login =
        new RedisLogin(
            Optional.empty(),
            Optional.empty(),
            RedisTls.verifyCa().trusting(store, "geheim"),
            RedisLogin.DEFAULT_CONNECT_TIMEOUT,
            RedisLogin.DEFAULT_ANSWER_TIMEOUT);
    try (ScriptedServer server = new ScriptedServer()) {
      RedisAddress address = new RedisAddress("127.0.0.1", server.port());
      assertThatThrownBy(() -> RespConnection.open(address, login))
          .isExactlyInstanceOf(SyncException.class)
          .hasMessageContaining("'" + store + "'")
          .hasMessageNotContaining("geheim");
    }
  }
}
