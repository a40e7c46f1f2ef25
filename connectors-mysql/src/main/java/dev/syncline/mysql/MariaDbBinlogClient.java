package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.network.protocol.command.DumpBinaryLogCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.QueryCommand;
import java.io.IOException;
import java.util.List;

/**
 * Asks a MariaDB server for the log behind a GTID position. The library's own way takes an empty
 * position for none, and lets a server that lacks the position's transaction pass over those that
 * other servers wrote behind it.
 */
final class MariaDbBinlogClient extends BinaryLogClient {
  private static final int KNOWS_GTIDS = 4;
  private static final long FIRST_EVENT = 4;

  private final MariaDbGtids from;
  private final long serverId;

  MariaDbBinlogClient(MySqlEndpoint.Login login, long serverId, MariaDbGtids from) {
    super(login.host(), login.port(), login.username(), login.password().reveal());
    this.from = from;
    this.serverId = serverId;
    setServerId(serverId);
    // Else the library would ask for the end of the log.
    setBinlogFilename("");
  }

  @Override
  protected void requestBinaryLogStream() throws IOException {
    List<String> settings =
        List.of(
            "SET @mariadb_slave_capability = " + KNOWS_GTIDS,
            "SET @slave_connect_state = '" + from + "'",
            "SET @slave_gtid_strict_mode = 1",
            "SET @slave_gtid_ignore_duplicates = 0");
    for (String setting : settings) {
      channel.write(new QueryCommand(setting));
      checkError(channel.read());
    }
    channel.write(new DumpBinaryLogCommand(serverId, "", FIRST_EVENT));
    channel = JoinedPackets.channel(channel);
  }
}
