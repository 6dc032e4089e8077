/// A point of a run from whose weights another run can begin, as `12/priming/150`.
package struct StartPoint: Hashable, Sendable {
  /// Where in the run its weights stood so.
  package enum Place: Hashable, Sendable {
    /// After so many outer steps.
    case priming(step: Int)
    /// When priming was done, or as the run began where it primes nothing.
    case primed
    /// In the tuning of a language, after so many steps.
    case tuning(language: String, step: Int)
    /// When a language was tuned.
    case tuned(language: String)
  }

  /// The run.
  package var run: RunID
  /// Where in it.
  package var place: Place

  /// A place in a run.
  package init(run: RunID, place: Place) {
    self.run = run
    self.place = place
  }

  /// The point that a text names in full: `12/primed`, `12/priming/150`, `12/tuning/hi/35`,
  /// `12/tuned/hi`; nil for any other.
  package init?(_ text: String) {
    guard let reference = StartReference(text), case .number(let run) = reference.run,
      case .place(let place) = reference.which
    else { return nil }
    self.init(run: run, place: place)
  }

  /// The point as it is written in settings.
  package var text: String { "\(run)/\(place.text)" }

  /// The point in words: `priming step 150 of #12`.
  package var words: String {
    switch place {
    case .priming(let step): "priming step \(step) of #\(run)"
    case .primed: "#\(run) as primed"
    case .tuning(let language, let step): "step \(step) of tuning \(language) of #\(run)"
    case .tuned(let language): "#\(run) as tuned on \(language)"
    }
  }
}

extension StartPoint.Place {
  /// The place as it is written behind the run.
  package var text: String {
    switch self {
    case .priming(let step): "priming/\(step)"
    case .primed: "primed"
    case .tuning(let language, let step): "tuning/\(language)/\(step)"
    case .tuned(let language): "tuned/\(language)"
    }
  }

  /// The place that a text behind a run names.
  init?(_ parts: [String]) {
    func step(_ text: String) -> Int? {
      Int(text).flatMap { (0...10_000_000).contains($0) ? $0 : nil }
    }
    func language(_ text: String) -> String? {
      SettingKind.list.accepts(.list([text])) ? text : nil
    }
    switch (parts.first, parts.count) {
    case ("primed", 1): self = .primed
    case ("priming", 2):
      guard let step = step(parts[1]) else { return nil }
      self = .priming(step: step)
    case ("tuning", 3):
      guard let language = language(parts[1]), let step = step(parts[2]) else { return nil }
      self = .tuning(language: language, step: step)
    case ("tuned", 2):
      guard let language = language(parts[1]) else { return nil }
      self = .tuned(language: language)
    default: return nil
    }
  }
}

/// A point as people name it: in full, or by a run whose furthest or best point is meant.
///
///     12    last    #12/best    12/primed    12/priming/150    12/tuned/hi
package struct StartReference: Hashable, Sendable {
  /// Which point of the run.
  package enum Which: Hashable, Sendable {
    /// Where priming has come to.
    case furthest
    /// The checkpoint of the best dev F1 while priming.
    case best
    case place(StartPoint.Place)
  }

  /// The run.
  package var run: RunReference
  /// Which of its points.
  package var which: Which

  /// What a text names; nil where it names nothing.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, let run = RunReference(plain: first) else { return nil }
    self.run = run
    switch parts.dropFirst().first {
    case nil: which = .furthest
    case "best" where parts.count == 2: which = .best
    default:
      guard let place = StartPoint.Place(Array(parts.dropFirst())) else { return nil }
      which = .place(place)
    }
  }

  /// What a text names whose run may be given by its name: `my run`, `my run/primed`.
  ///
  /// A name may have slashes itself; what stands behind the last that begins a point is one.
  package init?(named text: String) {
    if let plain = StartReference(text) {
      self = plain
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, RunReference(plain: first) == nil else { return nil }
    for count in [1, 2, 3] where parts.count > count {
      let point = Array(parts.suffix(count))
      let place = StartPoint.Place(point).map(Which.place)
      guard let which = point == ["best"] ? .best : place,
        let run = RunReference(argument: parts.dropLast(count).joined(separator: "/"))
      else { continue }
      (self.run, self.which) = (run, which)
      return
    }
    guard let run = RunReference(argument: text) else { return nil }
    (self.run, which) = (run, .furthest)
  }

  /// What is expected of a text, in words for an error.
  package static let expectation =
    "a run with a point of it, as in 12/primed, 12/best, 12/priming/150 or 12/tuned/hi"
}

extension Experiment {
  /// Whether the run begins with the weights of a point of another run.
  package var beginsFromRun: Bool { !self[Settings.startCheckpoint].isEmpty }

  /// Whether the run has an encoder of its own in `primed/`: one that it primed, or that it began
  /// with.
  package var hasOwnEncoder: Bool { self[Settings.primingMethod] != .none || beginsFromRun }

  /// Where the run begins, in words; nil where that is the encoder of `encoder.path`.
  package var startWords: String? {
    guard beginsFromRun else { return nil }
    let text = self[Settings.startCheckpoint]
    let point = StartPoint(text)?.words ?? text
    return self[Settings.startKeeps] == .encoder ? "the encoder of \(point)" : point
  }

  /// What is wrong with the settings of the start that no setting can say alone.
  var startProblems: [ExperimentError] {
    guard beginsFromRun else { return [] }
    let key = Settings.startCheckpoint.key
    let text = self[Settings.startCheckpoint]
    guard let reference = StartReference(text) else {
      return [
        ExperimentError(
          key: key, problem: "‘\(text)’ names no point of a run",
          expected: StartReference.expectation)
      ]
    }
    let isTuned: Bool
    switch reference.which {
    case .place(.tuned), .place(.tuning): isTuned = true
    default: isTuned = false
    }
    guard isTuned, self[Settings.startKeeps] != .encoder, self[Settings.primingMethod] == .none,
      self[Settings.tuningStart] == .fresh
    else { return [] }
    return [
      ExperimentError(
        key: "tuning.start", problem: "the tuned adapter and head of \(text) are not used",
        expected: "tuning.start = \"primed\", or start.keeps = \"encoder\"")
    ]
  }
}
