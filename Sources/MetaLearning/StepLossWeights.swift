/// How much the query loss after each inner step counts: MAML++'s multi-step loss.
///
/// Antoniou et al. 2019, section 4 ("multi-step loss optimization"): every one of the S losses
/// counts 1/S at first; over `annealingSteps` outer steps the weight of all but the last falls in
/// a straight line, not below 0.03/S, and the last takes what they lose; then only the last counts.
///
/// - Parameters:
///   - steps: Inner steps, S.
///   - outerStep: The outer step, counted from 0.
///   - annealingSteps: The outer step from which only the last counts.
/// - Returns: S weights that add up to 1.
package func annealedLossWeights(steps: Int, outerStep: Int, annealingSteps: Int) -> [Double] {
  precondition(steps >= 1, "Losses of inner steps need an inner step")
  var weights = [Double](repeating: 0, count: steps)
  if outerStep < annealingSteps {
    let share = 1 / Double(steps)
    let fallen = share * (1 - Double(outerStep) / Double(annealingSteps))
    for step in 0..<steps - 1 { weights[step] = max(fallen, 0.03 * share) }
  }
  weights[steps - 1] = 1 - weights.dropLast().reduce(0, +)
  return weights
}
