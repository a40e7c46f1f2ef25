package dev.syncline.testkit.server;

import dev.syncline.testkit.server.MySqlRelease.Family;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The command-line options of a server, by name with underscores; immutable.
 *
 * <p>What belongs to the fixture (folders, addresses, sockets) is not among them.
 */
final class MySqlOptions {
  /** Options that the fixture has to choose itself. */
  private static final Set<String> OWNED =
      Set.of(
          "basedir",
          "bind_address",
          "character_sets_dir",
          "datadir",
          "lc_messages_dir",
          "log_error",
          "pid_file",
          "port",
          "skip_networking",
          "socket",
          "tmpdir",
          "user");

  /** Options that have to be known already when the data directory is made. */
  private static final Set<String> OF_DATA_DIRECTORY =
      Set.of(
          "default_authentication_plugin",
          "innodb_data_file_path",
          "innodb_log_file_size",
          "innodb_log_files_in_group",
          "innodb_page_size",
          "innodb_redo_log_capacity",
          "innodb_undo_tablespaces",
          "lower_case_table_names");

  /** For making a data directory: what keeps the server small, without a trace in the result. */
  private static final List<String> WHILE_MAKING =
      List.of(
          "--innodb_buffer_pool_size=64M", "--innodb_use_native_aio=0", "--performance_schema=0");

  /** Small, quick, complete in the log, and the same everywhere. */
  private static final Map<String, String> DEFAULTS =
      ordered(
          List.of(
              "binlog_format=ROW",
              "character_set_server=utf8mb4",
              "default_time_zone=+00:00",
              "innodb_buffer_pool_size=64M",
              "innodb_flush_log_at_trx_commit=2",
              "innodb_use_native_aio=0",
              "local_infile=0",
              "log_bin=binlog",
              "max_allowed_packet=64M",
              "max_connections=300",
              "performance_schema=0",
              "secure_file_priv=",
              "skip_name_resolve=1",
              "sync_binlog=0"));

  private static final Map<String, String> GTIDS =
      ordered(List.of("enforce_gtid_consistency=ON", "gtid_mode=ON"));

  private final Map<String, String> arguments;

  private MySqlOptions(Map<String, String> arguments) {
    this.arguments = arguments;
  }

  /** The defaults of a release, changed by arguments that the user gave by option name. */
  static MySqlOptions of(MySqlRelease release, int serverId, Map<String, String> changes) {
    Map<String, String> arguments = new LinkedHashMap<>();
    DEFAULTS.forEach((name, value) -> arguments.put(name, argument(name, value)));
    if (release.hasRowImages()) {
      arguments.put("binlog_row_image", argument("binlog_row_image", "FULL"));
    }
    boolean logs = !changes.containsKey("log_bin");
    // MySQL 5.6 has no GTIDs without a log.
    if (release.isFrom(Family.MYSQL, 5, 7) || (release.isFrom(Family.MYSQL, 5, 6) && logs)) {
      GTIDS.forEach((name, value) -> arguments.put(name, argument(name, value)));
    }
    release.options().forEach((name, value) -> arguments.put(name, argument(name, value)));
    arguments.put("server_id", argument("server_id", Integer.toString(serverId)));
    arguments.putAll(changes);
    return new MySqlOptions(arguments);
  }

  /** The option's name as it is kept here; refuses names that cannot be one or are not to set. */
  static String checkedName(String name) {
    String normal = name.replace('-', '_').toLowerCase(Locale.ROOT);
    if (!normal.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "Option '" + name + "' is not the name of a server option, such as 'binlog_format'.");
    }
    if (OWNED.contains(normal)) {
      throw new IllegalArgumentException(
          "Option '" + name + "' is chosen by the fixture and cannot be set.");
    }
    return normal;
  }

  static String argument(String name, String value) {
    return "--" + name + "=" + value;
  }

  /** All options, for starting the server. */
  List<String> arguments() {
    return List.copyOf(arguments.values());
  }

  /** The options for making the data directory: servers with equal ones can share a template. */
  List<String> ofDataDirectory() {
    Stream<String> shaping =
        arguments.entrySet().stream()
            .filter(option -> OF_DATA_DIRECTORY.contains(option.getKey()))
            .map(Map.Entry::getValue)
            .sorted();
    return Stream.concat(WHILE_MAKING.stream(), shaping).toList();
  }

  private static Map<String, String> ordered(List<String> assignments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      options.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return options;
  }
}
