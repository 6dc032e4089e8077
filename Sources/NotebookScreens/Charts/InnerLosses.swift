import LabNotebook

/// The losses of the inner loop on their way into series.
///
/// Each gets a place of its own, so that the inner steps of all tasks of a meta-batch stand one
/// after the other between their outer step and the one before. Of runs of older programs the task
/// is not known: there it follows from the order.
struct InnerLosses: Hashable, Sendable {
  /// The inner steps of a task, S.
  let stepsPerTask: Int
  /// The tasks of a meta-batch.
  let tasksPerStep: Int

  private var outerStep = 0
  private var task = 0
  private var innerStep = -1
  private var sum = 0.0
  private var count = 0

  init(stepsPerTask: Int, tasksPerStep: Int) {
    self.stepsPerTask = max(stepsPerTask, 1)
    self.tasksPerStep = max(tasksPerStep, 1)
  }

  /// What one place is worth on an axis of outer steps.
  var scale: Double { 1 / Double(stepsPerTask * tasksPerStep) }

  /// How many inner steps had been taken when the loss at a place was measured: 0 to S − 1.
  func stepsTaken(at place: Int) -> Int { (place - 1) % stepsPerTask }

  /// Takes a loss; gives its place, and the mean of the outer step when it was the last of it.
  mutating func take(_ point: MetricPoint) -> (place: Int, mean: (step: Int, loss: Double)?) {
    let (step, loss) = (max(point.step, 1), point.value)
    let inner = min(max((point.innerStep ?? 1) - 1, 0), stepsPerTask - 1)
    if step != outerStep {
      (outerStep, task, sum, count) = (step, 0, 0, 0)
    } else if inner <= innerStep {
      task = min(task + 1, tasksPerStep - 1)
    }
    if let known = point.task { task = min(max(known - 1, 0), tasksPerStep - 1) }
    innerStep = inner
    sum += loss
    count += 1
    let place = ((step - 1) * tasksPerStep + task) * stepsPerTask + inner + 1
    let isWhole = count == stepsPerTask * tasksPerStep
    return (place, isWhole ? (step, sum / Double(count)) : nil)
  }
}

/// The mean loss at each inner step of some tasks: how fast a task is learned.
package struct InnerProfile: Hashable, Sendable {
  /// The mean before each inner step, from none taken to S − 1 taken.
  package var losses: [Double]
  /// How many tasks it is the mean of.
  package var taskCount: Int

  package init(losses: [Double], taskCount: Int) {
    self.losses = losses
    self.taskCount = taskCount
  }
}
