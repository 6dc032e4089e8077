import Foundation

/// A corpus on disk: a folder for each language, with a file for each split.
///
///     panx/en/train  panx/en/dev  panx/en/test  panx/hi/train …
package struct CorpusFolder: Sendable {
  /// The folder, as it was named.
  package let path: String
  /// How its files are written.
  package let format: CorpusFormat
  /// The languages that are there, sorted by name.
  package let languages: [String]

  private let files: [String: [String: String]]  // language → split → path

  /// Looks which languages and splits are in the folder; reads no file yet.
  package init(path: String, format: CorpusFormat) throws {
    guard let names = Self.entries(of: path) else {
      throw CorpusError(
        path: path, problem: "there is no such folder",
        expected: "a folder with one folder a language",
        advice: "Check data.path, or the path you gave.")
    }
    var files: [String: [String: String]] = [:]
    for language in names {
      let found = Self.splits(inFolder: "\(path)/\(language)", format: format)
      if !found.isEmpty { files[language] = found }
    }
    self.path = path
    self.format = format
    self.files = files
    languages = files.keys.sorted()
    if files.isEmpty { throw Self.noLanguages(path: path, format: format, names: names) }
  }

  /// The splits of a language that are there, of train, dev and test; none for a language that
  /// is not there.
  package func splits(of language: String) -> [String] {
    CorpusFormat.splits.filter { files[language]?[$0] != nil }
  }

  /// The first `limit` sentences of a split, or all.
  ///
  /// Without a `scheme` it is found out from the tags.
  package func sentences(
    language: String, split: String, limit: Int? = nil, scheme: TagScheme? = nil
  ) throws -> [Sentence] {
    try file(language: language, split: split).read(limit: limit, scheme: scheme).sentences
  }

  /// The scheme that a split's tags follow.
  package func scheme(language: String, split: String) throws -> TagScheme {
    try file(language: language, split: split).read().scheme
  }

  func file(language: String, split: String) throws(CorpusError) -> CorpusFile {
    guard let splits = files[language] else {
      throw CorpusError(
        path: path, problem: "there is no language ‘\(language)’",
        expected: "one of those that are there: \(languages.joined(separator: " "))",
        advice: "Name one of them, or add a folder \(path)/\(language) with the files "
          + CorpusFormat.splits.map { format.fileNames(ofSplit: $0)[0] }.joined(separator: ", ")
          + ".")
    }
    guard let file = splits[split] else {
      let names = format.fileNames(ofSplit: split).joined(separator: " or ")
      throw CorpusError(
        path: "\(path)/\(language)", problem: "there is no split ‘\(split)’",
        expected: "one of those that are there: "
          + self.splits(of: language).joined(separator: " "),
        advice: "Name one of them, or add the file \(names).")
    }
    return CorpusFile(path: file, format: format)
  }
}

extension CorpusFolder {
  /// The format that a folder's files have by their names, or nil where no language is found.
  package static func detectedFormat(path: String) -> CorpusFormat? {
    CorpusFormat.allCases.first { (try? CorpusFolder(path: path, format: $0)) != nil }
  }

  private static func entries(of path: String) -> [String]? {
    try? FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  private static func splits(inFolder folder: String, format: CorpusFormat) -> [String: String] {
    var found: [String: String] = [:]
    for split in CorpusFormat.splits {
      found[split] = format.fileNames(ofSplit: split).map { "\(folder)/\($0)" }.first { file in
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
          && !isFolder.boolValue
      }
    }
    return found
  }

  private static func noLanguages(
    path: String, format: CorpusFormat, names: [String]
  ) -> CorpusError {
    let advice =
      if let other = CorpusFormat.allCases.first(where: { other in
        other != format
          && names.contains { !splits(inFolder: "\(path)/\($0)", format: other).isEmpty }
      }) {
        "The files that are there are named as \(other.rawValue) has them: set data.format to "
          + "\(other.rawValue)."
      } else if !splits(inFolder: path, format: format).isEmpty {
        "This looks like the folder of one language: name the folder that it is in."
      } else {
        "In it there is now: \(names.isEmpty ? "nothing" : names.prefix(12).joined(separator: " "))."
      }
    return CorpusError(
      path: path, problem: "there is no language folder in it",
      expected: "folders as in `en` with the files "
        + CorpusFormat.splits.map { format.fileNames(ofSplit: $0)[0] }.joined(separator: ", "),
      advice: advice)
  }
}
