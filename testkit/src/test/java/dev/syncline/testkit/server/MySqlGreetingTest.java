package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MySqlGreetingTest {
  @Test
  void readsTheVersion() throws IOException {
    assertThat(greetingFrom("\1\0\0\0\n8.0.31\0rest")).contains("8.0.31");
  }

  @Test
  void isEmptyWhenTheServerRefuses() throws IOException {
    assertThat(greetingFrom("\1\0\0\0\u007fToo many connections")).isEmpty();
  }

  @Test
  void isEmptyWhenTheServerHangsUp() throws IOException {
    assertThat(greetingFrom("\1\0")).isEmpty();
  }

  @Test
  void isEmptyWhenNobodyListens() throws IOException {
    assertThat(MySqlGreeting.read("127.0.0.1", LoopbackPort.free())).isEmpty();
  }

  private static Optional<String> greetingFrom(String packet) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> send(server, packet));
      Optional<String> version = MySqlGreeting.read("127.0.0.1", server.getLocalPort());
      answer.join();
      return version;
    }
  }

  private static void send(ServerSocket server, String packet) {
    try (Socket client = server.accept()) {
      client.getOutputStream().write(packet.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
