package dev.syncline.testkit.server;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.WaitResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container of the official image of its release.
 *
 * <p>The only class that touches Testcontainers, so that nobody else needs it.
 */
final class MySqlContainer implements MySqlHost {
  private static final int PORT = 3306;
  private static final int MAX_PORTS = 5;
  private static final int LOG_LINES = 30;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);
  private static final List<String> PORT_TAKEN = List.of("already allocated", "already in use");

  private final String title;
  private final GenericContainer<?> container;

  private int port;
  private @Nullable End end;

  private MySqlContainer(String title, GenericContainer<?> container) {
    this.title = title;
    this.container = container;
  }

  /** Prepares a server with data of its own; {@link #start} starts it. */
  static MySqlContainer prepare(String name, MySqlRelease release, MySqlOptions options) {
    String image = release.image();
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withEnv("MYSQL_ALLOW_EMPTY_PASSWORD", "1")
            .withEnv("MYSQL_INITDB_SKIP_TZINFO", "1")
            .withCopyToContainer(
                Transferable.of(Accounts.unloggedScript()),
                "/docker-entrypoint-initdb.d/accounts.sql")
            .withCommand(options.arguments().toArray(String[]::new))
            .waitingFor(new NoWait());
    return new MySqlContainer(
        "server '" + name + "' (" + release + ") in a container of '" + image + "'", container);
  }

  @Override
  public Endpoint start() {
    try {
      if (port == 0) {
        createOnFreePort();
      } else {
        container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
      }
      end =
          container.getDockerClient().waitContainerCmd(container.getContainerId()).exec(new End());
      awaitGreeting(end);
      return new Endpoint(container.getHost(), port);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while " + title + " was starting.", e);
    }
  }

  /** The port is chosen here and not by the engine, which would choose another at a restart. */
  private void createOnFreePort() {
    for (int i = 0; i < MAX_PORTS; i++) {
      int candidate = LoopbackPort.free();
      container.setPortBindings(List.of(candidate + ":" + PORT));
      try {
        container.start();
        port = candidate;
        return;
      } catch (RuntimeException e) {
        if (PORT_TAKEN.stream().noneMatch(rootMessage(e)::contains)) {
          throw new ServerException("Cannot start " + title + ": " + rootMessage(e), e);
        }
      }
    }
    throw new ServerException(
        "Cannot start " + title + ": the last " + MAX_PORTS + " ports tried were taken.");
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private void awaitGreeting(End ended) throws InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (MySqlGreeting.read(container.getHost(), port).isEmpty()) {
      if (ended.await(PROBE_INTERVAL)) {
        throw failure("ended before it served");
      }
      if (System.nanoTime() > deadline) {
        throw failure("did not serve after " + START_LIMIT.toMinutes() + " min");
      }
    }
  }

  private ServerException failure(String what) {
    return new ServerException(
        "Cannot start " + title + ": it " + what + ". The last lines of its log:\n" + logTail());
  }

  @Override
  public void kill() {
    End running = end;
    if (running == null) {
      return;
    }
    try {
      if (container.isRunning()) {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
      }
      if (!running.await(KILL_LIMIT)) {
        throw new ServerException(
            "Killed " + title + ", but it was not gone after " + KILL_LIMIT.toSeconds() + " s.");
      }
      end = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while " + title + " was being killed.", e);
    }
  }

  @Override
  public String logTail() {
    return ServerLog.tailOf(container.getLogs(), LOG_LINES);
  }

  @Override
  public void close() {
    container.stop();
  }

  /** The greeting is awaited here, the first time and after each restart. */
  private static final class NoWait implements WaitStrategy {
    @Override
    public void waitUntilReady(WaitStrategyTarget target) {}

    @Override
    public WaitStrategy withStartupTimeout(Duration limit) {
      return this;
    }
  }

  /** Hears from the engine when the container's process ends. */
  private static final class End extends ResultCallback.Adapter<WaitResponse> {
    private final CountDownLatch latch = new CountDownLatch(1);

    @Override
    public void onNext(WaitResponse response) {
      latch.countDown();
    }

    @Override
    public void onError(Throwable failure) {
      latch.countDown();
      super.onError(failure);
    }

    /** Not {@code awaitCompletion}, which gives up listening when its time is over. */
    boolean await(Duration limit) throws InterruptedException {
      return latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
