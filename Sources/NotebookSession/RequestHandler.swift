import Files
package import NotebookScreens
import Experiments
import Foundation
package import LabNotebook
import RunFolders
import RunQueue

/// Carries out what the screens ask of the notebook and of files, and says what came of it.
package struct RequestHandler: Sendable {
  private let notebook: Notebook
  private let program: String
  private let memoryPath: String
  private let drafts: NoteDrafts

  /// A handler for a notebook; the program is what is started to work on the queue.
  package init(
    _ notebook: Notebook, program: String, memoryPath: String = ScreenMemory.defaultPath
  ) {
    self.notebook = notebook
    self.program = program
    self.memoryPath = memoryPath
    drafts = NoteDrafts(notebookFolder: notebook.folder)
  }

  /// Gives back what the handler held, at the end of the session.
  package func end() { drafts.end() }

  /// Does it, and tells what was done, or why it could not be.
  package func carryOut(_ request: NotebookRequest, tell: (Message) -> Void) {
    do {
      if let message = try attempt(request, tell: tell) { tell(message) }
    } catch {
      tell(.failed(String(describing: error)))
    }
  }

  private func attempt(
    _ request: NotebookRequest, tell: (Message) -> Void
  ) throws -> Message? {
    switch request {
    case .enqueue(let experiment, let near):
      let run = try notebook.enqueue(experiment, near: near)
      // The screens show the run at once; starting a process may take a while.
      tell(.queued(run, name: experiment[Settings.name]))
      try Runner.startIfNeeded(notebook: notebook, program: program)
      return nil
    case .requeue(let run, let anew):
      try notebook.requeue(run, anew: anew)
      try Runner.startIfNeeded(notebook: notebook, program: program)
      return .succeeded("Run #\(run) is in the queue again.")
    case .control(let control, let run):
      try notebook.request(control, for: run)
      return nil
    case .saveNote(let subject, let text, let expected):
      return .noteOutcome(subject, save(text, as: subject, expecting: expected))
    case .keepNote(let subject, let text, let base):
      try drafts.keep(subject, text: text, base: base)
      return nil
    case .dropNote(let subject):
      drafts.drop(subject)
      return nil
    case .findDrafts:
      let found = drafts.abandoned()
      return found.isEmpty ? nil : .drafts(found)
    case .dropDraft(let id):
      drafts.drop(id: id)
      return nil
    case .findStartPoints(let run): return .startPoints(try notebook.startPoints(of: run))
    case .listFolder(let folder): return .folder(Self.listing(of: folder))
    case .setStarred(let starred, let run):
      try notebook.setStarred(run, starred)
      return nil
    case .rename(let name, let run):
      try notebook.rename(run, name)
      return .succeeded("Run #\(run) is called \(name).")
    case .enqueueAll(let experiments, let study):
      var runs: [RunID] = []
      for experiment in experiments {
        runs.append(try notebook.enqueue(experiment, study: study))
      }
      try Runner.startIfNeeded(notebook: notebook, program: program)
      return .succeeded("Queued \(RunsScreen.numbers(runs)).")
    case .continueStudy(let file):
      let path = Self.expanded(file)
      return try start(try Study.load(path: path), near: path)
    case .setArchived(let isArchived, let runs):
      for run in runs { try notebook.setArchived(run, isArchived) }
      return nil
    case .setTags(let tags, let run):
      try notebook.setTags(run, tags)
      return nil
    case .setBinned(let isBinned, let runs):
      if isBinned {
        try notebook.putIntoBin(runs)
      } else {
        try notebook.takeOutOfBin(runs)
        // A run that waited in the queue waits again.
        if try runs.contains(where: { try notebook.run($0)?.state == .queued }) {
          try Runner.startIfNeeded(notebook: notebook, program: program)
        }
      }
      return nil
    case .moveInQueue(let run, let earlier):
      try notebook.moveInQueue(run, earlier: earlier)
      return nil
    case .setJobs(let number):
      try notebook.setJobs(number)
      return .succeeded(QueueRule(slots: number).description)
    case .delete(let runs):
      for run in runs { try notebook.delete(run) }
      return .succeeded("Deleted \(RunsScreen.numbers(runs)) for good.")
    case .queue(let experiment, let near):
      let run = try notebook.enqueue(experiment, near: near)
      try Runner.startIfNeeded(notebook: notebook, program: program)
      return .succeeded("Run #\(run), \(experiment[Settings.name]), is in the queue.")
    case .startStudy(let study, let near):
      return try start(study, near: near)
    case .checkFiles(let experiment, let near):
      let planned = try notebook.planned(experiment, near: near)
      let start = notebook.startProblem(of: planned)
      return .filesChecked(
        experiment, (start.map { [$0] } ?? []) + experiment.fileProblems(near: near),
        warnings: planned.fileWarnings(near: near))
    case .removeDraft(let path):
      try FileManager.default.removeItem(atPath: path)
      return nil
    case .save(let experiment, let path, let replaces):
      let full = Self.expanded(path)
      if !replaces, FileManager.default.fileExists(atPath: full) {
        return .wouldReplace(path: full, .save(experiment, path: path, replaces: true))
      }
      try AtomicFile.write(experiment.toml(), to: full)
      return .succeeded("Saved as \(full).")
    case .load(let path):
      let full = Self.expanded(path)
      return .experimentLoaded(try Experiment.load(path: full), path: full)
    case .remember(let words, let key):
      try ScreenMemory.remember(words, for: key, path: memoryPath)
      return nil
    case .export(let text, let path, let overwrites):
      return try export(text, to: Self.expanded(path), overwrites: overwrites)
    }
  }

  /// Queues what a study lacks; what the notebook has finished or is working on stays.
  private func start(_ study: Study, near: String?) throws -> Message {
    let outcome = try StudyLauncher.launch(study, near: near, in: notebook)
    try Runner.startIfNeeded(notebook: notebook, program: program)
    if !outcome.timing.isEmpty {
      return .succeeded(
        "Timing methods first: \(RunsScreen.numbers(outcome.timing)). The grid of \(study.name) is "
          + "queued when they have finished.")
    }
    let known = outcome.grid.count - outcome.queued.count
    return .succeeded(
      (outcome.queued.isEmpty ? "No run to queue" : "Queued \(RunsScreen.numbers(outcome.queued))")
        + " for the study \(study.name)" + (known > 0 ? ", \(known) there already." : "."))
  }

  private func export(_ text: String, to path: String, overwrites: Bool) throws -> Message {
    if !overwrites, FileManager.default.fileExists(atPath: path) {
      return .failed("\(path) already exists; add a ! to the command to write over it.")
    }
    do {
      try AtomicFile.write(text, to: path)
    } catch {
      return .failed("\(error)")
    }
    return .succeeded("Wrote \(path).")
  }

  private func save(
    _ text: String, as subject: NoteSubject, expecting expected: String
  ) -> NoteOutcome {
    do {
      let theirs = try notebook.writeNote(subject, text, expecting: expected)
      return theirs.map { .conflict(theirs: $0, mine: text) } ?? .saved(text)
    } catch {
      return .failed("\(error)")
    }
  }

  /// How many names of a folder are offered.
  private static let listedNames = 2000

  /// What is in a folder; nothing where that cannot be read.
  private static func listing(of folder: String) -> FolderListing {
    let path = folder.isEmpty ? "." : expanded(folder)
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let shown = names.prefix(listedNames).map { name in
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(
        atPath: "\(path)/\(name)", isDirectory: &isFolder)
      return isThere && isFolder.boolValue ? name + "/" : name
    }
    return FolderListing(folder: folder, names: shown)
  }

  private static func expanded(_ path: String) -> String {
    NSString(string: path).expandingTildeInPath
  }

  /// The experiments in a folder of sample data, the plain sample first.
  package static func samples(in folder: String) -> [SampleExperiment] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let samples = files.filter { $0.hasSuffix(".toml") }.sorted().compactMap { file in
      let path = "\(folder)/\(file)"
      guard let experiment = try? Experiment.load(path: path) else {
        return nil as SampleExperiment?
      }
      guard experiment[Settings.kind] != .pretraining else { return nil }
      return SampleExperiment(path: path, experiment: experiment, summary: summary(of: path))
    }
    let isSample = { (sample: SampleExperiment) in sample.path.hasSuffix("/sample.toml") }
    return samples.filter(isSample) + samples.filter { !isSample($0) }
  }

  /// The comment at the top of a file, as one line.
  private static func summary(of path: String) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "" }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.hasPrefix("#") }
      .map { $0.drop { $0 == "#" || $0 == " " } }
      .joined(separator: " ")
  }
}
