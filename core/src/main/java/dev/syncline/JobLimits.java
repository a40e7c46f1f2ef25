package dev.syncline;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How much a job does and holds at one time. Immutable. */
public final class JobLimits {

  private final int lanes;
  private final int snapshotReaders;
  private final int snapshotWriters;
  private final int batchRows;
  private final int batchBytes;
  private final int queueBytes;
  private final Duration checkpointInterval;

  private JobLimits(Builder builder) {
    this.lanes = Objects.requireNonNullElse(builder.lanes, 4);
    this.snapshotReaders = Objects.requireNonNullElse(builder.snapshotReaders, 2);
    this.snapshotWriters = Objects.requireNonNullElse(builder.snapshotWriters, 2);
    this.batchRows = Objects.requireNonNullElse(builder.batchRows, 5_000);
    this.batchBytes = Objects.requireNonNullElse(builder.batchBytes, 4 << 20);
    this.queueBytes = Objects.requireNonNullElse(builder.queueBytes, 16 << 20);
    this.checkpointInterval =
        Objects.requireNonNullElse(builder.checkpointInterval, Duration.ofSeconds(1));
  }

  /** The defaults. */
  public static JobLimits defaults() {
    return builder().build();
  }

  /** Limits that are yet all defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Connections that write side by side what is followed, with {@link Consistency#PER_KEY}. */
  public int lanes() {
    return lanes;
  }

  /** Connections that read existing rows side by side. */
  public int snapshotReaders() {
    return snapshotReaders;
  }

  /** Connections that write existing rows side by side. */
  public int snapshotWriters() {
    return snapshotWriters;
  }

  /** About how many rows are written at one time. */
  public int batchRows() {
    return batchRows;
  }

  /** About how many bytes of rows are written at one time. */
  public int batchBytes() {
    return batchBytes;
  }

  /** About how many bytes of changes wait for the lanes, and as many in them; they share it. */
  public int queueBytes() {
    return queueBytes;
  }

  /** How often the checkpoint is saved at most while the job runs. */
  public Duration checkpointInterval() {
    return checkpointInterval;
  }

  /** All limits, for logs. */
  @Override
  public String toString() {
    return ("JobLimits[lanes=%d, snapshotReaders=%d, snapshotWriters=%d, batchRows=%d,"
            + " batchBytes=%d, queueBytes=%d, checkpointInterval=%s]")
        .formatted(
            lanes,
            snapshotReaders,
            snapshotWriters,
            batchRows,
            batchBytes,
            queueBytes,
            checkpointInterval);
  }

  /**
   * Collects limits. Each may be set once; a second time is an {@link IllegalStateException}, a
   * value out of its range an {@link IllegalArgumentException}. Not thread-safe.
   */
  public static final class Builder {

    private @Nullable Integer lanes;
    private @Nullable Integer snapshotReaders;
    private @Nullable Integer snapshotWriters;
    private @Nullable Integer batchRows;
    private @Nullable Integer batchBytes;
    private @Nullable Integer queueBytes;
    private @Nullable Duration checkpointInterval;

    private Builder() {}

    /**
     * Connections that write side by side what is followed, with {@link Consistency#PER_KEY}; with
     * {@link Consistency#TRANSACTIONAL} there is always one. Each holds up to two batches, once as
     * rows and once as text, and a part of the queue, of at least 1 MiB. May change from one start
     * to the next. Default: 4.
     *
     * @param count from 1 to 64
     */
    public Builder lanes(int count) {
      Settings.unset(lanes, "lanes");
      lanes = Settings.inRange(count, 1, 64, "lanes");
      return this;
    }

    /**
     * Connections that read existing rows side by side. For each, rows of about four batches are in
     * memory. Default: 2.
     *
     * @param count from 1 to 64
     */
    public Builder snapshotReaders(int count) {
      Settings.unset(snapshotReaders, "snapshotReaders");
      snapshotReaders = Settings.inRange(count, 1, 64, "snapshotReaders");
      return this;
    }

    /**
     * Connections that write existing rows side by side. For each, the text of about one batch is
     * in memory. Default: 2.
     *
     * @param count from 1 to 64
     */
    public Builder snapshotWriters(int count) {
      Settings.unset(snapshotWriters, "snapshotWriters");
      snapshotWriters = Settings.inRange(count, 1, 64, "snapshotWriters");
      return this;
    }

    /**
     * About how many rows are read or written at one time. Default: 5,000.
     *
     * @param rows from 1 to 100,000
     */
    public Builder batchRows(int rows) {
      Settings.unset(batchRows, "batchRows");
      batchRows = Settings.inRange(rows, 1, 100_000, "batchRows");
      return this;
    }

    /**
     * About how many bytes of rows are read or written at one time. Default: 4 MiB.
     *
     * @param bytes from 1 KiB to 256 MiB
     */
    public Builder batchBytes(int bytes) {
      Settings.unset(batchBytes, "batchBytes");
      batchBytes = Settings.inRange(bytes, 1 << 10, 256 << 20, "batchBytes");
      return this;
    }

    /**
     * About how many bytes of changes wait for the lanes, and as many in them; several lanes share
     * it, but each has 1 MiB at least. Default: 16 MiB.
     *
     * @param bytes from 1 KiB to 1 GiB
     */
    public Builder queueBytes(int bytes) {
      Settings.unset(queueBytes, "queueBytes");
      queueBytes = Settings.inRange(bytes, 1 << 10, 1 << 30, "queueBytes");
      return this;
    }

    /**
     * How often the checkpoint is saved at most while the job runs. One that is larger than a
     * million characters, of thousands of tables, is saved less often, so that its store gets about
     * as many in a second. Default: 1 second.
     *
     * @param interval positive
     */
    public Builder checkpointInterval(Duration interval) {
      Settings.unset(checkpointInterval, "checkpointInterval");
      checkpointInterval = Settings.positive(interval, "checkpointInterval");
      return this;
    }

    /** The limits. */
    public JobLimits build() {
      return new JobLimits(this);
    }
  }
}
