import Experiments
import LabNotebook
package import RunFolders

/// Why a chart has no curves: what its run never measures, or has not measured yet.
extension CurveCatalog {
  /// Why a run of these settings never measures anything of a set; nil where it does, in its time.
  package func reasonNever(_ set: RunCurves) -> String? {
    let experiment = run.experiment
    let method = experiment[Settings.primingMethod]
    if run.isPretraining {
      return [.pretraining, .gradientNorm, .learningRate].contains(set)
        ? nil : "this run makes an encoder from text"
    }
    switch set {
    case .pretraining: return "this run makes no encoder from text"
    case .loss, .gradientNorm, .learningRate:
      return method == .none ? "this run has no priming" : nil
    case .inner:
      if method == .none { return "this run has no priming" }
      return experiment.innerStepCount == 0 ? "\(method) has no inner steps" : nil
    case .f1:
      if method == .none { return "measured while priming: none here" }
      // The interval is a live setting, so what was measured speaks first.
      let every = history.liveValue(of: Settings.evaluationEvery.key, in: experiment)
      return every == .integer(0) ? "not measured: evaluation.every is 0" : nil
    case .tuning, .tuningGradientNorm, .tuningLearningRate:
      return experiment[Settings.tuningEpochs] == 0 ? "tuning.epochs is 0" : nil
    }
  }

  /// What stands in place of a set's curves when none is drawn.
  package func absence(of set: RunCurves, hidden: Set<SeriesKey>) -> String {
    if set != .inner, !curves(of: set, hidden: []).isEmpty { return "all curves are hidden" }
    if let reason = reasonNever(set) { return reason }
    return run.isOver ? "nothing was measured" : "no values yet"
  }
}
