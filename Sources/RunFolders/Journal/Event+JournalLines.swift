import NamedEntities

extension Event {
  /// Writes what an event becomes in the journal: points of series, a result, or a line of its own.
  ///
  /// - Parameters:
  ///   - time: When it happened, in seconds since 1970.
  ///   - request: The request that it answers.
  /// - Returns: How many rows it became.
  func writeLines(
    at time: Double, request: String?, to lines: inout LineBuffer
  ) throws -> Int {
    var rows = 0
    func point(
      _ series: Series, _ language: String?, _ step: Int, task: Int? = nil, inner: Int? = nil,
      _ value: Double
    ) {
      JournalLine.write(
        series, language: language, step: step, task: task, innerStep: inner, value: value,
        time: time, to: &lines)
      rows += 1
    }
    switch self {
    case .innerStep(let step, let task, let language, let inner, let loss):
      point(.innerLoss, language, step, task: task + 1, inner: inner, loss)
    case .outerStep(let step, let tasks, let loss, let norm, let rate):
      point(.outerLoss, nil, step, loss)
      point(.outerGradientNorm, nil, step, norm)
      point(.outerLearningRate, nil, step, rate)
      for (index, task) in tasks.enumerated() {
        point(.taskLoss, task.language, step, task: index + 1, task.outer)
        if let loss = task.before {
          point(.lossBeforeAdaptation, task.language, step, task: index + 1, loss)
        }
        if let loss = task.after {
          point(.lossAfterAdaptation, task.language, step, task: index + 1, loss)
        }
      }
    case .trainingStep(let phase, let language, let step, let loss, let norm, let rate):
      point(.trainingLoss(phase), language, step, loss)
      point(.trainingGradientNorm(phase), language, step, norm)
      point(.trainingLearningRate(phase), language, step, rate)
    case .evaluation(let result):
      point(.f1(split: result.split), result.language, result.step, result.scores.micro.f1)
      try JournalLine.result(time: time, result).write(to: &lines)
      rows += 1
    case .progress: break
    case .started, .phase, .settingChanged, .checkpoint, .log, .stateChanged, .resumed:
      try JournalLine.event(time: time, self, request: request).write(to: &lines)
      return rows + 1
    }
    if let request { try JournalLine.answered(request: request, time: time).write(to: &lines) }
    return rows
  }
}
