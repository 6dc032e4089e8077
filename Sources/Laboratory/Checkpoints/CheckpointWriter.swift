import Files
import Foundation
import RunFolders
import ModelFiles
import Tensors

/// Writes the checkpoints from which a run goes on, and tells of them.
final class CheckpointWriter {
  /// Where they are kept; nil for a run that writes none.
  let store: CheckpointStore?

  private let book: RunBook
  private let control: RunControl
  private let now: () -> Double
  private var last: Double
  /// Digests of files of the run, with what the system says of a file that has not changed.
  private var digests: [String: (look: [Int], digest: String)] = [:]

  init(store: CheckpointStore?, book: RunBook, control: RunControl, now: @escaping () -> Double) {
    self.store = store
    self.book = book
    self.control = control
    self.now = now
    last = now()
  }

  /// Whether the last one is so many seconds old, or one was asked for.
  func isDue(every seconds: Int) -> Bool {
    store != nil && (control.isCheckpointWanted || now() - last >= Double(seconds))
  }

  /// Writes one now.
  ///
  /// Waits while the disk is full. One that cannot be written for another reason is said in the log,
  /// and the run goes on: it would go on from the one before.
  func write(step: Int, _ make: () throws -> Checkpoint) throws {
    guard let store else { return }
    control.isCheckpointWanted = false
    last = now()
    func complain(_ problem: String) throws { try book.record(.log(.error, problem)) }
    do {
      try control.whenThereIsRoom(step: step) {
        // Said before, so that the checkpoint's own mark has it.
        try book.record(.checkpoint(step: step, path: store.nextPath))
        let checkpoint = try make()
        _ = try book.mark(true)
        try store.write(checkpoint)
      }
    } catch let error as ModelFileError {
      try complain("No checkpoint was written: \(error)")
    } catch let error as FileError {
      try complain("No checkpoint was written: \(error)")
    } catch let error as CocoaError {
      try complain("No checkpoint was written to \(store.folder): \(error.localizedDescription)")
    }
  }

  /// Tells somebody who asked for a checkpoint, where none can be made, which one the run would go on
  /// from.
  func repeatNewest(step: Int) throws {
    control.isCheckpointWanted = false
    guard let store, let newest = store.numbers().last else { return }
    try book.record(.checkpoint(step: step, path: store.path(newest)))
  }

  /// Keeps a checkpoint in `inspection/` of the run's folder, for people.
  ///
  /// - Returns: Its path; nil for a run that writes none.
  func keepForInspection(_ make: () throws -> Checkpoint) throws -> String? {
    guard let store else { return nil }
    return try CheckpointStore(folder: store.runFolder + "/inspection", keep: 1).write(make())
  }

  /// The digests of files of the run; one that has not changed is not read again.
  func digests(of names: [String], in folder: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for name in names {
      var facts = stat()
      guard stat(folder + "/" + name, &facts) == 0 else { continue }
      let look = [
        Int(facts.st_ino), Int(facts.st_size), facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec,
      ]
      if digests[name]?.look != look {
        digests[name] = (look, try Digest.ofFile(folder + "/" + name))
      }
      found[name] = digests[name]?.digest
    }
    return found
  }
}
