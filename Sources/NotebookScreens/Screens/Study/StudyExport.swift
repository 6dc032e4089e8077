import LabNotebook

/// Where a study's table is written to, in the format that the path's ending names; `!` behind it
/// writes over a file.
struct StudyExportPrompt: PromptKind {
  let label = "Export the table to:"

  private static let endings = ["md", "tex", "csv"]

  private static func plain(_ path: String) -> String {
    path.hasSuffix("!") ? String(path.dropLast()) : path
  }

  func problem(with path: String, in app: AppState) -> String? {
    Self.endings.contains(Self.ending(of: Self.plain(path))) ? nil : "ends in .md, .tex or .csv"
  }

  /// The same name in each format.
  func candidates(for path: String, in app: AppState) -> [String] {
    let stem =
      problem(with: path, in: app) == nil
      ? path.split(separator: ".").dropLast().joined(separator: ".") : path
    return Self.endings.map { "\(stem).\($0)" }
  }

  func accept(_ path: String, original: String, in app: inout AppState) -> [Effect] {
    guard let results = app.stack.top(StudyScreen.self)?.picture?.results else { return [] }
    let plain = Self.plain(path)
    let text: String
    switch Self.ending(of: plain) {
    case "md": text = results.markdown()
    case "tex": text = results.latex()
    case "csv": text = results.csv()
    default: return []
    }
    return [.notebook(.export(text, path: plain, overwrites: plain != path))]
  }

  private static func ending(of path: String) -> String {
    guard let name = path.split(separator: "/").last, name.contains(".") else { return "" }
    return name.split(separator: ".").last.map { $0.lowercased() } ?? ""
  }

  /// The name of a file for a study's table, without its ending.
  static func fileName(of name: String) -> String {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    return words.isEmpty ? "study" : words
  }
}
