package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.TableStructure;
import dev.syncline.TableStructure.CreateStatements;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.Transform;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.transform.Transforms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TransformFindingsTest {

  private static final TableDefinition TABLE = Tables.keyed("t");

  private static List<Finding> findings(List<Transform<TableChange>> transforms) {
    TableStructure structure =
        new TableStructure(TABLE, new CreateStatements("none", "", ""), new TableSize(0, 0));
    List<Finding> findings = new ArrayList<>();
    List<TableStructure> possible =
        TransformFindings.transformable(transforms, List.of(structure), findings);
    boolean isError = findings.stream().anyMatch(f -> f.severity() == Severity.ERROR);
    assertThat(possible).isEqualTo(isError ? List.of() : List.of(structure));
    return findings;
  }

  @Test
  void areNoneWhereAllIsPossible() {
    assertThat(
            findings(
                List.of(
                    Transforms.rename("shop.t", "version", "revision"),
                    Transforms.mask("shop.*", "revision"),
                    Optional::of)))
        .isEmpty();
  }

  @Test
  void tellOfWhatCannotBeDone() {
    assertThat(
            findings(
                List.of(Transforms.mask("shop.t", "id"), Transforms.mask("shop.t", "version"))))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.ERROR);
              assertThat(finding.code()).isEqualTo("TRANSFORM_IMPOSSIBLE");
              assertThat(finding.object()).isEqualTo("shop.t");
              assertThat(finding.message()).contains("'id'", "'PRIMARY'");
            });
  }

  /** A mistake in a name would let pass what should have been masked. */
  @Test
  void tellOfATransformThatIsAboutNothing() {
    assertThat(
            findings(
                List.of(
                    Transforms.mask("shop.T", "version"),
                    Transforms.mask("*.*", "vresion"),
                    Transforms.filter("shop.u", row -> true))))
        .extracting(Finding::severity, Finding::code, Finding::object)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Severity.RISK, "TRANSFORM_UNUSED", "mask [version] of 'shop.T'"),
            org.assertj.core.groups.Tuple.tuple(
                Severity.RISK, "TRANSFORM_UNUSED", "mask [vresion] of '*.*'"),
            org.assertj.core.groups.Tuple.tuple(
                Severity.RISK, "TRANSFORM_UNUSED", "filter of 'shop.u'"));
  }
}
