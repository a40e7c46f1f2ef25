package dev.syncline.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** Stands between a client and a server, and can fall silent or change what the server says. */
final class FaultyRelay implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 10;

  private final ServerSocket listener;
  private final int serverPort;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean silent;
  private volatile UnaryOperator<byte[]> change = UnaryOperator.identity();

  FaultyRelay(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Lets nothing through any more, without a word to either side. */
  void fallSilent() {
    silent = true;
  }

  /** Changes what the server says from now on; pieces come as they are read. */
  void change(UnaryOperator<byte[]> change) {
    this.change = change;
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
      sockets.add(client);
      sockets.add(server);
      start(() -> copy(client, server, UnaryOperator.identity()));
      start(() -> copy(server, client, bytes -> change.apply(bytes)));
    }
  }

  private void copy(Socket from, Socket to, UnaryOperator<byte[]> way) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    int length = in.read(buffer);
    while (length >= 0) {
      if (silent) {
        await();
        return;
      }
      out.write(way.apply(Arrays.copyOf(buffer, length)));
      length = in.read(buffer);
    }
    to.close();
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One side has gone; so must the other.
                sockets.forEach(FaultyRelay::close);
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    sockets.forEach(FaultyRelay::close);
  }
}
