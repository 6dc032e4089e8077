import Experiments
import Foundation
import NamedEntities
import RunFolders

/// Runs as one CSV table: what they are, every setting, and F1 after tuning.
///
/// A run is a row. Columns of F1, `f1.test.nl` and `f1.test.mean`, are there for each split and language
/// that any of the runs was evaluated on; F1 is from 0 to 1, unrounded.
package enum RunSheet {
  /// The table of some runs, its heading first.
  package static func csv(_ runs: [RunRecord]) -> String {
    let places = places(of: runs)
    let splits = CorpusFormat.splits.filter { split in places.contains { $0.split == split } }
    let heading =
      ["id", "state", "created", "started", "finished", "seconds", "study", "tags", "starred"]
      + Settings.all.map(\.key) + places.map { "f1.\($0.split).\($0.language)" }
      + splits.map { "f1.\($0).mean" } + ["error", "note"]
    var lines = [heading.map(\.csvField).joined(separator: ",")]
    for run in runs {
      var cells = [
        "\(run.id)", run.state.rawValue, time(run.created), time(run.started), time(run.finished),
        number(run.secondsTaken), run.study, run.tags.joined(separator: " "),
        run.starred ? "yes" : "no",
      ]
      cells += Settings.all.map { setting in
        // A run can be renamed; its experiment keeps the name that it began with.
        setting.key == Settings.name.key
          ? run.name : (run.experiment[key: setting.key] ?? setting.defaultValue).description
      }
      cells += places.map { number(run.f1(language: $0.language, split: $0.split)) }
      cells += splits.map { number(run.meanF1(split: $0)) }
      cells += [run.error ?? "", run.note]
      lines.append(cells.map(\.csvField).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func places(of runs: [RunRecord]) -> [(split: String, language: String)] {
    let scores = runs.flatMap(\.scores.all)
    return CorpusFormat.splits.flatMap { split in
      let languages = scores.filter { $0.split == split }.map { EntityType($0.language) }
      // Sorted and told apart by bytes, as names of entity types are.
      return Set(languages).sorted().map { (split, $0.name) }
    }
  }

  private static func time(_ date: Date?) -> String { date?.ISO8601Format() ?? "" }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
