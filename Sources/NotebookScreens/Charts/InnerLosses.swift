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
  private var before = 0.0
  private var after = 0.0
  private var count = 0

  init(stepsPerTask: Int, tasksPerStep: Int) {
    self.stepsPerTask = max(stepsPerTask, 1)
    self.tasksPerStep = max(tasksPerStep, 1)
  }

  /// How many inner steps had been taken when the loss at a place was measured: 0 to S − 1.
  func stepsTaken(at place: Int) -> Int { (place - 1) % stepsPerTask }

  /// The mean losses of the tasks of an outer step.
  struct Means: Hashable {
    var step: Int
    /// At the first inner step: of the parameters before they are adapted.
    var before: Double
    /// At the last inner step, the last that is measured while adapting.
    var after: Double
  }

  /// Takes a loss; gives its place, and the means of the outer step when it was the last of it.
  mutating func take(_ point: MetricPoint) -> (place: Int, means: Means?) {
    let (step, loss) = (max(point.step, 1), point.value)
    let inner = min(max((point.innerStep ?? 1) - 1, 0), stepsPerTask - 1)
    if step != outerStep {
      (outerStep, task, before, after, count) = (step, 0, 0, 0, 0)
    } else if inner <= innerStep {
      task = min(task + 1, tasksPerStep - 1)
    }
    if let known = point.task { task = min(max(known - 1, 0), tasksPerStep - 1) }
    innerStep = inner
    if inner == 0 { before += loss }
    if inner == stepsPerTask - 1 { after += loss }
    count += 1
    let place = ((step - 1) * tasksPerStep + task) * stepsPerTask + inner + 1
    guard count == stepsPerTask * tasksPerStep else { return (place, nil) }
    let tasks = Double(tasksPerStep)
    return (place, Means(step: step, before: before / tasks, after: after / tasks))
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
