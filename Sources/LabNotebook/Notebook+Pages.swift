package import Experiments
package import Foundation
import GRDB

/// A page of the notebook: Markdown that belongs to no run.
package struct Page: Hashable, Sendable {
  /// What it is called.
  package var name: String
  /// Its Markdown.
  package var text: String
  /// When it was written last.
  package var changed: Date

  /// A page as the notebook has it.
  package init(name: String, text: String, changed: Date) {
    self.name = name
    self.text = text
    self.changed = changed
  }
}

extension Notebook {
  /// The page that every notebook has, be it empty.
  package static let frontPage = "Notebook"

  /// All pages that have text, by name.
  package func pages() throws -> [Page] {
    // Format 1, which may be read as it lies, has none.
    guard format > 1 else { return [] }
    return try read { database in
      try Row.fetchAll(database, sql: "SELECT name, text, changed FROM page ORDER BY name").map {
        Page(
          name: try $0.stored(0), text: try $0.stored(1),
          changed: Date(timeIntervalSince1970: try StoredNumber.time($0.stored(2))))
      }
    }
  }

  /// Writes a page; a page without text is taken out.
  ///
  /// - Parameter expected: What whoever writes believes to be there; where it is something else,
  ///   nothing is written and that is returned.
  @discardableResult
  package func setPage(_ name: String, _ text: String, expecting expected: String? = nil) throws
    -> String?
  {
    guard Self.isPageName(name) else {
      throw NotebookError(
        .other, path: folder, problem: "‘\(name)’ is no name of a page",
        advice: "A name has 1 to 80 characters in one line.")
    }
    return try write { database in
      let found =
        try String.fetchOne(
          database, sql: "SELECT text FROM page WHERE name = ?", arguments: [name])
        ?? ""
      if found == text { return nil }
      if let expected, found != expected { return found }
      if text.isEmpty {
        try database.execute(sql: "DELETE FROM page WHERE name = ?", arguments: [name])
      } else {
        try database.execute(
          sql: """
            INSERT INTO page (name, text, changed) VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET text = excluded.text, changed = excluded.changed
            """, arguments: [name, text, Date().timeIntervalSince1970])
      }
      try self.journalPages(database)
      return nil
    }
  }

  /// Writes the note of a run, unless it is not what whoever writes believes to be there.
  ///
  /// - Returns: What is there instead, where nothing was written.
  package func setNote(_ run: RunID, _ note: String, expecting expected: String) throws -> String? {
    try write { database in
      _ = try self.state(of: run, database)
      let found =
        try String.fetchOne(database, sql: "SELECT note FROM run WHERE id = ?", arguments: [run])
        ?? ""
      if found == note { return nil }
      if found != expected { return found }
      try self.set(.note, of: run, to: note, database)
      return nil
    }
  }

  /// Writes a note, unless it is not what whoever writes believes to be there.
  ///
  /// - Returns: What is there instead, where nothing was written.
  package func writeNote(
    _ subject: NoteSubject, _ text: String, expecting expected: String
  ) throws -> String? {
    switch subject {
    case .run(let run): try setNote(run, text, expecting: expected)
    case .page(let name): try setPage(name, text, expecting: expected)
    }
  }

  /// Whether a page may be called so.
  package static func isPageName(_ name: String) -> Bool {
    !name.isEmpty && name.count <= 80 && name.first != " " && name.last != " "
      && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
