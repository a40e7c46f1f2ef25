package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.testkit.server.TcpProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

  private static final int SECONDS = 20;
  private static final int SHORT_MILLIS = 200;

  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread accept = new Thread(this::accept, "test-server");
    accept.setDaemon(true);
    accept.start();
    proxy = TcpProxy.before(server.getInetAddress().getHostAddress(), server.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        accepted.add(server.accept());
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
    assertThat(threads()).isZero();
  }

  private long threads() {
    String name = "tcp-proxy-" + proxy.port() + "-";
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .count();
  }

  /** Both ends of a connection through the proxy. */
  private record Pair(Socket client, Socket server) {

    Pair {
      try {
        client.setSoTimeout(SECONDS * 1_000);
        server.setSoTimeout(SECONDS * 1_000);
      } catch (SocketException e) {
        throw new IllegalStateException(e);
      }
    }

    void ask(String text) throws IOException {
      say(client, text);
    }

    void answer(String text) throws IOException {
      say(server, text);
    }

    String heardByServer(int length) throws IOException {
      return hear(server, length);
    }

    String heardByClient(int length) throws IOException {
      return hear(client, length);
    }

    private static void say(Socket socket, String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hear(Socket socket, int length) throws IOException {
      return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }
  }

  private Pair connect() throws Exception {
    Set<TcpLink> before = Set.copyOf(proxy.links());
    Socket client = new Socket(proxy.host(), proxy.port());
    Socket behind = accepted.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(behind).isNotNull();
    await(() -> !before.containsAll(proxy.links()));
    return new Pair(client, behind);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SHORT_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(SECONDS * 1_000);
  }

  private static void assertEnded(Socket socket) {
    int last;
    try {
      last = socket.getInputStream().read();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("The connection did not end.", e);
    } catch (IOException e) {
      last = -1;
    }
    assertThat(last).isEqualTo(-1);
  }

  @Test
  void carriesWhatBothSidesSayUntilBothHaveEnded() throws Exception {
    Pair pair = connect();

    pair.ask("hello");
    pair.answer("world");
    assertThat(pair.heardByServer(5)).isEqualTo("hello");
    assertThat(pair.heardByClient(5)).isEqualTo("world");

    pair.client().shutdownOutput();
    assertEnded(pair.server());
    pair.answer("still");
    assertThat(pair.heardByClient(5)).isEqualTo("still");
    pair.server().close();
    assertEnded(pair.client());
    await(() -> proxy.links().isEmpty());
  }

  @Test
  void cutsWhatRunsAndLetsNewConnectionsPass() throws Exception {
    Pair pair = connect();

    proxy.cut();

    assertEnded(pair.client());
    assertEnded(pair.server());
    Pair next = connect();
    next.ask("again");
    assertThat(next.heardByServer(5)).isEqualTo("again");
  }

  @Test
  void cutsAfterSoManyBytesToTheServer() throws Exception {
    Pair first = connect();
    Pair other = connect();
    proxy.cutAfter(Direction.TO_SERVER, 7);

    other.ask("1234");
    assertThat(other.heardByServer(4)).isEqualTo("1234");
    assertThat(proxy.isCutDue()).isTrue();
    first.ask("56789");

    assertThat(first.heardByServer(5)).isEqualTo("567");
    assertEnded(first.client());
    assertThat(proxy.isCutDue()).isFalse();
    other.ask("goes on");
    assertThat(other.heardByServer(7)).isEqualTo("goes on");
  }

  @Test
  void cutsAfterSoManyBytesToTheClient() throws Exception {
    Pair pair = connect();
    proxy.cutAfter(Direction.TO_CLIENT, 3);

    pair.ask("a long question");
    assertThat(pair.heardByServer(15)).isEqualTo("a long question");
    pair.answer("answer");

    assertThat(pair.heardByClient(6)).isEqualTo("ans");
    assertEnded(pair.server());
  }

  @Test
  void swallowsEverythingUntilItIsRestored() throws Exception {
    Pair before = connect();
    Pair idle = connect();
    proxy.blackHole();

    before.ask("lost");
    before.answer("lost");
    Pair meanwhile = connect();
    meanwhile.ask("lost");
    assertSilent(before.server());
    assertSilent(before.client());
    assertSilent(meanwhile.server());
    before.client().close();
    assertSilent(before.server());
    proxy.restore();

    assertEnded(before.server());
    assertEnded(meanwhile.client());
    idle.ask("was not robbed");
    assertThat(idle.heardByServer(14)).isEqualTo("was not robbed");
  }

  @Test
  void endsOneDirectionOnly() throws Exception {
    Pair pair = connect();

    proxy.halfClose(Direction.TO_CLIENT);

    assertEnded(pair.client());
    pair.ask("still there");
    assertThat(pair.heardByServer(11)).isEqualTo("still there");
    pair.answer("nobody hears it");
    proxy.restore();
    assertEnded(pair.server());
  }

  @Test
  void refusesUntilItIsRestored() throws Exception {
    Pair pair = connect();

    proxy.refuse();

    assertThatThrownBy(() -> new Socket(proxy.host(), proxy.port()).close())
        .isInstanceOf(ConnectException.class);
    pair.ask("goes on");
    assertThat(pair.heardByServer(7)).isEqualTo("goes on");
    proxy.restore();
    Pair next = connect();
    next.ask("new");
    assertThat(next.heardByServer(3)).isEqualTo("new");
  }

  @Test
  void isSlowUntilItIsRestored() throws Exception {
    Pair pair = connect();
    proxy.delay(Direction.TO_SERVER, Duration.ofHours(1));

    pair.ask("slow");
    pair.answer("quick");

    assertThat(pair.heardByClient(5)).isEqualTo("quick");
    assertSilent(pair.server());
    proxy.restore();
    assertThat(pair.heardByServer(4)).isEqualTo("slow");
  }

  @Test
  void letsATapChangeAndCut() throws Exception {
    Pair pair = connect();
    proxy.tap(
        (link, direction, piece) -> {
          String text = new String(piece, StandardCharsets.US_ASCII);
          if (text.equals("cut")) {
            link.cut();
          }
          return direction == Direction.TO_SERVER
              ? text.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII)
              : piece;
        });

    pair.ask("loud");
    assertThat(pair.heardByServer(4)).isEqualTo("LOUD");
    pair.answer("cut");

    assertEnded(pair.client());
    assertEnded(pair.server());
  }

  @Test
  void hangsUpWhereTheServerIsGone() throws Exception {
    try (TcpProxy lonely = TcpProxy.before(proxy.host(), LoopbackPort.free());
        Socket client = new Socket(lonely.host(), lonely.port())) {
      client.setSoTimeout(SECONDS * 1_000);

      assertEnded(client);

      assertThat(lonely.links()).isEmpty();
    }
  }

  @Test
  void refusesACutThatNothingWouldCause() {
    assertThatThrownBy(() -> proxy.cutAfter(Direction.TO_CLIENT, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("At least 1 byte must pass before a cut; got 0");
  }

  @Test
  void endsItsThreadsAlsoUnderATapThatWaitsAndADelay() throws Exception {
    Pair held = connect();
    proxy.delay(Direction.TO_SERVER, Duration.ofHours(1));
    proxy.tap(
        (link, direction, piece) -> {
          if (direction == Direction.TO_CLIENT) {
            try {
              new java.util.concurrent.CountDownLatch(1).await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return piece;
        });
    held.ask("held");
    held.answer("held");
    await(() -> proxy.links().size() == 1);

    proxy.close();

    assertThat(threads()).isZero();
    assertThatThrownBy(() -> new Socket(proxy.host(), proxy.port()).close())
        .isInstanceOf(ConnectException.class);
  }
}
