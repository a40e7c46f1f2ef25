package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that cannot be had; what real ones say is in {@link MySqlSourceCheckIT}. */
class ServerFindingsTest {

  private static final Map<String, String> SETTINGS =
      Map.of("log_bin", "ON", "server_id", "1", "binlog_format", "ROW");

  private static List<Finding> of(String version) {
    return new ServerFindings(MySqlFacts.of(version, SETTINGS)).ofSettings(false, false, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.1.73-log", "5.5.5-5.5.68-MariaDB", "5.0.96"})
  void nameAServerThatIsTooOld(String version) {
    assertThat(of(version))
        .extracting(Finding::code, Finding::severity, Finding::object)
        .containsExactly(tuple("SERVER_TOO_OLD", Severity.ERROR, "source"));
    assertThat(of(version).get(0).message())
        .contains(version, "at least MySQL 5.5 or MariaDB 10.0 is expected");
    assertThat(of(version).get(0).fix()).contains("Follow a newer server");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.5.62-log", "8.0.31", "5.5.5-10.0.38-MariaDB", "11.4.2-MariaDB-log"})
  void takeServersThatAreNewEnough(String version) {
    assertThat(of(version)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.0.31", "10.11.5-MariaDB"})
  void tellOfPartialImagesAndRefuseThemForSinksThatTakeWholeRows(String version) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("binlog_row_image", "NOBLOB");
    MySqlFacts facts = MySqlFacts.of(version, settings);

    List<Finding> taken = new ServerFindings(facts).ofSettings(false, true, false);
    List<Finding> refused = new ServerFindings(facts).ofSettings(false, false, false);

    assertThat(taken)
        .extracting(Finding::code, Finding::severity)
        .containsExactly(tuple("BINLOG_ROW_IMAGE", Severity.WARNING));
    assertThat(taken.get(0).message().contains("REPLACE")).isEqualTo(facts.mariaDb());
    assertThat(refused)
        .extracting(Finding::code, Finding::severity)
        .containsExactly(tuple("BINLOG_ROW_IMAGE", Severity.ERROR));
  }

  @Test
  void tellOfStatementsThatAreLoggedInTwoParts() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("binlog_alter_two_phase", "ON");
    MySqlFacts facts = MySqlFacts.of("10.11.5-MariaDB", settings);

    assertThat(new ServerFindings(facts).ofSettings(false, false, false))
        .extracting(Finding::code, Finding::severity)
        .containsExactly(tuple("BINLOG_ALTER_TWO_PHASE", Severity.RISK));
  }
}
