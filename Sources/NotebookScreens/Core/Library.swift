import Experiments
import LabNotebook
import RunFolders

/// What the screens know of corpora and encoders, kept while they are closed.
package struct Library: Sendable {
  /// The corpora that were looked at.
  package var pictures: [CorpusSource: CorpusPicture] = [:]
  /// The encoders that were looked at, by path.
  package var encoders: [String: EncoderState] = [:]
  /// Those that are not there, of which nobody said that they are.
  package var absentEncoders: Set<String> = []
  /// The names of the models in the Hugging Face cache.
  package var cachedModels: [String] = []
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
    Array(([path] + paths.filter { plain($0) != plain(path) }).prefix(rememberedPaths))
  }

  /// A path, or several joined by colons, in the one spelling that all of the same place share as
  /// far as that can be told without looking: `./data//panx/` is `data/panx`.
  static func plain(_ path: String) -> String {
    path.split(separator: ":").map { folder in
      let parts = folder.split(separator: "/").filter { $0 != "." }
      return (folder.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }.joined(separator: ":")
  }

  /// A path as one word of the screens' memory, and back.
  static func word(_ path: String) -> String {
    path.replacing("%", with: "%25").replacing(" ", with: "%20")
  }

  static func path(_ word: String) -> String {
    word.replacing("%20", with: " ").replacing("%25", with: "%")
  }
}

/// Which runs use which paths, in the order in which they were met.
private struct PathUsers {
  private var order: [String] = []
  private var runs: [String: [RunID]] = [:]

  mutating func add(_ path: String, of run: RunID) {
    if runs[path] == nil { order.append(path) }
    runs[path, default: []].append(run)
  }

  /// The paths with a few words on whose they are.
  var labelled: [(path: String, label: String)] {
    order.map { path in
      let users = runs[path] ?? []
      return (path, users.count == 1 ? "of run #\(users[0])" : "of \(users.count) runs")
    }
  }
}

/// A corpus that can be chosen, and who uses it.
package struct CorpusPlace: Hashable, Sendable {
  package var path: String
  package var label: String
}

extension AppState {
  /// The corpora that can be chosen without typing: the samples, those of runs, those typed before;
  /// each once, however it was spelled.
  package var corpusPlaces: [CorpusPlace] {
    var places = [CorpusPlace(path: Library.sampleCorpus, label: "the sample corpus")]
    for path in library.typedCorpora { places.append(.init(path: path, label: "typed before")) }
    var users = PathUsers()
    for run in runs.records.reversed() where run.deleted == nil && !run.isPretraining {
      let path = run.experiment[Settings.dataPath]
      if !Self.isSample(path, Library.sampleCorpus) { users.add(path, of: run.id) }
    }
    places += users.labelled.map { .init(path: $0.path, label: $0.label) }
    return Self.distinct(places) { $0.path }
  }

  /// The encoders that can be chosen without typing: the sample's, those of runs, those in the
  /// Hugging Face cache, what runs made; each once, however it was spelled.
  package var encoderPlaces: [EncoderPlace] {
    var places = [EncoderPlace(path: Library.sampleEncoder, label: "the sample encoder")]
    for path in library.typedEncoders { places.append(.init(path: path, label: "typed before")) }
    var users = PathUsers()
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
      if !Self.isSample(path, Library.sampleEncoder) { users.add(path, of: run.id) }
    }
    places += users.labelled.map { .init(path: $0.path, label: $0.label) }
    let cached = library.cachedModels.map {
      EncoderPlace(path: $0, label: "in the Hugging Face cache")
    }
    return Self.distinct(places + cached + made) { $0.path }
  }

  /// The first of those that lead to the same place.
  private static func distinct<Place>(_ places: [Place], path: (Place) -> String) -> [Place] {
    var seen: Set<String> = []
    return places.filter { seen.insert(Library.plain(path($0))).inserted }
  }

  /// Whether a path leads to a part of the sample data, which every run of it names wholly.
  static func isSample(_ path: String, _ sample: String) -> Bool {
    let path = Library.plain(path)
    return path == sample || path.hasSuffix("/" + sample)
  }
}

extension RunRecord {
  /// Whether the run makes an encoder instead of using one.
  package var isPretraining: Bool { experiment[Settings.kind] == .pretraining }
}
