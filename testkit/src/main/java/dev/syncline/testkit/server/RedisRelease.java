package dev.syncline.testkit.server;

import static dev.syncline.testkit.server.Distribution.Layout.PROGRAM_IN_JAR;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The releases of Redis and Valkey that {@link RedisServer} can start. */
public enum RedisRelease {
  /** Redis 7.0.15. */
  REDIS_7_0(
      Product.REDIS,
      "7.0.15",
      program("org.signal:embedded-redis:0.9.1", "redis-server-7.0.15-linux-amd64")),

  /** Redis 4.0.10, the first with PSYNC2 and the last but one without streams. */
  REDIS_4_0(
      Product.REDIS,
      "4.0.10",
      program("io.spinnaker.embedded-redis:embedded-redis:0.9.0", "redis-server-4.0.10")),

  /** Redis 2.8.19, which has neither clusters nor PSYNC2. */
  REDIS_2_8(
      Product.REDIS,
      "2.8.19",
      program("com.github.kstyrc:embedded-redis:0.6", "redis-server-2.8.19")),

  /** Redis 3.2.5, the oldest with clusters. */
  REDIS_3_2(
      Product.REDIS, "3.2.5", program("net.ishiis.redis:redis-unit:1.0.3", "redis-server.3.2.5")),

  /** Redis 6.2.7. */
  REDIS_6_2(
      Product.REDIS,
      "6.2.7",
      program("org.signal:embedded-redis:0.8.3", "redis-server-6.2.7-linux-amd64")),

  /** Redis 8.0, from packages of Debian: see the system property {@code syncline.debian}. */
  REDIS_8_0(Product.REDIS, "8.0", new DebianPackages("trixie", "redis-server")),

  /** Redis 8.6, from packages of Debian: see the system property {@code syncline.debian}. */
  REDIS_8_6(Product.REDIS, "8.6", new DebianPackages("experimental", "redis-server")),

  /** Valkey 8.1, from packages of Debian: see the system property {@code syncline.debian}. */
  VALKEY_8(Product.VALKEY, "8.1", new DebianPackages("trixie", "valkey-server")),

  /** Valkey 9, from packages of Debian: see the system property {@code syncline.debian}. */
  VALKEY_9(Product.VALKEY, "9.1", new DebianPackages("sid", "valkey-server"));

  private static final String PROPERTY = "syncline.redis";

  /** What tests run with unless told otherwise. */
  private static final List<RedisRelease> DEFAULTS = List.of(REDIS_7_0, REDIS_4_0, REDIS_2_8);

  private final Product product;
  private final String version;

  @SuppressWarnings("ImmutableEnumChecker") // records of strings and unmodifiable lists
  private final Programs programs;

  RedisRelease(Product product, String version, Programs programs) {
    this.product = product;
    this.version = version;
    this.programs = programs;
  }

  private static Programs program(String coordinates, String entry) {
    return new Distribution(coordinates, PROGRAM_IN_JAR, entry, List.of("bin/redis-server"));
  }

  /**
   * The releases that tests are to run with, in their order: those that the system property {@code
   * syncline.redis} names, separated by commas, as {@code REDIS_7_0,REDIS_2_8}. Without it {@link
   * #REDIS_7_0}, {@link #REDIS_4_0} and {@link #REDIS_2_8}.
   *
   * @throws IllegalArgumentException if the property names what is no release, or one twice
   */
  public static List<RedisRelease> selected() {
    return selected(System.getProperty(PROPERTY));
  }

  static List<RedisRelease> selected(@Nullable String names) {
    return ReleaseSelection.of(PROPERTY, names, values(), DEFAULTS);
  }

  /**
   * The releases that tests are to run clusters of. A build with {@link #REDIS_7_0} has clusters of
   * that one only; any other has those of all its releases that know clusters, and of {@link
   * #REDIS_4_0} beside them.
   */
  public static List<RedisRelease> clusters() {
    return clusters(selected());
  }

  static List<RedisRelease> clusters(List<RedisRelease> selected) {
    return selected.contains(REDIS_7_0)
        ? List.of(REDIS_7_0)
        : Stream.concat(selected.stream().filter(RedisRelease::hasClusters), Stream.of(REDIS_4_0))
            .distinct()
            .toList();
  }

  /** The product, which decides on the names of the program and of some commands. */
  public Product product() {
    return product;
  }

  /** The version, for example {@code 7.0.15}; of Debian's packages only its first two numbers. */
  public String version() {
    return version;
  }

  /** What is downloaded to have this release. */
  Programs programs() {
    return programs;
  }

  /**
   * Whether this release knows what that version of Redis knows. Valkey, which left Redis after
   * 7.2, counts as 7.2.
   */
  public boolean isFrom(int major, int minor) {
    String[] numbers = (product == Product.VALKEY ? "7.2" : version).split("\\.", -1);
    int difference = Integer.parseInt(numbers[0]) - major;
    return difference > 0 || (difference == 0 && Integer.parseInt(numbers[1]) >= minor);
  }

  /** Whether fields of a hash can expire each by itself. */
  public boolean hasFieldExpiry() {
    return isFrom(7, 4) || this == VALKEY_9;
  }

  /** Whether servers of this release can form a {@link RedisCluster}. */
  public boolean hasClusters() {
    return isFrom(3, 2);
  }

  /** Whether a server of this release can speak TLS; all programs from 6.0 are built with it. */
  public boolean hasTls() {
    return isFrom(6, 0);
  }

  /** The product and version, for example {@code Redis 7.0.15}. */
  @Override
  public String toString() {
    return product + " " + version;
  }

  /** The two products that speak the protocol of Redis. */
  public enum Product {
    /** Redis. */
    REDIS("Redis"),

    /** Valkey, which began as Redis 7.2. */
    VALKEY("Valkey");

    private final String title;

    Product(String title) {
      this.title = title;
    }

    /** The name of the product as people write it. */
    @Override
    public String toString() {
      return title;
    }
  }
}
