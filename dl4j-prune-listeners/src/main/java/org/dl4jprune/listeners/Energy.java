package org.dl4jprune.listeners;

/**
 * What a training used, with all constants of the estimate.
 *
 * @param seconds of training
 * @param watts drawn meanwhile
 * @param pue power usage effectiveness, at least 1
 * @param kgPerKwh carbon intensity of the electricity
 */
public record Energy(double seconds, double watts, double pue, double kgPerKwh) {
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double WATTS_PER_KILOWATT = 1000;

  /**
   * The energy.
   *
   * @return watts · hours · PUE / 1000
   */
  public double kilowattHours() {
    return watts * seconds / SECONDS_PER_HOUR * pue / WATTS_PER_KILOWATT;
  }

  /**
   * The carbon dioxide.
   *
   * @return kWh · intensity, in kg of CO2 equivalent
   */
  public double kilograms() {
    return kilowattHours() * kgPerKwh;
  }

  @Override
  public String toString() {
    return "%.3f s at %s W, PUE %s, %s kg/kWh: %.6f kWh, %.6f kg CO2e (estimate)"
        .formatted(seconds, watts, pue, kgPerKwh, kilowattHours(), kilograms());
  }
}
