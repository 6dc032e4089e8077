package import Experiments
import Foundation
import NamedEntities
import RunFolders

/// A point from which a run can begin, and what is known of it.
package struct StartChoice: Hashable, Sendable {
  /// The point.
  package var point: StartPoint
  /// Mean dev F1 there, 0…1, where it was measured and is the best of the run.
  package var score: Double?
  /// The live settings as they were there, by key.
  package var settings: [String: SettingValue] = [:]
  /// The number of the checkpoint that holds it; nil where other files of the run do.
  package var checkpoint: Int?

  /// A choice with what is known of it.
  package init(
    point: StartPoint, score: Double? = nil, settings: [String: SettingValue] = [:],
    checkpoint: Int? = nil
  ) {
    self.point = point
    self.score = score
    self.settings = settings
    self.checkpoint = checkpoint
  }

  /// What is worth knowing of it in a list.
  package var detail: String {
    let what: String
    switch point.place {
    case .priming(let step): what = "after \(step) outer steps"
    case .primed: what = "when priming was done"
    case .tuning(let language, let step): what = "after \(step) steps of tuning \(language)"
    case .tuned(let language): what = "with adapter and head as tuned on \(language)"
    }
    guard let score else { return what }
    return String(format: "best dev F1 %.1f, ", 100 * score) + what
  }
}

extension Experiment {
  /// The experiment that begins at a point, with live settings as they were there.
  ///
  /// Where the point is one of tuning, tuning goes on with the adapter and the head that it had.
  package func beginning(at choice: StartChoice) -> Experiment {
    var fork = self
    for (key, value) in choice.settings { try? fork.set(key, to: value) }
    fork[Settings.startCheckpoint] = choice.point.text
    switch choice.point.place {
    case .tuning, .tuned: fork[Settings.tuningStart] = .primed
    case .priming, .primed: break
    }
    return fork
  }
}

/// Which points a run has left in its folder, in the order of the run.
package struct StartPoints: Hashable, Sendable {
  /// The run.
  package let run: RunID
  /// The points, each once.
  package private(set) var choices: [StartChoice] = []

  /// What stands in a checkpoint's `state.json` that is of interest here.
  private struct Head: Decodable {
    var place: RunPlace
    var score: Double?
    var liveSettings: [String: String]?

    /// The live settings that this program has.
    var settings: [String: SettingValue] {
      (liveSettings ?? [:]).filter { Settings.descriptor($0.key)?.isLive == true }
        .reduce(into: [:]) { $0[$1.key] = try? Settings.value(of: $1.key, $1.value) }
    }
  }

  /// The largest state that is read; a larger one is not ours.
  private static let limit = 64 << 20

  /// Points of which all is known.
  package init(run: RunID, choices: [StartChoice]) {
    (self.run, self.choices) = (run, choices)
  }

  /// Looks what is in a run's folder; a checkpoint that cannot be read is left out.
  package init(_ run: RunRecord) {
    self.run = run.id
    guard run.experiment[Settings.kind] != .pretraining else { return }
    let languages = run.experiment[Settings.tuningLanguages]
    var priming: [StartChoice] = []
    var tuning: [StartChoice] = []
    for number in Self.checkpoints(in: run.folder) {
      let path = Self.checkpointFolder(number, in: run.folder)
      guard FileManager.default.fileExists(atPath: path + "/tensors.safetensors"),
        let data = try? OrdinaryFile.contents(of: path + "/state.json", limit: Self.limit),
        let head = try? JSONDecoder().decode(Head.self, from: data)
      else { continue }
      var choice = StartChoice(
        point: StartPoint(run: run.id, place: .primed), score: head.score,
        settings: head.settings, checkpoint: number)
      switch head.place {
      case .priming(let step), .primingEvaluation(let step):
        choice.point.place = .priming(step: step)
        if let known = priming.firstIndex(where: { $0.point == choice.point }) {
          choice.score = choice.score ?? priming[known].score
          priming.remove(at: known)
        }
        priming.append(choice)
      case .tuning(let index, let step) where languages.indices.contains(index):
        choice.point.place = .tuning(language: languages[index], step: step)
        tuning.removeAll { $0.point == choice.point }
        tuning.append(choice)
      case .tuning, .evaluation: continue
      }
    }
    choices = priming
    let manager = FileManager.default
    let files = ["config.json", "model.safetensors", "adapter.safetensors"]
    if files.allSatisfy({ manager.fileExists(atPath: "\(run.folder)/primed/\($0)") }) {
      choices.append(StartChoice(point: StartPoint(run: run.id, place: .primed)))
    }
    for language in languages {
      choices += tuning.filter {
        if case .tuning(language, _) = $0.point.place { true } else { false }
      }
      if manager.fileExists(atPath: "\(run.folder)/tuned/\(language).safetensors") {
        choices.append(
          StartChoice(point: StartPoint(run: run.id, place: .tuned(language: language))))
      }
    }
  }

  /// The numbers of the checkpoints in a run's folder, oldest first.
  private static func checkpoints(in folder: String) -> [Int] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")) ?? []
    return names.compactMap { Int($0) }.filter { (1...999_999_999).contains($0) }.sorted()
  }

  /// Where a checkpoint of a run's folder is.
  static func checkpointFolder(_ number: Int, in folder: String) -> String {
    let digits = String(number)
    return folder + "/checkpoints/" + String(repeating: "0", count: max(0, 6 - digits.count))
      + digits
  }

  /// The choices in the order in which they are mostly wanted: as primed, the checkpoints of
  /// priming with the newest first, then what tuning made.
  package var byUse: [StartChoice] {
    func rank(_ choice: StartChoice) -> Int {
      switch choice.point.place {
      case .primed: 0
      case .priming: 1
      case .tuning, .tuned: 2
      }
    }
    let (primed, rest) = (choices.filter { rank($0) == 0 }, choices.filter { rank($0) == 1 })
    return primed + rest.reversed() + choices.filter { rank($0) == 2 }
  }

  /// The choice that a reference means; nil where the run has none such.
  package func choice(_ which: StartReference.Which) -> StartChoice? {
    switch which {
    case .place(let place): return choices.first { $0.point.place == place }
    case .best:
      return choices.filter { $0.score != nil }.max { ($0.score ?? 0) < ($1.score ?? 0) }
    case .furthest:
      if let primed = choices.first(where: { $0.point.place == .primed }) { return primed }
      return choices.last {
        switch $0.point.place {
        case .priming, .tuning: true
        case .primed, .tuned: false
        }
      }
    }
  }
}
