package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import java.io.IOException;

/** Asks a MySQL server for its log, and receives events of any length. */
final class MySqlBinlogClient extends BinaryLogClient {

  MySqlBinlogClient(MySqlEndpoint.Login login) {
    super(login.host(), login.port(), login.username(), login.password().reveal());
  }

  @Override
  protected void requestBinaryLogStream() throws IOException {
    super.requestBinaryLogStream();
    channel = JoinedPackets.channel(channel);
  }
}
