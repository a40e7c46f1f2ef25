package dev.syncline.testkit.server;

/**
 * The libraries that this module uses but cannot require, because they work on the class path only:
 * those of Maven share packages, and Testcontainers has no module name to rely on.
 */
final class ClassPathLibraries {
  private ClassPathLibraries() {}

  /** Lets this module use them. On the class path itself nothing is needed and nothing happens. */
  static void read() {
    ClassPathLibraries.class
        .getModule()
        .addReads(ClassLoader.getSystemClassLoader().getUnnamedModule());
  }
}
