import Experiments
package import Foundation
import GRDB
import RunFolders

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
    try read { database in
      try Row.fetchAll(database, sql: "SELECT name, text, changed FROM page ORDER BY name").map {
        Page(
          name: try $0.stored(0), text: try $0.stored(1),
          changed: Date(timeIntervalSince1970: try $0.stored(2)))
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
        .other, path: folder, problem: "‘\(name)’ is not a valid page name",
        advice: "A name has 1 to 80 characters in one line.")
    }
    guard text.utf8.count <= RunBounds.note else {
      throw NotebookError(
        .other, path: folder, problem: "the page has \(text.utf8.count) bytes",
        advice: "A page has at most \(RunBounds.note).")
    }
    return try write { database in
      try self.refreshPages(database)
      let file = try PageFile.toChange(in: self.folder)
      var pages = file.pages
      let index = pages.firstIndex { $0.name.isSame(as: name) }
      let found = index.map { pages[$0].text } ?? ""
      if found.isSame(as: text) { return nil }
      if let expected, !found.isSame(as: expected) { return found }
      let page = Page(
        name: name, text: text, changed: Date(timeIntervalSince1970: self.clock.now()))
      if let index { pages[index] = page } else { pages.append(page) }
      pages.removeAll { $0.text.isEmpty }
      try self.explainingFiles { try file.write(pages, in: self.folder) }
      try self.refreshPages(database)
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
    !name.isEmpty && name.count <= 80 && name.utf8.count <= 800 && name.first != " "
      && name.last != " "
      && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  // MARK: The index

  /// Takes the pages into the index where their file has changed.
  func refreshPages() throws {
    let look = PageFile.look(folder)
    guard try read({ try Self.knownPages($0) }) != look else { return }
    try writeIndex { try self.refreshPages($0) }
  }

  private func refreshPages(_ database: Database) throws {
    let look = PageFile.look(folder)
    guard try Self.knownPages(database) != look else { return }
    let pages = try PageFile(folder: folder)?.pages ?? []
    try database.execute(sql: "DELETE FROM page")
    for page in pages {
      try database.execute(
        sql: "INSERT INTO page (name, text, changed) VALUES (?, ?, ?)",
        arguments: [page.name, page.text, page.changed.timeIntervalSince1970])
    }
    for (name, value) in look {
      try database.execute(
        sql: "INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)",
        arguments: [name, value])
    }
  }

  private static func knownPages(_ database: Database) throws -> [String: Int64] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT name, value FROM counter WHERE name LIKE 'pages%'")
    return try rows.reduce(into: PageFile.nothing) { $0[try $1.stored(0)] = try $1.stored(1) }
  }
}
