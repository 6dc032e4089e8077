import Foundation

/// How the learning rate changes over the steps of a phase.
package struct LearningRateSchedule: Hashable, Sendable {
  /// The course after the warm-up.
  package enum Course: String, Hashable, Sendable, CaseIterable {
    /// Stays at its height.
    case constant
    /// Falls in a straight line to zero at the last step.
    case linear
    /// Falls along half a cosine to zero.
    case cosine
  }

  /// The course after the warm-up.
  package var course: Course
  /// Steps over which the rate climbs from zero.
  package var warmupSteps: Int
  /// Steps of the whole phase.
  package var totalSteps: Int

  /// A schedule of `totalSteps` steps.
  package init(_ course: Course, warmupSteps: Int = 0, totalSteps: Int) {
    precondition(warmupSteps >= 0 && totalSteps >= 0, "A schedule has no negative steps")
    self.course = course
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// What the learning rate is multiplied with at a step, counted from 0.
  ///
  /// `step / warmup` in the warm-up; then 1, `(total − step) / (total − warmup)`, or
  /// `½ (1 + cos(π · progress))`: the shapes of transformers' `get_linear_schedule_with_warmup`
  /// and its siblings.
  package func factor(at step: Int) -> Double {
    if step < warmupSteps { return Double(step) / Double(warmupSteps) }
    let span = max(1, totalSteps - warmupSteps)
    let progress = min(1, Double(step - warmupSteps) / Double(span))
    switch course {
    case .constant: return 1
    case .linear: return 1 - progress
    case .cosine: return 0.5 * (1 + cos(.pi * progress))
    }
  }
}
