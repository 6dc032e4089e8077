/// A run as people name it: `12`, `#12` or `last`.
package enum RunReference: Hashable, Sendable {
  case number(RunID)
  case last

  /// The run that a text names; nil where it names none.
  package init?(argument: String) {
    if argument == "last" {
      self = .last
      return
    }
    let digits = argument.hasPrefix("#") ? String(argument.dropFirst()) : argument
    guard let number = RunID(digits), number > 0 else { return nil }
    self = .number(number)
  }
}

extension Notebook {
  /// The run that is meant; throws where it is not there.
  package func run(_ reference: RunReference) throws -> RunRecord {
    switch reference {
    case .number(let id):
      if let run = try run(id) { return run }
      let known = try runs().map(\.id)
      let those =
        known.isEmpty
        ? "The notebook has no run yet."
        : "The notebook has runs #\(known.min() ?? 0) to #\(known.max() ?? 0)."
      throw NotebookError(
        .noSuchRun, path: folder, problem: "there is no run #\(id)", advice: those)
    case .last:
      if let run = try runs().max(by: { $0.id < $1.id }) { return run }
      throw NotebookError(
        .noSuchRun, path: folder, problem: "there is no run in it yet",
        advice: "Start one by `primer run FILE`.")
    }
  }
}
