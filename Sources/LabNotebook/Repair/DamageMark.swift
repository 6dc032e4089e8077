import Foundation

/// A file that says the book is damaged, beside it: `notebook.damaged`.
///
/// SQLite sees damage only where it reads. Once somebody has seen it, nobody writes any more until
/// the book is repaired.
enum DamageMark {
  /// The file of a notebook's folder.
  static func path(_ folder: String) -> String { folder + "/notebook.damaged" }

  /// What was seen first; nil while nothing was.
  static func text(_ folder: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path(folder)) else { return nil }
    let text = String(decoding: data.prefix(500), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "it was seen damaged"
  }

  /// Notes what was seen, unless something was before; a folder that cannot be written to has none.
  static func set(_ folder: String, _ text: String) {
    guard !FileManager.default.fileExists(atPath: path(folder)) else { return }
    try? Data((text + "\n").utf8).write(to: URL(filePath: path(folder)))
  }

  /// Takes the mark away.
  static func clear(_ folder: String) {
    unlink(path(folder))
  }

  /// The error of a book that is damaged.
  static func error(_ folder: String, _ text: String) -> NotebookError {
    NotebookError(
      .damaged, path: folder + "/notebook.sqlite", problem: "the database is damaged (\(text))",
      advice: "Nothing more is written to it. `primer repair` makes it again from the runs' own "
        + "journals.")
  }
}
