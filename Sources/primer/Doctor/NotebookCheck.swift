import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// Looks whether a notebook's folder can be worked with.
struct NotebookCheck {
  let folder: String

  var findings: [Finding] {
    let files = FileManager.default
    guard files.fileExists(atPath: folder) else { return [missingFolder] }
    if !files.isWritableFile(atPath: folder) {
      return [
        .problem(
          "notebook", "\(folder) cannot be written to",
          advice: "Run chmod u+w on it, or name another with --notebook")
      ]
    }
    if !files.fileExists(atPath: "\(folder)/runs"),
      !files.fileExists(atPath: "\(folder)/notebook.sqlite")
    {
      return [.ok("notebook", "\(folder) is writable and has no run yet"), diskSpace]
    }
    return [.ok("notebook", "\(folder) is writable")] + bookFindings + [diskSpace]
  }

  private var missingFolder: Finding {
    var parent = folder
    while !FileManager.default.fileExists(atPath: parent), parent != "/" {
      parent = (parent as NSString).deletingLastPathComponent
    }
    return FileManager.default.isWritableFile(atPath: parent)
      ? .ok("notebook", "\(folder) is not there yet; the first run makes it")
      : .problem(
        "notebook", "\(folder) is not there, and \(parent) cannot be written to",
        advice: "Name another with --notebook, or set XDG_DATA_HOME")
  }

  private var bookFindings: [Finding] {
    do {
      let notebook = try Notebook.open(folder: folder, mode: .readWrite, create: false)
      let complaints = try notebook.integrityComplaints()
      let integrity: Finding =
        complaints.isEmpty
        ? .ok("notebook", "format \(Notebook.formatVersion), whole")
        : .problem(
          "notebook",
          "its index notebook.sqlite is damaged: \(complaints.prefix(3).joined(separator: "; "))",
          advice: "Nothing is lost: \(notebook.command("repair"))")
      let notices = notebook.notices.map {
        Finding.warning("notebook", $0, advice: "Nothing to do")
      }
      return [integrity] + notices + [try runsFinding(notebook)] + jobsFindings(notebook)
        + (try faults(notebook))
    } catch {
      return [.problem("notebook", "\(error)", advice: "Name another folder with --notebook")]
    }
  }

  /// The runs whose files cannot all be read.
  private func faults(_ notebook: Notebook) throws -> [Finding] {
    try notebook.runs().compactMap { run in
      (run.fault ?? run.experimentProblem).map {
        .warning("run #\(run.id)", $0, advice: "See it: \(notebook.command("show \(run.id)"))")
      }
    }.prefix(20).map(\.self)
  }

  /// Whether it can be told how many runs are under way at once.
  private func jobsFindings(_ notebook: Notebook) -> [Finding] {
    do {
      _ = try notebook.jobs
      return []
    } catch {
      return [
        .warning("jobs", "\(error.path): \(error.problem)", advice: "Set it: primer jobs 1")
      ]
    }
  }

  private func runsFinding(_ notebook: Notebook) throws -> Finding {
    let runs = try notebook.runs()
    let active = runs.filter { [.queued, .running, .paused].contains($0.state) }
    let text = "\(runs.count) \(runs.count == 1 ? "run" : "runs"), \(active.count) under way"
    if Runner.isAlive(notebookFolder: folder) { return .ok("runner", "\(text); a runner is alive") }
    if active.isEmpty { return .ok("runner", "\(text); none is needed") }
    return .warning(
      "runner", "\(text), but no runner is alive",
      advice: "Start it: \(notebook.command("runner"))")
  }

  private var diskSpace: Finding {
    var facts = statvfs()
    guard statvfs(folder, &facts) == 0 else {
      return .warning(
        "disk", "the free space of \(folder) is not known", advice: "Check it with df")
    }
    let gigabytes = Double(facts.f_bavail) * Double(facts.f_frsize) / 1e9
    let text = "\(fixed(gigabytes, 1)) GB free for the notebook"
    if gigabytes >= 2 { return .ok("disk", text) }
    let advice = "See what can be removed: primer disk. Or name another disk with --notebook"
    return gigabytes < 0.2
      ? .problem("disk", text, advice: advice) : .warning("disk", text, advice: advice)
  }
}
