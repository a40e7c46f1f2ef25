package dev.syncline.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobState;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ChildProcessIT {

  /** A process whose job followed before its state was looked at for the first time. */
  static final class Quick {

    private Quick() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println(JobState.SYNCHRONIZING);
      int unused = System.in.read();
    }
  }

  @Test
  void aJobThatFollowsHasComeToTheStatesBefore() throws Exception {
    try (ChildProcess process = ChildProcess.of(Quick.class).start()) {
      process.await(JobState.INITIALIZING);

      assertThat(process.hasFollowed()).isTrue();
    }
  }
}
