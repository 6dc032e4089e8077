package import LabNotebook

/// What the screens know of corpora and encoders, kept while they are closed.
package struct Library: Sendable {
  /// The corpora that were looked at, by path.
  package var pictures: [String: CorpusPicture] = [:]
  /// The encoders that were looked at, by path.
  package var encoders: [String: EncoderState] = [:]
  /// Those that are not there, of which nobody said that they are.
  package var absentEncoders: Set<String> = []
  /// The encoders that are at hand, and as of which change of the runs.
  var encoderPlaces: [EncoderPlace] = []
  var encoderPlacesGeneration = -1
  package var coverages: [CoverageQuestion: CoverageAnswer] = [:]
  /// What was typed, the newest first.
  package var typedCorpora: [String] = []
  package var typedEncoders: [String] = []

  package init() {}

  static let sampleCorpus = "sample-data/panx"
  static let sampleEncoder = "sample-data/encoder"

  /// How many paths are remembered.
  private static let rememberedPaths = 12

  /// The paths with a new one in front.
  static func remembering(_ path: String, in paths: [String]) -> [String] {
    Array(([path] + paths.filter { $0 != path }).prefix(rememberedPaths))
  }

  /// A path as one word of the screens' memory, and back.
  static func word(_ path: String) -> String {
    path.replacing("%", with: "%25").replacing(" ", with: "%20")
  }

  static func path(_ word: String) -> String {
    word.replacing("%20", with: " ").replacing("%25", with: "%")
  }
}

/// A corpus that can be chosen, and who uses it.
package struct CorpusPlace: Hashable, Sendable {
  package var path: String
  package var label: String
}

extension AppState {
  /// The corpora that can be chosen without typing: the samples, those of runs, those typed before.
  package var corpusPlaces: [CorpusPlace] {
    var places = [CorpusPlace(path: Library.sampleCorpus, label: "the sample corpus")]
    for path in library.typedCorpora { places.append(.init(path: path, label: "typed before")) }
    var users: [String: [RunID]] = [:]
    var order: [String] = []
    for run in runs.records.reversed() where run.deleted == nil && !run.isPretraining {
      let path = run.experiment[Settings.dataPath]
      if Self.isSample(path, Library.sampleCorpus) { continue }
      if users[path] == nil { order.append(path) }
      users[path, default: []].append(run.id)
    }
    for path in order where !places.contains(where: { $0.path == path }) {
      let runs = users[path] ?? []
      let label = runs.count == 1 ? "of run #\(runs[0])" : "of \(runs.count) runs"
      places.append(.init(path: path, label: label))
    }
    return places
  }

  /// The encoders that can be chosen without typing: the sample's, those of runs, what runs made.
  package var encoderPlaces: [EncoderPlace] {
    var places = [EncoderPlace(path: Library.sampleEncoder, label: "the sample encoder")]
    for path in library.typedEncoders where !places.contains(where: { $0.path == path }) {
      places.append(.init(path: path, label: "typed before"))
    }
    var users: [String: [RunID]] = [:]
    var order: [String] = []
    var made: [EncoderPlace] = []
    for run in runs.records.reversed() where run.deleted == nil {
      if run.isPretraining {
        guard run.state == .finished else { continue }
        let output = run.experiment[Settings.pretrainingOutput]
        made.append(
          .init(
            path: output.isEmpty ? run.folder + "/encoder" : output,
            label: "#\(run.id) \(run.name)", isOptional: true))
        continue
      }
      if run.state == .finished, run.experiment.hasOwnEncoder {
        made.append(
          .init(
            path: run.folder + "/primed", label: "#\(run.id) \(run.name), primed",
            isOptional: true))
      }
      let path = run.experiment[Settings.encoderPath]
      if Self.isSample(path, Library.sampleEncoder) { continue }
      if users[path] == nil { order.append(path) }
      users[path, default: []].append(run.id)
    }
    for path in order where !places.contains(where: { $0.path == path }) {
      let runs = users[path] ?? []
      let label = runs.count == 1 ? "of run #\(runs[0])" : "of \(runs.count) runs"
      places.append(.init(path: path, label: label))
    }
    let known = Set(places.map(\.path))
    return places + made.filter { !known.contains($0.path) }
  }

  /// Whether a path leads to a part of the sample data, which every run of it names wholly.
  static func isSample(_ path: String, _ sample: String) -> Bool {
    path == sample || path.hasSuffix("/" + sample)
  }

  /// What the surveyor is to go on with: what is on screen, or under what is.
  package var wantedSurveys: Set<String> {
    var subjects: Set<String> = []
    for screen in stack {
      switch screen {
      case .corpora(let corpora): subjects.insert(Survey.corpus(path: corpora.path).subject)
      case .sentences(let screen):
        subjects.insert(Survey.corpus(path: screen.path).subject)
        subjects.formUnion(["sentences", "search"])
      case .encoders: subjects.formUnion(["encoders", "coverage"])
      default: continue
      }
    }
    return subjects
  }
}

extension RunRecord {
  /// Whether the run makes an encoder instead of using one.
  var isPretraining: Bool { experiment[Settings.kind] == "pretraining" }
}
