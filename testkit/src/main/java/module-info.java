/**
 * What tests of connectors and of applications need: contract suites, fakes, servers and faults.
 */
module dev.syncline.testkit {
  requires transitive dev.syncline;
}
