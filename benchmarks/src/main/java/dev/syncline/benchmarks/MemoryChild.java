package dev.syncline.benchmarks;

import com.sun.management.GarbageCollectionNotificationInfo;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.GeneratedSource;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The main of a process whose memory is measured: runs a job until its input says something, then
 * prints the largest heap that was in use right after a collection and the largest resident size of
 * the process, in MiB, and how many generated rows have come.
 */
final class MemoryChild {

  static final String PASSWORD = "SYNCLINE_BENCH_PASSWORD";
  static final String PEAK = "PEAK";
  private static final long LOOK_NANOS = 20_000_000;

  private MemoryChild() {}

  /** Takes source port, target port, user and database; or the rows of a table to be generated. */
  public static void main(String[] arguments) throws IOException {
    AtomicLong heap = new AtomicLong();
    observe(heap);
    List<String> words = List.of(arguments);
    boolean generates = words.size() == 1;
    AtomicLong rows = new AtomicLong();
    SyncJob<TableChange> job =
        (generates ? generated(Long.parseLong(words.get(0)), rows) : mySql(words))
            .named(words.get(words.size() - 1))
            .checkpoints(new MemoryCheckpointStore())
            .build();
    job.start();
    boolean said = false;
    while (System.in.available() == 0 && job.status().failure().isEmpty()) {
      if (!said && job.status().state() == JobState.SYNCHRONIZING) {
        said = true;
        System.out.println(JobState.SYNCHRONIZING);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    job.status().failure().ifPresent(cause -> cause.printStackTrace(System.out));
    System.out.println(
        PEAK + " " + (heap.get() >> 20) + " " + residentMebibytes() + " " + rows.get());
    System.exit(0);
  }

  private static SyncJobBuilder<TableChange> generated(long rows, AtomicLong come) {
    return SyncJob.from(new GeneratedSource(rows))
        .to(new CountingSink(come::addAndGet))
        .select(TableSelection.builder().database("generated").build())
        .initialize(Initialization.DATA);
  }

  private static SyncJobBuilder<TableChange> mySql(List<String> words) {
    return SyncJob.from(
            MySqlSource.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(words.get(0)))
                .username(words.get(2))
                .password(System.getenv(PASSWORD))
                .build())
        .to(
            MySqlSink.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(words.get(1)))
                .username(words.get(2))
                .password(System.getenv(PASSWORD))
                .build())
        .select(TableSelection.builder().database(words.get(3)).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA);
  }

  private static void observe(AtomicLong heap) {
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) bean)
          .addNotificationListener(
              (notification, handback) -> {
                GarbageCollectionNotificationInfo info =
                    GarbageCollectionNotificationInfo.from(
                        (CompositeData) notification.getUserData());
                long used =
                    info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                        .filter(pool -> isHeap(pool.getKey()))
                        .map(Map.Entry::getValue)
                        .mapToLong(MemoryUsage::getUsed)
                        .sum();
                heap.accumulateAndGet(used, Math::max);
              },
              null,
              null);
    }
  }

  /** The names of other pools tell of code and classes. */
  private static boolean isHeap(String pool) {
    return pool.contains("Eden")
        || pool.contains("Survivor")
        || pool.contains("Old Gen")
        || pool.contains("Tenured Gen");
  }

  private static long residentMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IOException("The system does not tell the largest resident size.");
  }
}
