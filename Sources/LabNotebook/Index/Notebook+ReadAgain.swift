import Foundation
import GRDB

extension Notebook {
  /// What reading all run folders again came to.
  package struct Reading: Codable, Hashable, Sendable {
    /// How many runs there are.
    package var runs = 0
    /// How many points they have.
    package var points = 0
    /// How many pages the notebook has.
    package var pages = 0
    /// What cannot be read, and where.
    package var faults: [String] = []
    /// What was done with the index that was there.
    package var notices: [String] = []
  }

  /// Makes the index of a notebook again from its run folders; nobody else may have it open.
  package static func readAgain(folder: String) throws -> Reading {
    // What is older, or damaged, is seen and set aside by opening it.
    let found = try open(folder: folder, create: false, refreshes: false)
    var reading = Reading(notices: found.notices)
    let path = found.folder + "/notebook.sqlite"
    try found.close()
    let presence = try NotebookPresence(alone: found.folder + "/notebook.lock")
    for suffix in ["-wal", "-shm", ""] { unlink(path + suffix) }
    presence.release()
    let notebook = try open(folder: folder, create: true)
    defer { try? notebook.close() }
    for run in try notebook.runs() {
      reading.runs += 1
      if let fault = run.fault ?? run.experimentProblem {
        reading.faults.append("\(run.folder): \(fault)")
      }
    }
    let pages = try PageFile(folder: notebook.folder)
    reading.pages = pages?.pages.count ?? 0
    reading.faults += (pages?.problems ?? []).map {
      "\(PageFile.path(notebook.folder)):\($0.line): \($0.reason)"
    }
    reading.points = try notebook.pointCount()
    return reading
  }

  private func pointCount() throws -> Int {
    try read { try PointChunk.count($0) }
  }
}
