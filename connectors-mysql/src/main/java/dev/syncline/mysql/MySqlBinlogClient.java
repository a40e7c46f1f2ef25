package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import java.io.IOException;

/**
 * Asks a MySQL server for its log, or a server of any kind for the log from a place on, and
 * receives events of any length.
 */
final class MySqlBinlogClient extends BinaryLogClient {
  private static final int KNOWS_GTIDS = 4;

  MySqlBinlogClient(MySqlEndpoint.Login login) {
    super(login.host(), login.port(), login.username(), login.password().reveal());
    setMariaDbSlaveCapability(KNOWS_GTIDS);
  }

  @Override
  protected void requestBinaryLogStream() throws IOException {
    super.requestBinaryLogStream();
    channel = JoinedPackets.channel(channel);
  }
}
