package dev.syncline.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Arrows point to core, internal stays internal, and a connector shows only what it must. */
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.syncline");

  private static final DescribedPredicate<JavaClass> MYSQL = module("dev.syncline.mysql");
  private static final DescribedPredicate<JavaClass> REDIS = module("dev.syncline.redis");
  private static final DescribedPredicate<JavaClass> TESTKIT = module("dev.syncline.testkit");
  private static final DescribedPredicate<JavaClass> EXAMPLES = module("dev.syncline.examples");

  /** All that no other module claims, so that a new module cannot be forgotten here. */
  private static final DescribedPredicate<JavaClass> CORE =
      module("dev.syncline").and(not(or(MYSQL, REDIS, TESTKIT, EXAMPLES))).as("core");

  static final List<DescribedPredicate<JavaClass>> CONNECTORS = List.of(MYSQL, REDIS);
  static final List<DescribedPredicate<JavaClass>> MODULES =
      List.of(CORE, TESTKIT, MYSQL, REDIS, EXAMPLES);

  private static final DescribedPredicate<JavaClass> INTERNAL =
      resideInAPackage("dev.syncline..internal..").as("internal");
  private static final DescribedPredicate<JavaClass> SHOWN =
      describe("public and not internal", ArchitectureTest::isShown);

  @ParameterizedTest
  @FieldSource("MODULES")
  void everyModuleIsSeen(DescribedPredicate<JavaClass> module) {
    assertThat(ALL.that(module)).isNotEmpty();
  }

  @Test
  void coreDependsOnTheJdkAndOnTwoSmallLibraries() {
    DescribedPredicate<JavaClass> libraries =
        resideInAnyPackage(
            "java..", "javax.crypto..", "javax.sql..", "org.slf4j..", "org.jspecify..");

    classes().that(CORE).should().onlyDependOnClassesThat(or(CORE, libraries)).check(ALL);
  }

  @Test
  void testkitDependsOnNoConnectorAndNoExample() {
    noClasses().that(TESTKIT).should().dependOnClassesThat(or(EXAMPLES, or(CONNECTORS))).check(ALL);
  }

  @ParameterizedTest
  @FieldSource("CONNECTORS")
  void connectorDependsOnNoModuleButCore(DescribedPredicate<JavaClass> connector) {
    DescribedPredicate<JavaClass> others =
        module("dev.syncline").and(not(CORE)).and(not(connector)).as("another module");

    noClasses().that(connector).should().dependOnClassesThat(others).check(ALL);
  }

  @ParameterizedTest
  @FieldSource("MODULES")
  void internalIsUsedByItsOwnModuleOnly(DescribedPredicate<JavaClass> module) {
    noClasses()
        .that(not(module))
        .should()
        .dependOnClassesThat(INTERNAL.and(module).as("internal to %s", module.getDescription()))
        .check(ALL);
  }

  @Test
  void publicTypesShowNoInternalType() {
    classes().that(SHOWN).should(showOnly(not(INTERNAL).as("types that users may use"))).check(ALL);
  }

  @ParameterizedTest
  @FieldSource("CONNECTORS")
  void connectorMakesPublicOnlyItsSourceItsSinkAndTheirOptions(
      DescribedPredicate<JavaClass> connector) {
    classes()
        .that(connector)
        .and(SHOWN)
        .and()
        .areTopLevelClasses()
        .should()
        .haveNameMatching(".*(Source|Sink|Options|Tls)")
        .check(ALL);
  }

  @ParameterizedTest
  @FieldSource("CONNECTORS")
  void connectorShowsNoTypeOfItsLibraries(DescribedPredicate<JavaClass> connector) {
    DescribedPredicate<JavaClass> ours =
        resideInAnyPackage("dev.syncline..", "java..", "javax.sql..")
            .or(describe("primitive", JavaClass::isPrimitive))
            .as("types of Syncline and of the JDK");

    classes().that(connector).and(SHOWN).should(showOnly(ours)).check(ALL);
  }

  private static DescribedPredicate<JavaClass> module(String root) {
    return resideInAPackage(root + "..").as(root);
  }

  private static boolean isShown(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && !INTERNAL.test(type)
        && type.getEnclosingClass().map(ArchitectureTest::isShown).orElse(true);
  }

  private static ArchCondition<JavaClass> showOnly(DescribedPredicate<JavaClass> allowed) {
    return new ArchCondition<>("show only " + allowed.getDescription()) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        surface(type)
            .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
            .map(JavaClass::getBaseComponentType)
            .distinct()
            .filter(shown -> !allowed.test(shown))
            .map(shown -> type.getName() + " shows " + shown.getName())
            .forEach(message -> events.add(SimpleConditionEvent.violated(type, message)));
      }
    };
  }

  /** What a user of the type gets to see: what it extends, takes, returns, throws and holds. */
  private static Stream<JavaType> surface(JavaClass type) {
    Stream<JavaType> parents =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    Stream<JavaType> members =
        type.getMembers().stream()
            .filter(ArchitectureTest::isShown)
            .flatMap(ArchitectureTest::surface);
    return Stream.concat(parents, members);
  }

  private static Stream<JavaType> surface(JavaMember member) {
    if (member instanceof JavaCodeUnit method) {
      Stream<JavaType> ends =
          Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream());
      return Stream.concat(ends, method.getExceptionTypes().stream());
    }
    return Stream.of(((JavaField) member).getType());
  }

  private static boolean isShown(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }
}
