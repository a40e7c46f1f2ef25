package dev.syncline.testkit.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class JvmDeathIT {
  @ParameterizedTest
  @EachRelease
  void theServerAndItsDataAreGone(MySqlRelease release) throws Exception {
    try (ChildJvm child = ChildJvm.start(HoldServer.class, cache(), release.name(), "held")) {
      int port = Integer.parseInt(child.line());
      List<ProcessHandle> processes = handles(child.line());
      Path folder = Path.of(child.line());
      assertThat(MySqlGreeting.read("127.0.0.1", port)).isPresent();
      assertThat(processes).hasSize(3).allMatch(ProcessHandle::isAlive);

      child.kill();

      for (ProcessHandle process : processes) {
        process.onExit().get(60, SECONDS);
      }
      assertThat(LoopbackPort.isFree(port)).isTrue();
      assertThat(folder).doesNotExist();
    }
  }

  @ParameterizedTest
  @EachRedis
  void aPausedServerOfRedisAndItsDataAreGone(RedisRelease release) throws Exception {
    try (ChildJvm child = ChildJvm.start(HoldRedis.class, cache(), release.name())) {
      int port = Integer.parseInt(child.line());
      List<ProcessHandle> processes = handles(child.line());
      Path folder = Path.of(child.line());
      assertThat(processes).hasSize(3).allMatch(ProcessHandle::isAlive);
      assertThat(folder).exists();

      child.kill();

      for (ProcessHandle process : processes) {
        process.onExit().get(60, SECONDS);
      }
      assertThat(LoopbackPort.isFree(port)).isTrue();
      assertThat(folder).doesNotExist();
    }
  }

  @Test
  void theServerIsGoneEvenIfItsFolderIsNoMore() throws Exception {
    try (ChildJvm child = ChildJvm.start(HoldServer.class, cache(), "MYSQL_5_7", "homeless")) {
      child.line();
      List<ProcessHandle> processes = handles(child.line());
      Path folder = Path.of(child.line());
      Files.move(folder, folder.resolveSibling(folder.getFileName() + ".moved"));

      child.kill();

      for (ProcessHandle process : processes) {
        process.onExit().get(60, SECONDS);
      }
      FileTrees.delete(folder.resolveSibling(folder.getFileName() + ".moved"));
    }
  }

  @Test
  void theNextServerCleansUpWhenEvenTheGuardWasKilled() throws Exception {
    try (ChildJvm child = ChildJvm.start(HoldServer.class, cache(), "MYSQL_5_7", "unguarded")) {
      child.line();
      List<ProcessHandle> processes = handles(child.line());
      Path folder = Path.of(child.line());
      processes.forEach(ProcessHandle::destroyForcibly);
      child.kill();
      for (ProcessHandle process : processes) {
        process.onExit().get(60, SECONDS);
      }

      // Or one that another JVM of this build has started meanwhile.
      MySqlServer.builder(MySqlRelease.MYSQL_5_7).start().close();

      assertThat(folder).doesNotExist();
    }
  }

  @Test
  void theNextServerLeavesTheDataOfALivingJvmAlone() throws Exception {
    try (ChildJvm child = ChildJvm.start(HoldServer.class, cache(), "MYSQL_5_7", "alive")) {
      int port = Integer.parseInt(child.line());
      child.line();
      Path folder = Path.of(child.line());

      MySqlServer.builder(MySqlRelease.MYSQL_5_7).start().close();

      assertThat(folder).isDirectory();
      assertThat(MySqlGreeting.read("127.0.0.1", port)).isPresent();
    }
  }

  private static Map<String, String> cache() {
    return Map.of("syncline.cache", ServerCache.open().root().toString());
  }

  private static List<ProcessHandle> handles(String pids) {
    return Stream.of(pids.split(" ", -1))
        .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
        .toList();
  }

  /** Starts a server, pauses it, tells its port, processes and folder, and holds it. */
  static final class HoldRedis {
    private HoldRedis() {}

    public static void main(String[] arguments) throws Exception {
      RedisServer server = RedisServer.start(RedisRelease.valueOf(arguments[0]));
      server.pause();
      System.out.println(server.port());
      System.out.println(processes());
      System.out.println(server.folder());
      new CountDownLatch(1).await();
    }
  }

  private static String processes() {
    return String.join(
        " ", ProcessHandle.current().descendants().map(process -> "" + process.pid()).toList());
  }

  /** Starts a server, tells its port, processes and folder, and holds it until it is killed. */
  static final class HoldServer {
    private HoldServer() {}

    public static void main(String[] arguments) throws Exception {
      String name = arguments[1];
      MySqlServer server =
          MySqlServer.builder(MySqlRelease.valueOf(arguments[0])).name(name).start();
      System.out.println(server.port());
      System.out.println(processes());
      try (Stream<Path> folders = Files.list(ServerCache.open().runs())) {
        String prefix = name + "-" + ProcessHandle.current().pid() + "-";
        System.out.println(
            folders
                .filter(Files::isDirectory)
                .filter(folder -> folder.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow());
      }
      new CountDownLatch(1).await();
    }
  }
}
