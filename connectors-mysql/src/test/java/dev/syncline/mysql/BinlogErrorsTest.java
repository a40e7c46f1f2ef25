package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.syncline.PositionLostException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BinlogErrorsTest {
  private static final MySqlEndpoint ENDPOINT = endpoint();
  private static final BinlogPoint POINT = new BinlogPoint("bin.000001", 4);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Could not find first log file name in binary log index file",
        "could not find next log; the first event 'bin.000001' at 4, the last event read",
        "The slave is connecting using CHANGE MASTER TO MASTER_AUTO_POSITION = 1, but the master"
            + " has purged binary logs containing GTIDs that the slave requires.",
        "Cannot replicate because the source purged required binary logs.",
        "Client requested master to start replication from position > file size",
        "Client requested source to start replication from impossible position",
        "Slave has more GTIDs than the master has, using the master's SERVER_UUID.",
        "Error: connecting slave requested to start from GTID 0-1-5, which is not in the master's"
            + " binlog",
        "The binlog on the master is missing the GTID 0-1-5 requested by the slave (even though"
            + " both a prior and a subsequent sequence number does exist), and GTID strict mode is"
            + " enabled",
      })
  void positionsThatTheServerDoesNotHaveAreLost(String said) {
    SyncException failure = dump(said);

    assertThat(failure)
        .isInstanceOf(PositionLostException.class)
        .hasMessageContaining("'bin.000001:4'")
        .hasMessageContaining("'db1:3306'")
        .hasMessageContaining("snapshot");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A slave with the same server_uuid/server_id as this slave has connected to the master",
        "A replica with the same server_uuid/server_id as this replica has connected",
        "A slave with the same server_id is already connected; the first event",
        "Misconfigured master - master server_id is 0",
        "Binary log is not open",
        "log event entry exceeded max_allowed_packet; Increase max_allowed_packet on master",
        "The replication sender thread cannot start in AUTO_POSITION mode: this server has"
            + " GTID_MODE = OFF instead of ON.",
        "bogus data in log event; the first event 'bin.000001' at 4",
        "event read from binlog did not pass crc check",
      })
  void whatTryingAgainDoesNotMendIsPermanent(String said) {
    assertThat(dump(said)).isExactlyInstanceOf(SyncException.class);
  }

  @Test
  void otherFailuresOfTheDumpThreadAreTransient() {
    assertThat(dump("Error reading a log event; I/O error")).isInstanceOf(TransientException.class);
  }

  @Test
  void lostConnectionsAreTransient() {
    for (IOException failure :
        new IOException[] {
          new EOFException(), new SocketTimeoutException("Read timed out"), new IOException("x")
        }) {
      assertThat(BinlogErrors.translate(failure, ENDPOINT, POINT))
          .isInstanceOf(TransientException.class)
          .hasCause(failure);
    }
    assertThat(translate(new ServerException("Query execution was interrupted", 1317, "70100")))
        .isInstanceOf(TransientException.class);
    assertThat(translate(new ServerException("Server shutdown in progress", 1053, "08S01")))
        .isInstanceOf(TransientException.class);
  }

  @Test
  void refusedCertificatesArePermanent() {
    IOException refused = new SSLHandshakeException("no path");
    refused.initCause(new CertificateException("no path to a trusted authority"));

    assertThat(translate(refused))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("'tls'");
  }

  @Test
  void ourOwnFailuresStayAsTheyAre() {
    SyncException own = new UnsupportedChangeException("own");

    assertThat(BinlogErrors.translate(new IOException(own), ENDPOINT, POINT)).isSameAs(own);
  }

  @Test
  void whatIsUnknownIsNotTransient() {
    assertThat(translate(new IllegalStateException("bug")))
        .isExactlyInstanceOf(SyncException.class);
    assertThat(translate(new OutOfMemoryError("heap"))).isExactlyInstanceOf(SyncException.class);
  }

  private static SyncException dump(String said) {
    return translate(new ServerException(said, 1236, "HY000"));
  }

  private static SyncException translate(Throwable failure) {
    return BinlogErrors.translate(failure, ENDPOINT, POINT);
  }

  private static MySqlEndpoint endpoint() {
    MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
    builder.host("db1");
    builder.username("u");
    builder.password("p");
    return builder.buildWithLogin();
  }
}
