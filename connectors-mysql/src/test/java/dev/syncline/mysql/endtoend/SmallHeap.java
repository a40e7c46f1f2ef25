package dev.syncline.mysql.endtoend;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.fault.ChildJob;
import dev.syncline.testkit.fault.ChildProcess;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The main of a process with little heap that runs a job, and ends if that is not enough. It takes
 * source port, target port, user, database, and tables to be copied, all if none is named.
 */
final class SmallHeap {

  private static final String PASSWORD = "SYNCLINE_TEST_PASSWORD";

  private SmallHeap() {}

  /** Starts a job in a JVM with so much heap. */
  static ChildProcess start(String heap, ServerPair pair, String database, String... tables)
      throws IOException {
    Stream<String> own =
        Stream.of(
            String.valueOf(pair.source().port()),
            String.valueOf(pair.target().port()),
            pair.source().username(),
            database);
    return ChildProcess.of(SmallHeap.class)
        .heap(heap)
        .environment(PASSWORD, pair.source().password())
        .start(Stream.concat(own, Stream.of(tables)).toArray(String[]::new));
  }

  public static void main(String[] arguments) throws InterruptedException {
    ChildJob.run(
        SyncJob.from(
                MySqlSource.builder()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(arguments[0]))
                    .username(arguments[2])
                    .password(System.getenv(PASSWORD))
                    .build())
            .to(
                MySqlSink.builder()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(arguments[1]))
                    .username(arguments[2])
                    .password(System.getenv(PASSWORD))
                    .build())
            .named(arguments[3])
            .select(selection(List.of(arguments)))
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(new MemoryCheckpointStore())
            .build());
  }

  private static TableSelection selection(List<String> arguments) {
    List<String> tables = arguments.subList(4, arguments.size());
    if (tables.isEmpty()) {
      return TableSelection.builder().database(arguments.get(3)).build();
    }
    return TableSelection.builder()
        .database(arguments.get(3), database -> tables.forEach(database::table))
        .build();
  }
}
