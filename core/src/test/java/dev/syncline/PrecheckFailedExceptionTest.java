package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding.Severity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecheckFailedExceptionTest {

  private static final PrecheckReport REPORT =
      new PrecheckReport(
          List.of(
              new Finding("LOG_OFF", Severity.ERROR, "source", "It is off.", "Turn it on."),
              new Finding("KEYLESS", Severity.WARNING, "shop.log", "No key.", "Add one.")));

  @Test
  void namesWhatStopsTheJobAndWhatToDo() {
    assertThat(new PrecheckFailedException("orders", REPORT))
        .hasMessage(
            "Job 'orders' cannot start:\nERROR LOG_OFF on 'source': It is off. Turn it on.");
  }

  @Test
  void keepsItsReportWhenItIsSentElsewhere() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new PrecheckFailedException("orders", REPORT));
    }

    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((PrecheckFailedException) in.readObject()).report()).isEqualTo(REPORT);
    }
  }
}
