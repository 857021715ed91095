package dev.howdah.topology;

/**
 * One thing that was looked at before an operation begins.
 *
 * @param name of the check, the same in every version
 * @param result what came of it
 * @param detail in words for an operator: what was found, and what to do about it
 */
public record PreflightCheck(String name, Result result, String detail) {

  /** How a check ended. */
  public enum Result {
    /** As it should be. */
    PASSED,
    /** Worth knowing; it does not stop the operation. */
    NOTED,
    /** The operation does not begin. */
    FAILED
  }

  /** As it should be. */
  public static PreflightCheck passed(String name, String detail) {
    return new PreflightCheck(name, Result.PASSED, detail);
  }

  /** Worth knowing. */
  public static PreflightCheck noted(String name, String detail) {
    return new PreflightCheck(name, Result.NOTED, detail);
  }

  /** The operation does not begin. */
  public static PreflightCheck failed(String name, String detail) {
    return new PreflightCheck(name, Result.FAILED, detail);
  }

  /** Whether it stops the operation. */
  public boolean isFailed() {
    return result == Result.FAILED;
  }
}
