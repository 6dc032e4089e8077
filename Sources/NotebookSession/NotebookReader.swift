package import NotebookScreens
package import Experiments
package import LabNotebook
import RunFolders

/// Turns what changed in the notebook into messages.
///
/// It remembers how far each series was read, so a poll costs what is new and not what there is.
package struct NotebookReader: Sendable {
  /// How far one run was read.
  private struct Position: Sendable {
    /// How often rows had been taken back when it was begun: then all is read again.
    var rewinds = 0
    var rows: [SeriesKey: Int64] = [:]
    var event: Int64 = 0
    var evaluations: [EvaluationResult] = []
    var evaluation: Int64 = 0
    /// The run was over when everything of this kind was read, so there is nothing to come.
    var hasAllSeries = false
    var hasSummary = false
    var hasCompared = false
  }

  private let notebook: Notebook
  private var version: Int?
  private var interest = Interest()
  private var listVersion: Int64?
  private var records: [RunRecord] = []
  private var places: [RunID: Int] = [:]
  private var decodedCount = 0
  private var positions: [RunID: Position] = [:]
  private var pages: [Page]?

  package init(_ notebook: Notebook) { self.notebook = notebook }

  /// A run as it was when last read.
  package func record(_ run: RunID) -> RunRecord? { places[run].map { records[$0] } }

  /// The messages for what is new since the last call, for the runs the screens are interested in.
  package mutating func poll(_ interest: Interest) throws -> [Message] {
    let newest = try notebook.dataVersion()
    guard newest != version || interest != self.interest else { return [] }
    var messages: [Message] = []
    if newest != version {
      let list = try notebook.versionedRuns()
      if list.version != listVersion {
        messages.append(.runs(list.runs))
        if !records.lazy.map(\.id).elementsEqual(list.runs.lazy.map(\.id)) {
          places = Dictionary(uniqueKeysWithValues: list.runs.enumerated().map { ($1.id, $0) })
        }
        records = list.runs
        positions = positions.filter { record($0.key)?.rewinds == $0.value.rewinds }
      }
      listVersion = list.version
    }
    version = newest
    self.interest = interest
    if interest.pages {
      let found = try notebook.pages()
      if found != pages { messages.append(.pages(found)) }
      pages = found
    }
    if let detail = interest.detail { try readAll(of: detail, into: &messages) }
    for run in interest.compared where run != interest.detail {
      try readCompared(of: run, into: &messages)
    }
    for run in interest.summaries where run != interest.detail {
      try readSummary(of: run, into: &messages)
    }
    return messages
  }

  /// Decodes the experiments of some runs, the newest first, so that whoever sorts or filters
  /// thousands of them by a setting need not wait for that.
  package mutating func decodeAhead(_ count: Int) {
    guard decodedCount < records.count else { return }
    for record in records.reversed().dropFirst(decodedCount).prefix(count) {
      _ = record.experiment
    }
    decodedCount += count
  }

  private mutating func readAll(of run: RunID, into messages: inout [Message]) throws {
    guard let record = record(run) else { return }
    var position = positions[run] ?? Position(rewinds: record.rewinds)
    guard !position.hasAllSeries || !record.isSettled else { return }
    try read(notebook.series(of: run).filter(\.isDrawn), of: run, &position, into: &messages)
    try readEvents(of: run, &position, into: &messages)
    position.hasAllSeries = record.isSettled
    position.hasCompared = record.isSettled
    position.hasSummary = record.isSettled
    positions[run] = position
  }

  // Eight runs at a time: what a comparison does not draw is not read.
  private mutating func readCompared(of run: RunID, into messages: inout [Message]) throws {
    guard let record = record(run) else { return }
    var position = positions[run] ?? Position(rewinds: record.rewinds)
    guard !position.hasCompared || !record.isSettled else { return }
    let compared = try notebook.series(of: run).filter(CompareCurves.isCompared)
    try read(compared, of: run, &position, into: &messages)
    try readEvents(of: run, &position, into: &messages)
    position.hasCompared = record.isSettled
    positions[run] = position
  }

  private func readEvents(
    of run: RunID, _ position: inout Position, into messages: inout [Message]
  ) throws {
    let events = try notebook.events(run, after: position.event)
    if let last = events.last {
      position.event = last.id
      messages.append(.events(run, events))
    }
    let evaluations = try notebook.evaluations(run, after: position.evaluation)
    if let last = evaluations.last {
      position.evaluation = last.id
      position.evaluations += evaluations.map(\.result)
      messages.append(.evaluations(run, position.evaluations))
    }
  }

  private mutating func readSummary(of run: RunID, into messages: inout [Message]) throws {
    guard let record = record(run) else { return }
    var position = positions[run] ?? Position(rewinds: record.rewinds)
    guard !position.hasSummary || !record.isSettled, record.state != .queued else { return }
    let keys = try notebook.series(of: run)
    let losses = [SeriesKey.outerLoss, .pretrainingLoss].filter(keys.contains)
    let tuning = keys.filter { $0.series == .trainingLoss(.tuning) }
    try read(losses.isEmpty ? tuning : losses, of: run, &position, into: &messages)
    position.hasSummary = record.isSettled
    positions[run] = position
  }

  private func read(
    _ keys: [SeriesKey], of run: RunID, _ position: inout Position, into messages: inout [Message]
  ) throws {
    var inner: [MetricPoint] = []
    for key in keys {
      let points = try notebook.metrics(run, series: key, after: position.rows[key] ?? 0)
      guard let last = points.last else { continue }
      position.rows[key] = last.place
      // The inner losses of all languages are drawn as one series, in the order of the steps.
      if key.series == .innerLoss {
        inner += points.map { point in
          var point = point
          point.language = key.language
          return point
        }
      } else {
        messages.append(.metrics(run, series: key, points))
      }
    }
    if inner.isEmpty { return }
    inner.sort { $0.place < $1.place }
    messages.append(.metrics(run, series: .innerLoss, inner))
  }
}

extension RunRecord {
  /// Whether nothing more will be written about it, unless somebody resumes it.
  fileprivate var isSettled: Bool {
    switch state {
    case .finished, .stopped, .failed: true
    case .queued, .running, .paused, .interrupted: false
    }
  }
}
