import Experiments
import LabNotebook
import NamedEntities
import RunFolders

/// A comparison of runs for a person to read.
struct ComparisonText {
  let comparison: RunComparison
  /// The changes of live settings while the runs went on, a line each.
  let settingChanges: [String]

  private var runs: [RunRecord] { comparison.runs }
  private var control: RunRecord { runs[comparison.control] }

  /// The runs, the settings that differ, F1, and the differences from the control.
  var sections: [String] {
    [runsTable, settingsTable] + (hasResults ? [scoresTable, differencesTable] : [])
      + (remarks.isEmpty ? [] : [remarks.joined(separator: "\n")])
  }

  private var hasResults: Bool { !comparison.tests.isEmpty }

  private var runsTable: String {
    var table = TextTable([.left("run"), .left("state"), .left("name"), .left("")])
    for run in runs {
      table.add(["#\(run.id)", run.state.rawValue, run.name, run.id == control.id ? "control" : ""])
    }
    return table.text
  }

  private var settingsTable: String {
    let heading = "Settings that differ\n\n"
    if comparison.settings.isEmpty, settingChanges.isEmpty { return heading + "None." }
    var table = TextTable([.left("setting")] + runs.map { .left("#\($0.id)") })
    for row in comparison.settings {
      table.add([row.key] + row.values.map { "\($0)".isEmpty ? "–" : "\($0)" })
    }
    let parts = (comparison.settings.isEmpty ? [] : [table.text]) + settingChanges
    return heading + parts.joined(separator: "\n")
  }

  private var scoresTable: String {
    var table = TextTable(
      [.left("split"), .left("language")] + runs.map { .right("#\($0.id)") })
    for split in CorpusFormat.splits {
      for test in comparison.tests where test.split == split {
        table.add(
          [split, test.language] + test.results.map { percentage($0.scores?.micro.f1) })
      }
      for mean in comparison.means where mean.split == split {
        table.add([split, "mean"] + mean.results.map { percentage($0?.f1) })
      }
    }
    return "F1, in points\n\n" + table.text
  }

  private var differencesTable: String {
    var table = TextTable([
      .left("run"), .left("split"), .left("language"), .right("difference"),
      .right("95 % interval"), .right("p"), .left(""),
    ])
    var (isEmpty, hasIntervals) = (true, false)
    func add(
      _ run: RunRecord, _ place: [String], _ difference: Double?, _ bootstrap: BootstrapDifference?
    ) {
      guard let difference else { return }
      isEmpty = false
      hasIntervals = hasIntervals || bootstrap != nil
      table.add(
        ["#\(run.id)"] + place
          + [
            points(difference),
            bootstrap.map { "[\(points($0.lower)), \(points($0.upper))]" } ?? "–",
            bootstrap.map { fixed($0.pValue, 3) } ?? "–",
            bootstrap?.significantChange?.mark ?? "",
          ])
    }
    for (index, run) in runs.enumerated() {
      for split in CorpusFormat.splits {
        for test in comparison.tests where test.split == split {
          let result = test.results[index]
          add(run, [split, test.language], result.difference, result.bootstrap)
        }
        for mean in comparison.means where mean.split == split {
          add(
            run, [split, "mean"], mean.results[index]?.difference, mean.results[index]?.bootstrap)
        }
      }
    }
    let heading = "Difference from #\(control.id), in points\n\n"
    if isEmpty { return heading + "There is nothing to compare: see below." }
    return heading + table.text + (hasIntervals ? "\n\n" + footer : "")
  }

  private var footer: String {
    let counts = Set(comparison.tests.compactMap(\.sentenceCount)).sorted()
    let sentences =
      counts.count > 1
      ? "\(counts[0]) to \(counts[counts.count - 1])" : counts.first.map { "\($0)" } ?? "0"
    return """
      ▲ better, ▼ worse: the interval leaves zero out. Paired bootstrap: the sentences of a language
      and split (\(sentences)) were drawn with replacement \(comparison.bootstrap.resamples) times, the same draw for
      both runs. It tells how the difference would vary with other sentences, not with other seeds.
      """
  }

  /// What a reader has to know about the numbers above.
  private var remarks: [String] {
    var remarks: [String] = []
    for run in runs where run.results.isEmpty {
      let reason =
        run.experiment[Settings.kind] == .pretraining
        ? "it makes an encoder, which is not scored" : "it is \(run.state.rawValue)"
      remarks.append("#\(run.id) has no results: \(reason).")
    }
    for run in runs where !run.results.isEmpty && run.state != .finished {
      remarks.append("#\(run.id) is \(run.state.rawValue): these are its results so far.")
    }
    for mean in comparison.means {
      let all = comparison.tests.filter { $0.split == mean.split }.map(\.language)
      if mean.languages != all {
        remarks.append(
          "The mean on \(mean.split) is over \(mean.languages.joined(separator: " ")), which each "
            + "of the runs has.")
      }
    }
    let problems = comparison.problems
    if !problems.isEmpty {
      remarks.append("No interval where the sentences cannot be compared:")
      remarks += problems.map { "  \($0)" }
    }
    return remarks
  }
}

/// The sentences that changed from the control's predictions to another run's.
struct ChangedSentencesText {
  let comparison: RunComparison
  /// How many sentences of each kind are shown; 0 shows all.
  let limit: Int

  /// One section for each run, split and language that can be compared.
  var sections: [String] {
    var sections: [String] = []
    for (index, run) in comparison.runs.enumerated() where index != comparison.control {
      for test in comparison.tests {
        guard let changes = test.results[index].changes else { continue }
        let lines = [heading(run, test, changes)] + shown(changes, run)
        sections.append(lines.joined(separator: "\n"))
      }
    }
    return sections.isEmpty
      ? ["There are no predictions whose sentences could be compared."] : sections
  }

  private func heading(_ run: RunRecord, _ test: ComparedTest, _ changes: [ChangedSentence])
    -> String
  {
    func count(_ change: SentenceChange) -> Int { changes.count { $0.change == change } }
    return "\(test.split) \(test.language), #\(run.id) against #\(controlID): "
      + "\(count(.fixed)) fixed, \(count(.broken)) broken, \(count(.otherwise)) changed otherwise, of "
      + "\(test.sentenceCount ?? 0) sentences"
  }

  private var controlID: RunID { comparison.runs[comparison.control].id }

  private func shown(_ changes: [ChangedSentence], _ run: RunRecord) -> [String] {
    SentenceChange.allCases.flatMap { kind -> [String] in
      let mine = changes.filter { $0.change == kind }
      let chosen = limit == 0 ? mine[...] : mine.prefix(limit)
      return chosen.map { text(of: $0, run) }
        + (chosen.count < mine.count
          ? ["", "… \(mine.count - chosen.count) more \(kind.words)"] : [])
    }
  }

  private func text(of sentence: ChangedSentence, _ run: RunRecord) -> String {
    var table = TextTable([.left(""), .left("")])
    for (name, spans) in [
      ("gold", sentence.gold), ("#\(controlID)", sentence.control),
      ("#\(run.id)", sentence.treatment),
    ] {
      table.add(["  " + name, bracketed(sentence.words, spans)])
    }
    return "\nsentence \(sentence.number), \(sentence.change.words)\n" + table.text
  }
}

extension SentenceChange {
  fileprivate var words: String {
    switch self {
    case .fixed: "fixed"
    case .broken: "broken"
    case .otherwise: "changed otherwise"
    }
  }
}
