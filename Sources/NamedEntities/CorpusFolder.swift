import Foundation

/// A corpus on disk: a folder for each language, with a file for each split.
///
///     panx/en/train  panx/en/dev  panx/en/test  panx/hi/train …
///
/// Several folders may be joined by `:`, as in a search path; a language is taken from the first
/// that has it. Without a format, each language's files say by their names how they are written.
package struct CorpusFolder: Sendable {
  /// The folder, or folders joined by `:`, as they were named.
  package let path: String
  /// The languages that are there, sorted by name.
  package let languages: [String]

  private struct LanguageFiles {
    var folder: String
    var format: CorpusFormat
    var paths: [String: String]  // by split
  }

  private let files: [String: LanguageFiles]
  /// Folders in it that have no file of a split, which may be misnamed or unreadable.
  package let foldersWithoutSplits: [String]
  /// How its files are read.
  package let options: CorpusOptions

  /// Looks which languages and splits are in the folder; reads no file yet.
  ///
  /// - Parameter format: How every file is written; nil looks at each language's files.
  package init(path: String, format: CorpusFormat? = nil) throws {
    try self.init(path: path, options: CorpusOptions(format: format))
  }

  /// Looks which languages and splits are in the folder; reads no file yet.
  package init(path: String, options: CorpusOptions) throws {
    let format = options.format
    var files: [String: LanguageFiles] = [:]
    var strangers: [String] = []
    let folders = Self.folders(of: path)
    if folders.isEmpty {
      throw CorpusError(
        path: "‘\(path)’", problem: "the path names no folder",
        expected: "a folder with one folder a language, or several joined by ':'",
        advice: "Check data.path, or the path you gave.")
    }
    for folder in folders {
      guard let names = Self.entries(of: folder) else {
        throw CorpusError(
          path: folder, problem: "there is no such folder",
          expected: "a folder with one folder a language",
          advice: "Check data.path, or the path you gave.")
      }
      var isEmpty = true
      for language in names {
        if Self.isFolderWithoutSplits("\(folder)/\(language)") {
          strangers.append("\(folder)/\(language)")
        }
        for format in format.map({ [$0] }) ?? CorpusFormat.allCases {
          let found = Self.splits(inFolder: "\(folder)/\(language)", format: format)
          if found.isEmpty { continue }
          isEmpty = false
          if files[language] == nil {
            files[language] = LanguageFiles(folder: folder, format: format, paths: found)
          }
        }
      }
      if isEmpty { throw Self.noLanguages(path: folder, format: format, names: names) }
    }
    self.path = path
    self.options = options
    self.files = files
    foldersWithoutSplits = strangers
    languages = files.keys.sorted()
  }

  /// The folders that a path joined by `:` names; a folder whose name has a colon is one.
  package static func folders(of path: String) -> [String] {
    if FileManager.default.fileExists(atPath: path) { return [path] }
    return path.split(separator: ":").map(String.init)
  }

  /// The splits of a language that are there, of train, dev and test; none for a language that
  /// is not there.
  package func splits(of language: String) -> [String] {
    CorpusFormat.splits.filter { files[language]?.paths[$0] != nil }
  }

  /// How a language's files are written; nil for a language that is not there.
  package func format(of language: String) -> CorpusFormat? {
    files[language]?.format
  }

  /// The first `limit` sentences of a split, or all.
  ///
  /// Without a `scheme` it is found out from the tags. Once `isCancelled` says so, what was read so
  /// far is returned.
  package func sentences(
    language: String, split: String, limit: Int? = nil, scheme: TagScheme? = nil,
    isCancelled: () -> Bool = { false }
  ) throws -> [Sentence] {
    try file(language: language, split: split)
      .read(limit: limit, scheme: scheme, isCancelled: isCancelled).sentences
  }

  /// The scheme that a split's tags follow.
  package func scheme(language: String, split: String) throws -> TagScheme {
    try file(language: language, split: split).read().scheme
  }

  func file(language: String, split: String) throws(CorpusError) -> CorpusFile {
    guard let known = files[language] else {
      let folder = Self.folders(of: path).last ?? path
      let format = files.values.map(\.format).contains(.panx) ? CorpusFormat.panx : .conll
      throw CorpusError(
        path: path, problem: "there is no language ‘\(language)’",
        expected: "one of those that are there: \(languages.joined(separator: " "))",
        advice: "Name one of them, or add a folder \(folder)/\(language) with the files "
          + CorpusFormat.splits.map { format.fileNames(ofSplit: $0)[0] }.joined(separator: ", ")
          + ".")
    }
    guard let file = known.paths[split] else {
      let names = known.format.fileNames(ofSplit: split).joined(separator: " or ")
      throw CorpusError(
        path: "\(known.folder)/\(language)", problem: "there is no split ‘\(split)’",
        expected: "one of those that are there: "
          + self.splits(of: language).joined(separator: " "),
        advice: "Name one of them, or add the file \(names).")
    }
    return CorpusFile(path: file, format: known.format, options: options)
  }
}

extension CorpusFolder {
  private static func isFolderWithoutSplits(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
      && CorpusFormat.allCases.allSatisfy { splits(inFolder: path, format: $0).isEmpty }
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
    path: String, format: CorpusFormat?, names: [String]
  ) -> CorpusError {
    let advice =
      if let format,
        let other = CorpusFormat.allCases.first(where: { other in
          other != format
            && names.contains { !splits(inFolder: "\(path)/\($0)", format: other).isEmpty }
        })
      {
        "The files that are there are named as \(other.rawValue) has them: set data.format to "
          + "\(other.rawValue)."
      } else if !(format.map { [$0] } ?? CorpusFormat.allCases)
        .allSatisfy({ splits(inFolder: path, format: $0).isEmpty })
      {
        "This looks like the folder of one language: name the folder that it is in."
      } else {
        "In it there is now: \(names.isEmpty ? "nothing" : names.prefix(12).joined(separator: " "))."
      }
    return CorpusError(
      path: path, problem: "there is no language folder in it",
      expected: "folders as in `en` with the files "
        + CorpusFormat.splits.map { (format ?? .panx).fileNames(ofSplit: $0)[0] }
        .joined(separator: ", ") + (format == nil ? " (or train.conll and so on)" : ""),
      advice: advice)
  }
}
