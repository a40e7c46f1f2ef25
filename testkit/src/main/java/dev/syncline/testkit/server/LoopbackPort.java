package dev.syncline.testkit.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

/** Finds free TCP ports on the loopback address. */
final class LoopbackPort {
  /** How much higher the second port of a pair is: a node of a cluster of Redis wants it so. */
  static final int DISTANCE = 10_000;

  private static final int LOWEST = 15_000;
  private static final int LOWEST_USEFUL_WIDTH = 5_000;
  private static final int HIGHEST = 65_535;
  private static final int TRIES = 100;
  private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private LoopbackPort() {}

  /**
   * A port that nobody has now; another process may still be quicker.
   *
   * <p>It lies below the range that the kernel gives to clients: a port of that range could be
   * taken by a client's connection while its server is down for a restart, or even be connected to
   * itself by a client that tries again and again.
   */
  static int free() {
    try {
      return search();
    } catch (IOException e) {
      throw new ServerException("Cannot find a free port on the loopback address.", e);
    }
  }

  /**
   * As {@link #free}, but nobody has the port that lies {@value #DISTANCE} higher either, for
   * servers that take both.
   */
  static int freePair() {
    try {
      for (int i = 0; i < TRIES; i++) {
        int port = search();
        if (port + DISTANCE <= HIGHEST && isUnused(port + DISTANCE)) {
          return port;
        }
      }
    } catch (IOException e) {
      throw new ServerException("Cannot find a free port on the loopback address.", e);
    }
    throw new ServerException(
        "Cannot find two free ports on the loopback address that are %d apart."
            .formatted(DISTANCE));
  }

  /** Leaves the second ports of pairs alone, which are free as long as their server is down. */
  private static int search() throws IOException {
    int end = firstEphemeral() - DISTANCE;
    if (end - LOWEST >= LOWEST_USEFUL_WIDTH) {
      for (int i = 0; i < TRIES; i++) {
        int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
        if (isUnused(port)) {
          return port;
        }
      }
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Keeps a port from all who look for a free one, also while its server is down. A server may
   * listen on it, as all do that take a port again soon after they were killed.
   *
   * @return to be closed in the end; it ends with this JVM as well
   */
  static Socket keep(int port) {
    Socket socket = new Socket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException taken) {
      // As the server will say that is to listen there.
      TcpLink.close(socket);
    }
    return socket;
  }

  /** Whether a server could listen on the port now, if it is its own. */
  static boolean isFree(int port) {
    return isFree(port, true);
  }

  /** Whether nobody listens on the port, nor keeps it. */
  static boolean isUnused(int port) {
    return isFree(port, false);
  }

  private static boolean isFree(int port, boolean kept) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(kept);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static int firstEphemeral() throws IOException {
    if (!Files.isReadable(EPHEMERAL)) {
      return 0;
    }
    // Not Files.readString, which sees one digit: the kernel gives this file in a single read.
    try (Scanner range = new Scanner(EPHEMERAL, StandardCharsets.US_ASCII)) {
      return range.nextInt();
    }
  }
}
