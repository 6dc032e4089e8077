package import Experiments
package import Foundation
import NamedEntities
package import RunFolders

/// One run as the notebook has it now.
///
/// A copy is cheap, for lists of ten thousand runs are copied, sorted and filtered: copies share
/// what they hold until one of them is changed.
package struct RunRecord: Identifiable, Hashable, Sendable {
  /// What a record holds.
  struct Fields: Hashable, Sendable {
    var id: RunID
    var name: String
    var state: RunState
    var parts: StoredParts
    var created: Date
    var folder: String
    var started: Date?
    var finished: Date?
    var heartbeat: Date?
    var processID: Int32?
    var host: String?
    var error: String?
    var note = ""
    var starred = false
    var archived = false
    var rewinds = 0
    var position = 0.0
    var tags: [String] = []
    var study = ""
    var deleted: Date?
    var fault: String?
    var isEngineUnknown = false
  }

  private final class Box: Sendable {
    let fields: Fields
    init(_ fields: Fields) { self.fields = fields }
  }

  private var box: Box

  /// What it holds.
  var fields: Fields {
    get { box.fields }
    set { box = Box(newValue) }
  }

  /// A record of such fields.
  init(_ fields: Fields) {
    box = Box(fields)
  }

  package static func == (first: RunRecord, second: RunRecord) -> Bool {
    first.box === second.box || first.fields == second.fields
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(box.fields)
  }

  /// Its number.
  package var id: RunID {
    get { box.fields.id }
    set { fields.id = newValue }
  }
  /// What it is called.
  package var name: String {
    get { box.fields.name }
    set { fields.name = newValue }
  }
  /// What it is doing.
  package var state: RunState {
    get { box.fields.state }
    set { fields.state = newValue }
  }
  /// When it was queued.
  package var created: Date {
    get { box.fields.created }
    set { fields.created = newValue }
  }
  /// When the engine began.
  package var started: Date? {
    get { box.fields.started }
    set { fields.started = newValue }
  }
  /// When it ended.
  package var finished: Date? {
    get { box.fields.finished }
    set { fields.finished = newValue }
  }
  /// When the engine was last heard of.
  package var heartbeat: Date? {
    get { box.fields.heartbeat }
    set { fields.heartbeat = newValue }
  }
  /// The engine's process.
  package var processID: Int32? {
    get { box.fields.processID }
    set { fields.processID = newValue }
  }
  /// The machine it runs on.
  package var host: String? {
    get { box.fields.host }
    set { fields.host = newValue }
  }
  /// Why it failed.
  package var error: String? {
    get { box.fields.error }
    set { fields.error = newValue }
  }
  /// Where its files are.
  package var folder: String {
    get { box.fields.folder }
    set { fields.folder = newValue }
  }
  /// What people wrote about it.
  package var note: String {
    get { box.fields.note }
    set { fields.note = newValue }
  }
  /// Whether it is marked with a star.
  package var starred: Bool {
    get { box.fields.starred }
    set { fields.starred = newValue }
  }
  /// Whether it is put away.
  package var archived: Bool {
    get { box.fields.archived }
    set { fields.archived = newValue }
  }
  /// How often it went on from an earlier point: what was read of its rows before is not all true
  /// any more when this grows.
  package var rewinds: Int {
    get { box.fields.rewinds }
    set { fields.rewinds = newValue }
  }
  /// Its place in the queue, smallest first.
  package var position: Double {
    get { box.fields.position }
    set { fields.position = newValue }
  }
  /// Words by which people sort it.
  package var tags: [String] {
    get { box.fields.tags }
    set { fields.tags = newValue }
  }
  /// The study it belongs to; empty for none.
  package var study: String {
    get { box.fields.study }
    set { fields.study = newValue }
  }
  /// When it was put into the bin; nil for one that is not there.
  package var deleted: Date? {
    get { box.fields.deleted }
    set { fields.deleted = newValue }
  }
  /// What of its files cannot be read; nil when all of them can.
  package var fault: String? {
    get { box.fields.fault }
    set { fields.fault = newValue }
  }
  /// Whether nobody can tell if its engine still lives.
  ///
  /// Locks do not reach the other machine; its state is then what it said last.
  package var isEngineUnknown: Bool {
    get { box.fields.isEngineUnknown }
    set { fields.isEngineUnknown = newValue }
  }
  /// What was planned, with every path absolute.
  package var experiment: Experiment {
    get { parts.plan.experiment }
    set {
      fields.parts = StoredParts(
        plan: StoredPlan(experiment: newValue, problem: parts.plan.problem),
        progress: parts.progress, results: parts.results)
    }
  }
  /// Its method and its languages, for a search that asks many runs.
  package var planWords: [String] { parts.plan.words }
  /// What this program cannot read of the stored experiment; nil when it reads all of it.
  package var experimentProblem: String? { parts.plan.problem }
  /// Where it is, or was.
  package var progress: RunProgress? {
    get { parts.progress }
    set {
      fields.parts = StoredParts(plan: parts.plan, progress: newValue, results: parts.results)
    }
  }
  /// The newest result after tuning of each language and split.
  package var results: [EvaluationResult] {
    get { parts.results }
    set {
      fields.parts = StoredParts(plan: parts.plan, progress: parts.progress, results: newValue)
    }
  }
  /// F1 of those results, which is there without them.
  package var scores: RunScores { parts.scores }

  private var parts: StoredParts { box.fields.parts }

  /// A record with all that is known of a run.
  package init(
    id: RunID, name: String, state: RunState, experiment: Experiment, created: Date,
    started: Date?, finished: Date?, heartbeat: Date?, processID: Int32?, host: String?,
    error: String?, progress: RunProgress?, results: [EvaluationResult], folder: String,
    note: String, starred: Bool, archived: Bool
  ) {
    self.init(
      Fields(
        id: id, name: name, state: state,
        parts: StoredParts(
          plan: StoredPlan(experiment: experiment, problem: nil), progress: progress,
          results: results),
        created: created, folder: folder, started: started, finished: finished,
        heartbeat: heartbeat, processID: processID, host: host, error: error, note: note,
        starred: starred, archived: archived))
  }

  /// Whether there is a checkpoint from which the run would go on.
  package var hasCheckpoint: Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")
    return names?.contains { Int($0) != nil } ?? false
  }

  /// How long it took, in seconds: as the engine measured, else by the clock; nil where neither
  /// tells, since it has not ended or the clock was set meanwhile.
  package var secondsTaken: Double? {
    guard let started, let finished else { return nil }
    if let measured = progress?.secondsElapsed, measured > 0 { return measured }
    let seconds = finished.timeIntervalSince(started)
    return seconds >= 0 ? seconds : nil
  }

  /// The mean of the languages' F1 on a split, 0…1; nil before there is one.
  package func meanF1(split: String) -> Double? { scores.mean(split: split) }
}
