package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class LoopbackPortTest {
  @Test
  void findsPortsThatAServerCanListenOn() throws IOException {
    int port = LoopbackPort.free();

    try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(server.getLocalPort()).isEqualTo(port);
    }
  }

  @Test
  void avoidsThePortsThatTheKernelGivesToClients() throws IOException {
    try (ServerSocket clientPort = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Clients get ports from 32768 on Linux, unless an administrator changed it.
      assertThat(clientPort.getLocalPort()).isGreaterThanOrEqualTo(32_768);
    }

    for (int i = 0; i < 50; i++) {
      assertThat(LoopbackPort.free()).isBetween(15_000, 32_767);
    }
  }

  @Test
  void findsTwoPortsThatAreSoFarApart() {
    for (int i = 0; i < 50; i++) {
      int port = LoopbackPort.freePair();

      assertThat(LoopbackPort.isFree(port)).isTrue();
      assertThat(LoopbackPort.isFree(port + 10_000)).isTrue();
      assertThat(port + 10_000).isLessThan(32_768);
    }
  }

  @Test
  void keepsAPortForAServerThatIsDownForAWhile() throws IOException {
    int port = LoopbackPort.free();
    try (Socket kept = LoopbackPort.keep(port)) {
      assertThat(kept.isBound()).isTrue();
      assertThat(LoopbackPort.isUnused(port)).isFalse();

      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();

      assertThat(LoopbackPort.isFree(port)).isTrue();
      assertThat(LoopbackPort.isUnused(port)).isFalse();
    }
    assertThat(LoopbackPort.isUnused(port)).isTrue();
  }

  @Test
  void keepsNothingThatSomebodyHas() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket kept = LoopbackPort.keep(server.getLocalPort())) {
      assertThat(kept.isBound()).isFalse();
    }
  }

  @Test
  void seesThatAPortIsTaken() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(LoopbackPort.isFree(server.getLocalPort())).isFalse();
    }
  }
}
