package dev.syncline.benchmarks;

import dev.syncline.testkit.server.MySqlServer;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.SerializationFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** The embedded Debezium engine, which reads a server's log into a consumer that only counts. */
final class DebeziumPeer implements AutoCloseable {

  private static final int MARK = 200_000_000;
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final String OFFSETS = "offsets";
  private static final String HISTORY = "history";
  private static final List<String> FILES = List.of(OFFSETS, HISTORY);
  private static final String TOPIC = "bench";
  private static final String ROWS = TOPIC + "." + Sales.DATABASE + "." + Sales.TABLE;

  private final MySqlServer server;
  private final Path home;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  DebeziumPeer(MySqlServer server) throws IOException {
    this.server = server;
    this.home = Files.createTempDirectory("syncline-bench");
  }

  /** Lets the engine learn the table, and remember that its log is read up to now. */
  void takePosition() throws Exception {
    AtomicLong marks = new AtomicLong();
    DebeziumEngine<?> engine = start(home, marks::addAndGet);
    try {
      for (int mark = MARK; marks.get() == 0; mark++) {
        Sales.mark(server, mark);
        LockSupport.parkNanos(QUIET.toNanos());
      }
      long seen = 0;
      while (seen != marks.get()) {
        seen = marks.get();
        LockSupport.parkNanos(QUIET.toNanos());
      }
    } finally {
      engine.close();
    }
  }

  /** Reads from there on, as often as it is called. */
  void read(Progress progress) throws Exception {
    Path copy = Files.createTempDirectory("syncline-bench");
    try {
      for (String file : FILES) {
        Files.copy(home.resolve(file), copy.resolve(file));
      }
      DebeziumEngine<?> engine = start(copy, progress::add);
      try {
        progress.await();
      } finally {
        engine.close();
      }
    } finally {
      delete(copy);
    }
  }

  private DebeziumEngine<?> start(Path folder, LongConsumer count) throws ClassNotFoundException {
    DebeziumEngine<?> engine = engine(folder, count);
    threads.execute(engine);
    return engine;
  }

  /** The format that hands on the connector's own records, which costs the engine least. */
  @SuppressWarnings("unchecked")
  private DebeziumEngine<?> engine(Path folder, LongConsumer count) throws ClassNotFoundException {
    Class<? extends SerializationFormat<Object>> connect =
        (Class<? extends SerializationFormat<Object>>)
            Class.forName("io.debezium.embedded.Connect").asSubclass(SerializationFormat.class);
    return DebeziumEngine.create(connect)
        .using(settings(folder))
        .notifying((records, committer) -> consume(records, committer, count))
        .build();
  }

  private static <R> void consume(
      List<R> records, DebeziumEngine.RecordCommitter<R> committer, LongConsumer count)
      throws InterruptedException {
    long rows = 0;
    for (R event : records) {
      if (event instanceof ChangeEvent<?, ?> change && ROWS.equals(change.destination())) {
        rows++;
      }
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
    if (rows > 0) {
      count.accept(rows);
    }
  }

  /**
   * Its defaults, but for what makes it quicker: batches and a queue of four times the size, short
   * pauses, no tombstones, no TLS, and the table named.
   */
  private Properties settings(Path folder) {
    Properties settings = new Properties();
    settings.setProperty("name", "bench");
    settings.setProperty("connector.class", "io.debezium.connector.mysql.MySqlConnector");
    settings.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
    settings.setProperty("offset.storage.file.filename", folder.resolve(OFFSETS).toString());
    settings.setProperty("offset.flush.interval.ms", "1000");
    settings.setProperty(
        "schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
    settings.setProperty(
        "schema.history.internal.file.filename", folder.resolve(HISTORY).toString());
    settings.setProperty("topic.prefix", TOPIC);
    settings.setProperty("database.hostname", server.host());
    settings.setProperty("database.port", Integer.toString(server.port()));
    settings.setProperty("database.user", server.username());
    settings.setProperty("database.password", server.password());
    settings.setProperty("database.server.id", "900001");
    settings.setProperty("database.ssl.mode", "disabled");
    settings.setProperty("driver.allowPublicKeyRetrieval", "true");
    settings.setProperty("table.include.list", Sales.DATABASE + "." + Sales.TABLE);
    settings.setProperty("snapshot.mode", "no_data");
    settings.setProperty("tombstones.on.delete", "false");
    settings.setProperty("max.batch.size", "8192");
    settings.setProperty("max.queue.size", "32768");
    settings.setProperty("poll.interval.ms", "10");
    return settings;
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    delete(home);
  }

  private static void delete(Path folder) throws IOException {
    for (String file : FILES) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.deleteIfExists(folder);
  }
}
