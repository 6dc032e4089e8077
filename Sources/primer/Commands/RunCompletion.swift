import Experiments
import Foundation
import LabNotebook

/// What the shell completes of a notebook: it asks this program with the words typed so far.
enum RunCompletion {
  private static let mostNumbers = 200

  /// The numbers of the runs, the newest first, and `last`.
  static func numbers(_ words: [String]) -> [String] {
    let ids = runs(words).map(\.id).reversed().prefix(mostNumbers)
    return ids.isEmpty ? [] : ["last"] + ids.map(String.init)
  }

  /// The numbers of the runs, and the names of the studies.
  static func runsAndStudies(_ words: [String]) -> [String] {
    numbers(words) + (notebook(words)?.keptStudies().map(\.name) ?? [])
  }

  /// Runs, and behind the slash the points from which a run can begin: `12/`, `12/primed`.
  static func points(_ words: [String], typed: String) -> [String] {
    guard let slash = typed.firstIndex(of: "/") else {
      return numbers(words).flatMap { [$0, $0 + "/"] }
    }
    let name = String(typed[..<slash])
    guard let reference = RunReference(plain: name), let book = notebook(words),
      let run = try? book.run(reference)
    else { return [] }
    let points = StartPoints(run)
    return points.choices.map { "\(name)/\($0.point.place.text)" }
      + (points.choice(.best) == nil ? [] : ["\(name)/best"])
  }

  /// The tags that runs have.
  static func tags(_ words: [String]) -> [String] {
    Set(runs(words).flatMap(\.tags)).sorted()
  }

  /// The runs of the notebook that the words name; none where it cannot be read, for nobody could
  /// see an error.
  private static func runs(_ words: [String]) -> [RunRecord] {
    (try? notebook(words)?.runs().filter { $0.deleted == nil || words.contains("restore") }) ?? []
  }

  private static func notebook(_ words: [String]) -> Notebook? {
    var path = Notebook.defaultFolder
    for (index, word) in words.enumerated() {
      if word == "--notebook", words.indices.contains(index + 1) { path = words[index + 1] }
      if word.hasPrefix("--notebook=") { path = String(word.dropFirst("--notebook=".count)) }
    }
    return try? Notebook.open(
      folder: (path as NSString).expandingTildeInPath, mode: .readOnly, create: false)
  }
}
