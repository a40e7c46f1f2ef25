package dev.syncline.benchmarks;

import dev.syncline.testkit.server.MySqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/** The time that two servers and this process spend on the cores, from the making of a meter on. */
final class CpuMeter {

  private final ProcessHandle target;
  private final ProcessHandle source;
  private final ProcessHandle ours = ProcessHandle.current();
  private final double targetBefore;
  private final double sourceBefore;
  private final double oursBefore;

  /** Begins. The servers must run on this machine and not be restarted. */
  CpuMeter(MySqlServer source, MySqlServer target) throws SQLException, IOException {
    this.source = process(source);
    this.target = process(target);
    this.sourceBefore = seconds(this.source);
    this.targetBefore = seconds(this.target);
    this.oursBefore = seconds(ours);
  }

  /** The seconds of each so far. */
  String text() {
    return "target=%.1fs source=%.1fs ours=%.1fs"
        .formatted(
            seconds(target) - targetBefore,
            seconds(source) - sourceBefore,
            seconds(ours) - oursBefore);
  }

  private static ProcessHandle process(MySqlServer server) throws SQLException, IOException {
    Path file = Path.of(Sales.query(server, "SELECT @@global.pid_file", 1));
    return ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).orElseThrow();
  }

  private static double seconds(ProcessHandle process) {
    Duration taken = process.info().totalCpuDuration().orElseThrow();
    return taken.toMillis() / 1e3;
  }
}
