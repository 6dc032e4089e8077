package import Experiments
import Files
import Foundation
import NamedEntities
import RunFolders
import Synchronization

/// What a note is about.
package enum NoteSubject: Hashable, Codable, Sendable {
  case run(RunID)
  /// A page of the notebook, by its name.
  case page(String)
}

/// A note as it was being written, before it was saved.
package struct NoteDraft: Hashable, Codable, Sendable {
  /// The name of its file, without its ending.
  package var id: String
  package var subject: NoteSubject
  /// The note as it was in the notebook when the writing began.
  package var base: String
  package var text: String
  /// When it was written last, in seconds since 1970.
  package var changed: Double

  /// A draft as it lies in its file.
  package init(id: String, subject: NoteSubject, base: String, text: String, changed: Double) {
    self.id = id
    self.subject = subject
    self.base = base
    self.text = text
    self.changed = changed
  }
}

/// Keeps what is being typed on the disk, so that a crash or a lost terminal loses none of it.
///
/// Each editing program has files of its own in `drafts` of the notebook's folder,
/// `NAME.EDITOR.json`, and holds a lock on `EDITOR.lock` for as long as it lives: drafts of an
/// editor whose lock is free are what a crash left behind.
package final class NoteDrafts: Sendable {
  private let folder: String
  private let editor: String
  /// The longest draft that is read, in bytes.
  private static let longest = 64 << 20
  private let lock = Mutex<Int32?>(nil)

  /// The drafts of a notebook.
  package init(notebookFolder: String) {
    folder = notebookFolder + "/drafts"
    editor = UUID().uuidString
  }

  deinit { end() }

  /// Writes what was typed; returns when it is in the file.
  package func keep(_ subject: NoteSubject, text: String, base: String) throws {
    try begin()
    let id = "\(Self.name(of: subject)).\(editor)"
    let draft = NoteDraft(
      id: id, subject: subject, base: base, text: text, changed: Date().timeIntervalSince1970)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(encoder.encode(draft), to: "\(folder)/\(id).json")
  }

  /// Removes this editor's draft, once it is saved or not wanted.
  package func drop(_ subject: NoteSubject) {
    unlink("\(folder)/\(Self.name(of: subject)).\(editor).json")
  }

  /// Removes a draft that was left behind.
  package func drop(id: String) {
    guard !id.contains("/") else { return }
    unlink("\(folder)/\(id).json")
  }

  /// What editors that are gone left behind, the newest first.
  package func abandoned() -> [NoteDraft] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var drafts: [NoteDraft] = []
    var used: Set<String> = []
    for file in files where file.hasSuffix(".json") {
      let id = String(file.dropLast(5))
      guard let writer = id.split(separator: ".").last.map(String.init), writer != editor,
        let data = try? OrdinaryFile.contents(of: "\(folder)/\(file)", limit: Self.longest),
        var draft = try? JSONDecoder().decode(NoteDraft.self, from: data)
      else { continue }
      used.insert(writer)
      guard !isHeld(writer) else { continue }
      draft.id = id
      drafts.append(draft)
    }
    for file in files where file.hasSuffix(".lock") {
      let writer = String(file.dropLast(5))
      // One that was made a moment ago may not be locked yet.
      if writer != editor, !used.contains(writer), isOld(file), !isHeld(writer) {
        unlink("\(folder)/\(file)")
      }
    }
    return drafts.sorted { ($0.changed, $0.id) > ($1.changed, $1.id) }
  }

  /// Gives the lock back.
  package func end() {
    lock.withLock { file in
      guard let descriptor = file else { return }
      unlink("\(folder)/\(editor).lock")
      close(descriptor)
      file = nil
    }
  }

  private func begin() throws {
    try lock.withLock { file in
      guard file == nil else { return }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let path = "\(folder)/\(editor).lock"
      let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        if descriptor >= 0 { close(descriptor) }
        throw NotebookError(
          .readOnly, path: path,
          problem: "what is typed cannot be kept there (\(String(cString: strerror(errno))))",
          advice: "Check the folder's permissions and its disk.")
      }
      file = descriptor
    }
  }

  private func isOld(_ file: String) -> Bool {
    let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
    guard let changed = facts?[.modificationDate] as? Date else { return false }
    return Date().timeIntervalSince(changed) > 3600
  }

  private func isHeld(_ writer: String) -> Bool {
    let descriptor = open("\(folder)/\(writer).lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  /// A file's name for a note: a run's number, or the letters of a page's name and their checksum.
  private static func name(of subject: NoteSubject) -> String {
    switch subject {
    case .run(let run): return "run-\(run)"
    case .page(let name):
      let letters = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(24)
      // Names of other letters must not share a file.
      return "page-\(letters)-\(String(FNV1a(name.utf8).value, radix: 16))"
    }
  }
}
