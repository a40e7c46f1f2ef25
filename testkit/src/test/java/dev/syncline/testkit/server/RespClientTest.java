package dev.syncline.testkit.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RespClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void sendsBytesTextsAndIntegers() throws Exception {
    String sent = "*4\r\n$3\r\nSET\r\n$1\r\n\u00ff\r\n$2\r\n\u00c3\u00a4\r\n$2\r\n-7\r\n";
    try (ServerSocket listener = listen()) {
      CompletableFuture<String> received = serve(listener, sent.length(), "+OK\r\n");

      try (RespClient client = connect(listener, PATIENCE)) {
        assertThat(client.command("SET", new byte[] {-1}, "ä", -7L)).isEqualTo("OK");
      }

      assertThat(received.join()).isEqualTo(sent);
    }
  }

  @Test
  void readsAllKindsOfReplies() throws Exception {
    try (RespClient client =
        replying("*6\r\n+OK\r\n:-5\r\n$2\r\n\r\n\r\n$-1\r\n*0\r\n*1\r\n-ERR no\r\n")) {
      List<?> replies = (List<?>) client.receive();

      assertThat(replies).hasSize(6);
      assertThat(replies.subList(0, 2)).isEqualTo(List.of("OK", -5L));
      assertThat((byte[]) replies.get(2)).isEqualTo(new byte[] {'\r', '\n'});
      assertThat(replies.get(3)).isNull();
      assertThat(replies.get(4)).isEqualTo(List.of());
      assertThat(((List<?>) replies.get(5)).get(0))
          .isInstanceOf(RespClient.ErrorReply.class)
          .hasToString(RespClient.ErrorReply.class.getName() + ": ERR no");
    }
  }

  @Test
  void throwsAnErrorAndGoesOn() throws Exception {
    try (RespClient client = replying("-ERR no\r\n:1\r\n")) {
      assertThatThrownBy(client::receive)
          .isInstanceOf(RespClient.ErrorReply.class)
          .hasMessage("ERR no");
      assertThat(client.receive()).isEqualTo(1L);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', the server hung up",
    "$3|ab, the server hung up within a value",
    "$2|abc|, 'expected byte 13, found 99'",
    "+OK, the server hung up",
    "?1|, unknown type of reply '?'",
    "$x|, ''x' is no length'",
    "*-2|, ''-2' is no length'"
  })
  void refusesWhatIsNoReply(String reply, String message) throws Exception {
    try (RespClient client = replying(reply.replace("|", "\r\n"))) {
      assertThatThrownBy(client::receive)
          .isInstanceOf(ServerException.class)
          .hasMessageMatching("The connection to '127.0.0.1:\\d+' broke: .*")
          .hasMessageContaining(message.replaceAll("^'(.*)'$", "$1"));
    }
  }

  @Test
  void isNotPatientForEver() throws Exception {
    try (ServerSocket listener = listen();
        RespClient client = connect(listener, Duration.ofMillis(50))) {
      assertThatThrownBy(() -> client.command("PING"))
          .isInstanceOf(ServerException.class)
          .hasMessageEndingWith("broke: Read timed out.");
    }
  }

  @Test
  void refusesArgumentsThatItDoesNotKnow() throws Exception {
    try (RespClient client = replying("")) {
      assertThatThrownBy(() -> client.command("SET", "k", 1.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("An argument must be a text, bytes or an integer, not java.lang.Double");
      assertThatThrownBy(client::command)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("A command needs a name.");
    }
  }

  @Test
  void saysThatNobodyListens() {
    int port = LoopbackPort.free();

    assertThatThrownBy(() -> RespClient.connect("127.0.0.1", port))
        .isInstanceOf(ServerException.class)
        .hasMessageStartingWith("Cannot connect to '127.0.0.1:" + port + "': ");
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** A client of a server that says that and hangs up. */
  private static RespClient replying(String reply) throws IOException {
    ServerSocket listener = listen();
    RespClient client = connect(listener, PATIENCE);
    serve(listener, 0, reply).join();
    listener.close();
    return client;
  }

  private static RespClient connect(ServerSocket listener, Duration patience) {
    return RespClient.connect(
        "127.0.0.1", listener.getLocalPort(), patience, SocketFactory.getDefault());
  }

  /** Accepts a connection, reads so many bytes and replies; the future has what was read. */
  private static CompletableFuture<String> serve(ServerSocket listener, int bytes, String reply) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Socket socket = listener.accept()) {
            byte[] received = socket.getInputStream().readNBytes(bytes);
            socket.getOutputStream().write(reply.getBytes(ISO_8859_1));
            return new String(received, ISO_8859_1);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
